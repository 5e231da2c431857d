"""Told: `tempfile.mktemp`."""

import tempfile

path = tempfile.mktemp()  # expect: B306
