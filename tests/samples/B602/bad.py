"""Told: `subprocess` with `shell=True`."""

import subprocess  # expect: B404

subprocess.run(f"rsync {source} {target}", shell=True)  # expect: B602
