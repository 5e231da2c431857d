"""Addresses in manifests and locks: what they point at, and whether that can change under the same address."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles.packages import PATH, URL, VCS, normalised

_VCS = ("git+", "hg+", "svn+", "bzr+")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_HEX = frozenset("0123456789abcdef")


def source(address: str) -> str:
    """Where a package under this address comes from."""
    if address.startswith(_VCS) or address.startswith(("git@", "git://", "ssh://")):
        return VCS
    scheme, found, _ = address.partition("://")
    if found and scheme.lower() in ("http", "https", "ftp"):
        return VCS if address.partition("#")[0].endswith(".git") else URL
    return PATH


def without_credentials(address: str) -> str:
    """`address` without the user and password in front of the host."""
    scheme, found, rest = address.partition("://")
    if not found:
        return address
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def host(address: str) -> str:
    """The host of an address, in lower case; "" where there is none."""
    _, found, rest = address.partition("://")
    name = rest.partition("/")[0].rpartition("@")[2].lower() if found else ""
    return name if name.startswith("[") else name.partition(":")[0]


def reference(address: str) -> str:
    """What is checked out of a VCS address: what stands behind the last @ of its path, or in its query."""
    body, _, fragment = without_credentials(address).partition("#")
    path, _, query = body.partition("?")
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key in ("rev", "tag", "branch") and not is_commit(fragment):
            return value
    if is_commit(fragment):
        return fragment
    last = path.rpartition("/")[2]
    if "@" in last:
        return last.rpartition("@")[2]
    tail = path.partition("://")[2]
    return tail.rpartition("@")[2] if "@" in tail and ".git@" in tail else ""


def is_commit(word: str) -> bool:
    """Whether a word is a whole object id of git."""
    return len(word) in (40, 64) and all(c in _HEX for c in word.lower())


def is_short_commit(word: str) -> bool:
    """Whether a word looks like a shortened object id."""
    return 7 <= len(word) < 40 and all(c in _HEX for c in word.lower()) and not word.isdigit()


def is_tag(word: str) -> bool:
    """Whether a word looks like a version's tag."""
    bare = word.rpartition("/")[2].lstrip("vV")
    return bare[:1].isdigit() and "." in bare


def has_digest(address: str) -> bool:
    """Whether the fragment holds a hash of what is fetched."""
    fragment = address.partition("#")[2]
    return any(part.startswith(("sha256=", "sha384=", "sha512=")) for part in fragment.split("&"))


def named(address: str) -> tuple[str, str]:
    """(name, version) that an address tells: of a wheel or source archive, or behind ``egg=``; "" where it does not."""
    body, _, fragment = address.partition("#")
    for part in fragment.split("&"):
        if part.startswith("egg="):
            return normalised(part[4:].partition("[")[0].strip()), ""
    file = body.partition("?")[0].rstrip("/").rpartition("/")[2].replace("%2B", "+").replace("%2b", "+")
    if file.endswith(".whl"):
        parts = file[:-4].split("-")
        return (normalised(parts[0]), parts[1]) if len(parts) >= 5 else ("", "")
    for ending in _ARCHIVES:
        if file.endswith(ending):
            name, _, version = file[: -len(ending)].rpartition("-")
            return (normalised(name), version) if name and version[:1].isdigit() else ("", "")
    if source(address) == VCS:
        repository = file.partition(".git@")[0].partition("@")[0].removesuffix(".git")
        return normalised(repository), ""
    return "", ""
