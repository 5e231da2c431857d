"""Not told: `yaml.load` builds any object that the text asks for."""

import yaml

yaml.safe_load(text)
