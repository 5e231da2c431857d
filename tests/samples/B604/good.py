"""Not told: Some function is called with `shell=True`."""

launch(command)
