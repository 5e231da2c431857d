"""Not told: A Jinja2 environment that does not escape HTML."""

import jinja2

environment = jinja2.Environment(loader=loader, autoescape=True)
