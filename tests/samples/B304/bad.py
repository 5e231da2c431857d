"""Told: An old cipher: ARC2, ARC4, Blowfish, DES, XOR, CAST5, IDEA, SEED, TripleDES."""

from Crypto.Cipher import DES  # expect: B413

DES.new(key)  # expect: B304
