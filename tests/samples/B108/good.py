"""Not told: A fixed path in a temporary folder that everyone can write to."""

cache = os.path.join(tempfile.mkdtemp(), "features.npy")
