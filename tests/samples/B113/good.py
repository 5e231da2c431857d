"""Not told: A request without a timeout."""

import requests

requests.get(url, timeout=10)
