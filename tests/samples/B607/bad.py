"""Told: A program is started by its name alone."""

import subprocess  # expect: B404

subprocess.run(["git", "rev-parse", "HEAD"])  # expect: B603 B607
