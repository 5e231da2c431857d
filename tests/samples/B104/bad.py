"""Told: A service listens on all interfaces."""

app.run(host="0.0.0.0")  # expect: B104
