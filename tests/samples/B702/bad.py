"""Told: A Mako template."""

from mako.template import Template

Template(text).render(name=name)  # expect: B702
