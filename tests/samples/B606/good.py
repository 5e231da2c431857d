"""Not told: `os.exec…` and `os.spawn…`."""

import subprocess  # expect: B404

subprocess.run(arguments, check=True)  # expect: B603
