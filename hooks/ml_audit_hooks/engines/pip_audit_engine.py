"""pip-audit driven as a library: its ``Auditor`` over records that the caller looks up.

Importing pip-audit as it is runs ``python -m pip --version`` in the current folder (``pip_api`` does), and so executes
a ``pip.py`` that the audited repository may hold; it also brings in ``requests`` and opens a socket (``urllib3``
does). Only four of its modules are needed: the auditor, the two interfaces and what they import. They are loaded here
without the packages around them, whose places are held meanwhile by empty modules. What can start a process or open a
socket cannot be imported while that happens, and nothing is looked for in the current folder.
"""

from __future__ import annotations

import os
import sys

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType
    from typing import Any, TypeAlias

    # (normalised name, version) -> the records that affect it: `id`, `aliases`, `fixed`, `summary` of each
    Query: TypeAlias = Callable[[str, str], Iterable[Any]]

_ROOT = "pip_audit"
_AUDITOR, _SERVICE, _SOURCE = "pip_audit._audit", "pip_audit._service", "pip_audit._dependency_source"
_STATE = "pip_audit._state"  # a progress display, which brings in `rich`
_REFUSED = ("pip_api", "socket", "subprocess")


class Vulnerability(NamedTuple):
    """What pip-audit says of one version."""

    id: str
    aliases: tuple[str, ...]  # sorted
    fixed: tuple[str, ...]  # versions, ascending


class Library(NamedTuple):
    """The classes of pip-audit that are used."""

    auditor: Any
    dependency: Any  # a name and a version
    result: Any  # a vulnerability of one
    service: Any  # the interface of what knows vulnerabilities
    source: Any  # the interface of what knows dependencies


def audit(pinned: Sequence[tuple[str, str]], query: Query) -> list[tuple[Vulnerability, ...]]:
    """pip-audit's answer for each (name, version), in order. A local segment of a version does not count.

    Raises AuditError where pip-audit cannot be used.
    """
    library = imported()
    auditor = library.auditor(_service(library, query))
    return [tuple(map(_plain, found)) for _, found in auditor.audit(_source(library, pinned))]


def imported() -> Library:
    """pip-audit's modules, loaded beside those that any other code of this process has or will have of it.

    Raises AuditError where pip-audit is missing, or is not built as this module expects.
    """
    from importlib import import_module

    path = list(sys.path)
    sys.path[:] = [entry for entry in path if not _is_audited(entry)]
    kept = {name: module for name, module in sys.modules.items() if _is_its_own(name) or name in _REFUSED}
    try:
        import_module("packaging.utils")  # of older ones, a part wants `subprocess`: to tell one C library from another
        for name in kept:
            del sys.modules[name]
        sys.modules.update(dict.fromkeys(_REFUSED))  # type: ignore[arg-type]  # with None, an import fails
        return _loaded()
    except (ImportError, AttributeError, TypeError) as error:
        raise AuditError(f"pip-audit: cannot be used ({error}); install pip-audit>=2.9,<3") from None
    finally:
        sys.path[:] = path
        for name in [name for name in sys.modules if _is_its_own(name) or name in _REFUSED]:
            del sys.modules[name]
        sys.modules.update(kept)


def _loaded() -> Library:
    from importlib import import_module

    root = import_module(_ROOT)
    state = _stand_in(_STATE)
    state.AuditState = _Silent  # type: ignore[attr-defined]
    found = []
    for package in (_SERVICE, _SOURCE):
        outer = _stand_in(package)
        outer.__path__ = [os.path.join(folder, package.rpartition(".")[2]) for folder in root.__path__]
        interface = import_module(f"{package}.interface")
        outer.__dict__.update((name, value) for name, value in vars(interface).items() if not name.startswith("__"))
        found.append(interface)
    service, source = found
    return Library(
        import_module(_AUDITOR).Auditor,
        service.ResolvedDependency,
        service.VulnerabilityResult,
        service.VulnerabilityService,
        source.DependencySource,
    )


def _stand_in(name: str) -> ModuleType:
    from types import ModuleType

    sys.modules[name] = module = ModuleType(name)
    return module


class _Silent:
    """A progress display that shows nothing."""

    def update_state(self, *_: object) -> None:
        """Show nothing."""


def _is_its_own(name: str) -> bool:
    return name == _ROOT or name.startswith(_ROOT + ".")


def _is_audited(entry: str) -> bool:
    """Whether an entry of the import path is the current folder or lies in it, outside our own environment."""
    here = os.path.realpath(os.getcwd())
    folder = os.path.realpath(entry or here)
    homes = {os.path.realpath(home) for home in (sys.prefix, sys.base_prefix)} - {here}
    return _within(folder, here) and not any(_within(folder, home) and _within(home, here) for home in homes)


def _within(folder: str, outer: str) -> bool:
    return folder == outer or folder.startswith(outer.rstrip(os.sep) + os.sep)


def _service(library: Library, query: Query) -> Any:
    class Records(library.service):  # type: ignore[misc, name-defined]
        """Answers out of records on this machine."""

        def query(self, spec: Any) -> tuple[Any, list[Any]]:
            """What is known of one dependency."""
            if spec.is_skipped():
                return spec, []
            found = query(spec.canonical_name, str(spec.version))
            return spec, [_result(library.result, match) for match in found]

    return Records()


def _result(made: Any, match: Any) -> Any:
    from packaging.version import Version

    ids = [match.id, *match.aliases]
    fixed = [Version(text) for text in match.fixed]
    if hasattr(made, "create"):
        return made.create(ids, match.summary, fixed, None)
    return made(ids[0], match.summary, fixed, set(ids[1:]))  # before 2.10


def _source(library: Library, pinned: Sequence[tuple[str, str]]) -> Any:
    from packaging.version import Version

    class Pinned(library.source):  # type: ignore[misc, name-defined]
        """Names and versions that a reader took from a file."""

        def collect(self) -> Iterable[Any]:
            """Each of them."""
            for name, version in pinned:
                yield library.dependency(name, Version(version.partition("+")[0]))

        # audit: ignore[STB003] the interface asks for it, and nothing here mends files
        def fix(self, fix_version: object) -> None:
            """Refused: a commit hook mends no lock file."""
            raise NotImplementedError

    return Pinned()


def _plain(found: Any) -> Vulnerability:
    return Vulnerability(found.id, tuple(sorted(found.aliases)), tuple(map(str, found.fix_versions)))
