"""Told: `os.system`, `os.popen` and their like."""

import os

os.system(f"rm -r {folder}")  # expect: B605
