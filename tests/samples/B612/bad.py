"""Told: `logging.config.listen` without `verify`."""

import logging.config

logging.config.listen(9999)  # expect: B612
