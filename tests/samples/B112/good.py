"""Not told: `except` swallows every error with `continue`."""

for path in paths:
    try:
        read(path)
    except OSError:
        skipped.append(path)
