"""Told: `subprocess` is imported."""

import subprocess  # expect: B404
