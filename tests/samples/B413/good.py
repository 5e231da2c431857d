"""Not told: PyCrypto is imported."""

from cryptography.fernet import Fernet
