"""Told: `os.exec…` and `os.spawn…`."""

import os

os.execv(program, arguments)  # expect: B606
