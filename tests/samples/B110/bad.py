"""Told: `except` swallows every error with `pass`."""

try:
    tracker.log(loss)
except Exception:  # expect: B110
    pass
