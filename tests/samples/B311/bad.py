"""Told: `random` draws."""

import random

password = "".join(random.choice(letters) for _ in range(20))  # expect: B311
