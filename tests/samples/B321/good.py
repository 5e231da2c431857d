"""Not told: `ftplib` is used."""

import requests

requests.get(address, timeout=10)
