"""Told: PyCrypto is imported."""

from Crypto.Cipher import AES  # expect: B413
