"""Told: `xmlrpc` is imported."""

import xmlrpc.client  # expect: B411
