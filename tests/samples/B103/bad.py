"""Told: A file is made writable for everyone or executable for others."""

os.chmod("run.sh", 0o777)  # expect: B103
