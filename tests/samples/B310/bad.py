"""Told: `urllib` opens an address."""

import urllib.request

urllib.request.urlretrieve(address, target)  # expect: B310
