"""Told: MD2, MD4, MD5 or SHA-1 of a cryptographic package."""

from Crypto.Hash import MD5  # expect: B413

MD5.new(data)  # expect: B303
