"""Not told: `xmlrpc` is imported."""

import requests
