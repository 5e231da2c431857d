"""Told: `marshal` is loaded."""

import marshal

marshal.loads(data)  # expect: B302
