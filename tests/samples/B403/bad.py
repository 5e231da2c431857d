"""Told: A pickle module is imported."""

import pickle  # expect: B403
