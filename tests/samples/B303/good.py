"""Not told: MD2, MD4, MD5 or SHA-1 of a cryptographic package."""

from hashlib import sha256

sha256(data)
