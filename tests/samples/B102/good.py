"""Not told: `exec` runs text as code."""

config = tomllib.loads(open(config_path).read())
