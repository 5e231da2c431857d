"""Told: `yaml.load` builds any object that the text asks for."""

import yaml

yaml.load(text, Loader=yaml.Loader)  # expect: B506
