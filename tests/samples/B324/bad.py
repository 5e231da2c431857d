"""Told: MD4, MD5 or SHA-1."""

import hashlib

token = hashlib.md5(password.encode()).hexdigest()  # expect: B324
