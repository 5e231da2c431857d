"""What every reader gives: a package that a file asks for or pins. Imports nothing heavy."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

# Where a package comes from.
PYPI = "pypi"  # an index of Python packages, PyPI or another
VCS = "vcs"
PATH = "path"  # a folder or archive beside the file
URL = "url"
CONDA = "conda"  # a conda channel: its names are not those of PyPI
NPM = "npm"
PYPI_HOST = "pypi.org"  # of the index that tools use where a file names none


class Package(NamedTuple):
    """One package in one file. A lock with several versions of a package gives one for each."""

    name: str  # as PEP 503 normalises it; of conda and npm as it is written, in lower case
    version: str  # the exact version, local segment and all ("2.1.0+cu121"); "" where the file does not say
    line: int  # from 1; of a notebook in the whole cell, see `cell`
    source: str  # one of the words above
    marker: str = ""  # of PEP 508, as it is written
    extras: tuple[str, ...] = ()  # normalised and sorted
    hashes: bool = False  # whether the file holds a hash of what is installed
    kind: str = ""  # of the file: "requirements", "poetry.lock", …, see `kinds`
    specifier: str = ""  # of a package that is not pinned, or as it was written: ">=1,<2"
    where: str = ""  # of a VCS, URL or path: the address without credentials; of an index, its address where known
    reference: str = ""  # of a VCS: what is checked out, "" for the default branch
    group: str = ""  # extra or group that asks for it; "" for always
    cell: int | None = None  # from 0, of a notebook
    declared: bool = False  # whether it is asked for, and not a resolved member of a lock


def normalised(name: str) -> str:
    """A name as PEP 503 normalises it."""
    name = name.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def public(version: str) -> str:
    """A version without its local segment: advisories and PyPI know 2.1.0, not 2.1.0+cu121."""
    return version.partition("+")[0]
