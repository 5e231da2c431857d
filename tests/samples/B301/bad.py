"""Told: A pickle is loaded."""

import pickle  # expect: B403

data = pickle.load(open("features.pkl", "rb"))  # expect: B301
