"""Not told: MD4, MD5 or SHA-1."""

import hashlib

key = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
