"""Told: A fixed path in a temporary folder that everyone can write to."""

cache = "/tmp/features.npy"  # expect: B108
