"""Not told: `marshal` is loaded."""

import json

json.loads(data)
