"""Told: `telnetlib` is imported."""

import telnetlib  # expect: B401
