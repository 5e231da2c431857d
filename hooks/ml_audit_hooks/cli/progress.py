"""A progress bar on a terminal's standard error; elsewhere nothing."""

from __future__ import annotations

import sys

WIDTH = 30  # cells of the bar


class Bar:
    """``reading [#####     ] 120/2366``, redrawn at most a hundred times."""

    def __init__(self, quiet: bool = False) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._drawn = -1

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` files are read."""
        if not self._on or total < WIDTH:
            return
        percent = 100 * done // total
        if percent != self._drawn:
            self._drawn = percent
            filled = WIDTH * done // total
            bar = "#" * filled + " " * (WIDTH - filled)
            end = "\r\x1b[K" if done == total else ""
            sys.stderr.write(f"\rreading [{bar}] {done}/{total}{end}")
            sys.stderr.flush()
