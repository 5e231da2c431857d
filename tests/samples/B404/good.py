"""Not told: `subprocess` is imported."""

import shutil
