"""Told: A request without a timeout."""

import requests

requests.get(url)  # expect: B113
