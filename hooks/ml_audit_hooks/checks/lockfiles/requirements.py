"""Requirements and constraints files of pip, and the same words on a command line.

The format: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.grammar import Malformed, requirement
from ml_audit_hooks.checks.lockfiles.packages import PATH, PYPI, VCS, Package, normalised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUED = {
    "--constraint": "-c",
    "--extra-index-url": "--extra-index-url",
    "--find-links": "--find-links",
    "--index-url": "--index-url",
    "--pypi-url": "--index-url",
    "--requirement": "-r",
    "--trusted-host": "--trusted-host",
    "--index": "first-index",
    "--default-index": "--index-url",
    "-c": "-c",
    "-f": "--find-links",
    "-i": "--index-url",
    "-r": "-r",
}
_EDITABLE = ("-e", "--editable")
_TEMPLATES = ("{{", "{%", "<%", "${{")
_CONFLICTS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def read(text: str, kind: str) -> Found:
    """What a requirements file says."""
    found = Found(kind)
    if any(mark in text for mark in _TEMPLATES):  # of cookiecutter and the like: no file of requirements yet
        return found
    for number, line in logical(text):
        if line.startswith(_CONFLICTS):
            found.unread.append((None, f"holds a merge conflict: line {number}"))
            return found
        try:
            one_line(found, line, number)
        except Malformed:
            if not found.unread:  # one a file: a file in another format would give hundreds
                found.unread.append((None, f"holds what is no requirement: line {number}"))
    _compiled(found, text)
    return found


def logical(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, continuations joined and comments dropped, each with its first line's number."""
    held, first = "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not held:
            first = number
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            held += line[:-1] + " "
            continue
        whole = _uncommented(held + ("" if comment else line)).strip()
        held = ""
        if whole:
            yield first, whole
    whole = _uncommented(held).strip()
    if whole:
        yield first, whole


def _uncommented(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def one_line(found: Found, line: str, number: int) -> None:
    """Add what one line says. Raises Malformed."""
    if line.startswith("-"):
        pip_option(found, line, number)
        return
    body, hashes = _without_options(line)
    found.packages.append(package(body, number, found.kind, hashes))


def pip_option(found: Found, line: str, number: int) -> None:
    """Add what a line that starts with an option says. Raises Malformed."""
    word, value = _split_option(line)
    if word in _EDITABLE:
        if not value:
            raise Malformed(line)
        found.packages.append(package(_unquoted(value), number, found.kind, False))
        return
    name = _VALUED.get(word, "")
    if name in ("-r", "-c"):
        found.includes.append((number, name, _unquoted(value)))
    elif name:
        values = value.split() if name == "--trusted-host" else [_unquoted(value.split(" ")[0])]
        found.indexes += [(number, name, addresses.without_credentials(item), None) for item in values]
    elif not word.startswith("--") and len(word) != 2:
        raise Malformed(line)


def _split_option(line: str) -> tuple[str, str]:
    word, _, value = line.partition(" ")
    if word.startswith("--") and "=" in word:
        word, _, tail = line.partition("=")
        return word, tail.strip()
    if not word.startswith("--") and len(word) > 2 and word[:2] in ("-r", "-c", "-e", "-f", "-i"):
        return word[:2], line[2:].lstrip("= ").strip()
    return word, value.strip()


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _without_options(line: str) -> tuple[str, bool]:
    """(the requirement, whether it has a hash): pip cuts a line at the first word that is an option."""
    at = line.find(" -")
    while at >= 0 and not line[at + 1 :].startswith(("--", "-C")):
        at = line.find(" -", at + 1)
    if at < 0:
        return line, False
    return line[:at].rstrip(), "--hash" in line[at:]


def package(text: str, line: int, kind: str, hashes: bool, cell: int | None = None) -> Package:
    """The package that a requirement, an address or a path asks for. Raises Malformed."""
    body, marker = text, ""
    if _is_address(text):
        if " ;" in text:
            body, _, marker = (part.strip() for part in text.partition(" ;"))
        return _of_address(body, "", line, kind, hashes, marker, (), cell)
    read = requirement(text)
    if read.url:
        made = _of_address(read.url, read.name, line, kind, hashes, read.marker, read.extras, cell)
        return made._replace(name=read.name)
    return Package(
        *(read.name, read.pinned, line, PYPI, read.marker, read.extras, hashes, kind, read.specifier),
        cell=cell,
        declared=True,
    )


def _is_address(text: str) -> bool:
    """Whether a line is a path or an address and not a named requirement."""
    first = text.partition(" ")[0]
    if "@" in text and text.partition("@")[0].strip().replace("_", "a").replace("-", "a").replace(".", "a").isalnum():
        return False  # name @ address
    if "://" in first or first.startswith((".", "/", "~", "git@", "file:")) or "\\" in first:
        return True
    bare = first.partition("[")[0].partition("#")[0]
    slash = "/" in first and not any(op in first.partition("/")[0] for op in "=<>~!;")
    return slash or bare.endswith((".whl", ".tar.gz", ".zip")) or first[1:3] in (":\\", ":/")


def _of_address(
    address: str,
    name: str,
    line: int,
    kind: str,
    hashes: bool,
    marker: str,
    extras: tuple[str, ...],
    cell: int | None,
) -> Package:
    where = addresses.source(address)
    told, version = addresses.named(address)
    if where == PATH and not version:
        last = address.partition("[")[0].rstrip("/").rpartition("/")[2]
        told = told or (normalised(last) if last.strip(".") else ".")
    ref = addresses.reference(address) if where == VCS else ""
    digest = hashes or addresses.has_digest(address)
    safe = addresses.without_credentials(address)
    return Package(
        *(name or told, version, line, where, marker, extras, digest, kind, "", safe, ref),
        cell=cell,
        declared=True,
    )


def _compiled(found: Found, text: str) -> None:
    """What the header of a compiled file says: the tool, and where it was compiled or exported from."""
    head = text[:1200]
    if "autogenerated by" not in head:
        return
    for line in head.split("\n")[:12]:
        words = line.lstrip("# ").split()
        if words[:1] == ["pip-compile"] or words[:3] == ["uv", "pip", "compile"]:
            found.more["compiled"] = " ".join(words)
            inputs = [w for w in words[1:] if w.endswith((".in", ".toml", ".txt", ".cfg", ".py"))]
            outputs = [w.partition("=")[2] for w in words if w.startswith(("--output-file=", "-o="))]
            outputs += [b for a, b in zip(words, words[1:], strict=False) if a in ("-o", "--output-file")]
            found.more["inputs"] = tuple(w for w in inputs if w not in outputs and not w.startswith("-"))
        elif words[:2] == ["uv", "export"]:
            found.more["compiled"] = " ".join(words)
