"""Not told: `os.system`, `os.popen` and their like."""

import shutil

shutil.rmtree(folder)
