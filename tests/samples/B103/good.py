"""Not told: A file is made writable for everyone or executable for others."""

os.chmod("run.sh", 0o700)
