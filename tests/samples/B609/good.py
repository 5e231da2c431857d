"""Not told: A shell expands `*` for chown, chmod, tar or rsync."""

import subprocess  # expect: B404

subprocess.run(["tar", "cf", "weights.tar", "--", *names], check=True)  # expect: B603 B607
