"""Not told: `pyghmi` is imported."""

import redfish
