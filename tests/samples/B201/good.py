"""Not told: A Flask app runs with its debugger on."""

import flask

app = flask.Flask(__name__)
app.run()
