"""Not told: `logging.config.listen` without `verify`."""

import logging.config

logging.config.listen(9999, verify=check)
