"""Not told: A service listens on all interfaces."""

app.run(host="127.0.0.1")
