"""Not told: A program is started by its name alone."""

import subprocess  # expect: B404

subprocess.run(["/usr/bin/git", "rev-parse", "HEAD"])  # expect: B603
