"""Not told: The cipher mode ECB."""

from cryptography.hazmat.primitives.ciphers.modes import GCM

GCM(iv)
