"""Not told: `ftplib` is imported."""

import requests
