"""Indexes that anybody on the way can answer for."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.packages import PYPI_HOST, URL, VCS
from ml_audit_hooks.checks.lockfiles.projects import Tree, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.lockfiles.facts import Index

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal")
_PRIVATE = (".corp", ".home", ".internal", ".intranet", ".lan", ".local", ".localdomain", ".test")
# Indexes of one publisher each, open to nobody else: a name there is taken by the one who also holds it on PyPI, or
# serves builds of one product.
_PUBLISHERS = (
    *("abetlen.github.io", "data.dgl.ai", "data.pyg.org", "developer.download.nvidia.com", "download.openmmlab.com"),
    *("download.pytorch.org", "flashinfer.ai", "intel.github.io", "jllllll.github.io", "pypi.ngc.nvidia.com"),
    *("pypi.nvidia.com", "pytorch-extension.intel.com", "repo.radeon.com", "shi-labs.com", "storage.googleapis.com"),
    *("wheels.vllm.ai", "wheels.myhloli.com", "us-python.pkg.dev", "dl.fbaipublicfiles.com", "alpa-projects.github.io"),
)
_PYPI = (PYPI_HOST, "pypi.python.org", "files.pythonhosted.org", "www.python.org")


def judge(tree: Tree) -> None:
    """Add the findings of every file that names an index."""
    for path in tree.facts:
        rows: tuple[Index, ...] = tree.value(path, "indexes", ())
        plain = _plain(tree, path, rows)
        _trusted(tree, path, rows, plain)
        _extra(tree, path, rows)


def _is_local(host: str) -> bool:
    return host in _LOCAL


def _is_private(host: str) -> bool:
    """Whether a host is one of a network of one's own."""
    if host.endswith(_PRIVATE) or "." not in host:
        return True
    parts = host.split(".")
    if not all(part.isdigit() for part in parts) or len(parts) != 4:
        return False
    first, second = int(parts[0]), int(parts[1])
    return first == 10 or (first == 192 and second == 168) or (first == 172 and 16 <= second < 32)


def _plain(tree: Tree, path: str, rows: tuple[Index, ...]) -> set[str]:
    """Indexes and packages fetched without encryption; the hosts that were told."""
    told: set[str] = set()
    fetched = [(line, option, address, cell) for line, option, address, cell in rows if option != "--trusted-host"]
    for item in tree.packages(path):
        address = item.where.removeprefix("git+")
        if item.source in (URL, VCS) and not item.hashes and not addresses.is_commit(item.reference):
            fetched.append((item.line, "", address, item.cell))
    for line, _, address, cell in fetched:
        if not address.lower().startswith(("http://", "git://")):
            continue
        host = addresses.host(address)
        if _is_local(host) or host in told or "$" in host:
            continue
        told.add(host)
        text = (
            f"{host} is asked over plain {address.partition(':')[0]}: anybody on the way can put code into the answer"
        )
        tree.add(path, "LCK007", (line, cell), host, "plain-index", text, "warning" if _is_private(host) else "")
    return told


def _trusted(tree: Tree, path: str, rows: tuple[Index, ...], told: set[str]) -> None:
    seen = set(told)
    for line, option, address, cell in rows:
        host = (addresses.host(address) or address.partition(":")[0]).lower()
        if option != "--trusted-host" or host in seen or _is_local(host) or not host or "$" in host:
            continue
        seen.add(host)
        text = f"--trusted-host {host} switches off the check of its certificate"
        tree.add(path, "LCK008", (line, cell), host, "trusted-host", text, "warning" if _is_private(host) else "")


def _extra(tree: Tree, path: str, rows: tuple[Index, ...]) -> None:
    """pip takes the highest version of all indexes, so whoever registers a private name on PyPI wins."""
    packages = [item for item in tree.packages(path) if item.source not in (URL, VCS)]
    hashed = bool(packages) and all(item.hashes for item in packages)
    main = [addresses.host(address) for _, option, address, _ in rows if option == "--index-url"]
    seen: set[str] = set()
    for line, option, address, cell in rows:
        host = addresses.host(address)
        if option != "--extra-index-url" or hashed or not host or host in seen or "$" in address or _is_local(host):
            continue
        seen.add(host)
        if host in _PYPI and not [h for h in main if h not in _PYPI]:
            continue
        if host in _PYPI and all(_is_publisher(h) for h in main):
            continue
        if _is_publisher(host):
            continue
        joined = shown(sorted({h for h in main if h} or {PYPI_HOST}))
        text = f"pip takes the highest version that {host} or {joined} has: a name of one can be taken on the other"
        tree.add(path, "LCK009", (line, cell), host, "extra-index", text, "")


def _is_publisher(host: str) -> bool:
    return host in _PUBLISHERS or host.endswith(".download.pytorch.org")
