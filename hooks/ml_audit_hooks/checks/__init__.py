"""One module a hook: its own detectors."""
