"""Told: `pyghmi` is imported."""

import pyghmi  # expect: B415
