"""Told: A request that does not verify the server's certificate."""

import requests

requests.get(url, verify=False, timeout=10)  # expect: B501
