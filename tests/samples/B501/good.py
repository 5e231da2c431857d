"""Not told: A request that does not verify the server's certificate."""

import requests

requests.get(url, timeout=10)
