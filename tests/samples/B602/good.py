"""Not told: `subprocess` with `shell=True`."""

import subprocess  # expect: B404

subprocess.run(["rsync", source, target], check=True)  # expect: B603 B607
