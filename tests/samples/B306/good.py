"""Not told: `tempfile.mktemp`."""

import tempfile

handle, path = tempfile.mkstemp()
