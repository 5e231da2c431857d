"""Not told: An old cipher: ARC2, ARC4, Blowfish, DES, XOR, CAST5, IDEA, SEED, TripleDES."""

from cryptography.fernet import Fernet

Fernet(key)
