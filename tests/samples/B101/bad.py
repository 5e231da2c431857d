"""Told: An `assert` guards something at run time."""

assert len(batch) > 0  # expect: B101
