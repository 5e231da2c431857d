"""Not told: `subprocess` without a shell."""

import shutil

shutil.copy(source, target)
