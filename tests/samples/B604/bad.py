"""Told: Some function is called with `shell=True`."""

launch(command, shell=True)  # expect: B604
