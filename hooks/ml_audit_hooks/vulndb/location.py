"""Where the index of advisories lives.

In this order: the environment variable ``ML_AUDIT_VULNDB``, the setting ``vulndb`` (taken from the repository's root),
``ml-audit-hooks/advisories.index`` in the user's data folder: ``XDG_DATA_HOME``, else ``~/.local/share``,
``~/Library/Application Support`` on macOS, ``%LOCALAPPDATA%`` on Windows.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "ML_AUDIT_VULNDB"
FOLDER, NAME = "ml-audit-hooks", "advisories.index"


def where(setting: str = "", root: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """The path of the index, whether it is there or not; "" where the user has no home folder."""
    named = environ.get(VARIABLE, "")
    if named:
        return os.path.expanduser(named)
    if setting:
        return os.path.join(root, os.path.expanduser(setting))
    folder = _data_folder(environ)
    return os.path.join(folder, FOLDER, NAME) if folder else ""


def _data_folder(environ: Mapping[str, str]) -> str:
    named = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(named):  # the specification: a relative one is to be ignored
        return named
    if sys.platform == "win32":
        return environ.get("LOCALAPPDATA", "")
    home = environ.get("HOME", "") or os.path.expanduser("~")
    if not os.path.isabs(home):
        return ""
    return os.path.join(home, "Library/Application Support" if sys.platform == "darwin" else ".local/share")
