"""Told: The cipher mode ECB."""

from cryptography.hazmat.primitives.ciphers.modes import ECB

ECB()  # expect: B305
