"""Not told: `except` swallows every error with `pass`."""

try:
    tracker.log(loss)
except Exception:
    logger.exception("loss not logged")
