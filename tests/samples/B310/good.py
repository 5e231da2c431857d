"""Not told: `urllib` opens an address."""

import requests

requests.get(address, timeout=10)
