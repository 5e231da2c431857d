"""Not told: `random` draws."""

import secrets

password = secrets.token_urlsafe(20)
