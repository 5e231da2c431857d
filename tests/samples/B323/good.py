"""Not told: A TLS context that verifies nothing."""

import ssl

context = ssl.create_default_context()
