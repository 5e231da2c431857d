"""Not told: A pickle module is imported."""

import json
