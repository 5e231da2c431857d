"""Paths that documents and commands name, looked up among the files of the repository."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


def joined(folder: str, path: str) -> str:
    """A relative path seen from a folder of the repository."""
    parts = folder.split("/") if folder and not path.startswith("/") else []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def found(view: View, path: str, near: str = "") -> str:
    """The file that `path` means, read in the file `near`: beside it, at the root, or after some ``cd``; "" for none.

    A path without an ending is a module or a package.
    """
    folder = near.rpartition("/")[0]
    ends = [path] if "." in path.rpartition("/")[2] else [f"{path}.py", f"{path}/__main__.py", f"{path}/__init__.py"]
    for end in ends:
        for whole in (joined(folder, end), joined("", end)):
            if whole in view.files:
                return whole
    tails = tuple(f"/{joined('', end)}" for end in ends)
    hits = [p for p in view.paths if p.endswith(tails)]
    return min(hits, key=lambda p: (p.count("/"), p)) if hits else ""
