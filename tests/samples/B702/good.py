"""Not told: A Mako template."""

import jinja2

jinja2.Environment(autoescape=True).from_string(text).render(name=name)
