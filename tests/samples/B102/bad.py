"""Told: `exec` runs text as code."""

exec(open(config_path).read())  # expect: B102
