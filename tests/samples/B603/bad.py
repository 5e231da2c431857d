"""Told: `subprocess` without a shell."""

import subprocess  # expect: B404

subprocess.run([program, source])  # expect: B603
