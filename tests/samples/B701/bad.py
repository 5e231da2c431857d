"""Told: A Jinja2 environment that does not escape HTML."""

import jinja2

# pages of html
environment = jinja2.Environment(loader=loader)  # expect: B701
