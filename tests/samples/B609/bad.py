"""Told: A shell expands `*` for chown, chmod, tar or rsync."""

import os

os.system("tar cf weights.tar *")  # expect: B605 B607 B609
