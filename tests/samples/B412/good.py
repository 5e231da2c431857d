"""Not told: A CGI handler is imported."""

from wsgiref.simple_server import make_server
