"""Whether a file of requirements locks them."""

from __future__ import annotations

from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core import keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.file import File

LOCKS = frozenset(
    ("uv.lock", "poetry.lock", "pipfile.lock", "pdm.lock", "pylock.toml", "conda-lock.yml", "conda-lock.yaml")
    + ("pixi.lock",)
)
LOCK_NAMES = ("*.lock", "*pylock.toml", "*conda-lock.yml", "*conda-lock.yaml", "pylock.*", "*.conda-lock.yml")
PINNED, LOOSE, INCLUDES = (
    "security.requirements.pinned",
    "security.requirements.loose",
    "security.requirements.includes",
)
# PEP 508 with an exact version: "name[extra]==1.2.3 ; marker"; no wildcard
_EXACT = Pattern(r"^[\w.-]+\s*(?:\[[^\]]*\])?\s*\(?===?\s*[\w.!+-]+\)?\s*(?:$|[;#\\,]|--)")
_BY_CONTENT = Pattern(r"@[0-9a-f]{40}\b|\.(?:whl|tar\.gz|zip)\b|#sha256=|--hash=")  # a commit, an artefact, a digest
_CONDA_EXACT = Pattern(r"^(?:[\w.-]+::)?[\w.-]+(?:==[\w.!+-]+|=[\w.!+-]+=[\w.-]+)$")
_SIDE_WORDS = Pattern(r"\b(?:docs?|test(?:s|ing)?|dev|lint|style|ci|build|examples?)\b")


def of_lock(file: File) -> Iterator[Signal]:
    """A lock file with something in it."""
    name = file.path.rpartition("/")[2].lower()
    known = name in LOCKS or (name.startswith("pylock.") and name.endswith(".toml")) or name.endswith(".conda-lock.yml")
    if known and (file.content.data or b"").strip():
        yield Signal("security.dependency_lock", 1, None, "<module>", "locks every dependency")


def of_requirements(file: File) -> Iterable[Signal]:
    """Whether a requirements file pins everything that it names, and which others it takes in."""
    folders, _, name = file.path.lower().rpartition("/")
    top = folders.rpartition("/")[2]
    if not name.endswith((".txt", ".pip", ".lock")) or not ("requirement" in name or top == "requirements"):
        return ()
    if _SIDE_WORDS.search(name.replace("_", " ").replace("-", " ")) or top in ("docs", "doc"):
        return ()
    return _judged(file.text)


def _judged(text: str) -> Iterator[Signal]:
    first, loose, count = 0, 0, 0
    for number, line in _logical(text):
        option, _, value = line.replace("=", " ", 1).partition(" ") if line.startswith("-") else ("", "", "")
        if option in ("-r", "--requirement"):
            yield Signal(INCLUDES, number, None, value.strip(), f"takes in {value.strip()}")
        elif (
            (option in ("-e", "--editable") and value.strip().startswith((".", "/")))
            or (option and option not in ("-e", "--editable"))
            or line == "."
            or line.startswith(("./", ".["))
        ):
            continue
        elif _EXACT.match(line) or _BY_CONTENT.search(line):
            first, count = first or number, count + 1
        else:
            loose = loose or number
    if loose:
        yield Signal(LOOSE, loose, None, "<module>", "an unpinned requirement")
    elif count:
        yield Signal(PINNED, first, None, "<module>", f"pins all {count} requirements")


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """The requirement lines, continuations joined, comments dropped."""
    held, first = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not held:
            first = number
        if bare.endswith("\\"):
            held += bare[:-1] + " "
            continue
        whole = (held + bare).strip()
        held = ""
        if whole and not whole.startswith("#"):
            yield first, whole.partition(" #")[0].strip()


def of_environment(file: File) -> Iterable[Signal]:
    """A conda environment in which every entry but Python itself is exact, as ``conda env export`` writes it."""
    name = file.path.rpartition("/")[2].lower()
    if not (name.startswith(("environment", "conda")) and name.endswith((".yml", ".yaml"))) or "lock" in name:
        return ()
    entries = [k for k in keys.keys(file.text, "YAML") if k.name in ("dependencies", "dependencies.pip") and k.value]
    named = [k for k in entries if not k.value.startswith(("python=", "pip=")) and k.value not in ("pip", "python")]
    exact = [k for k in named if _CONDA_EXACT.match(k.value) or (k.name.endswith("pip") and _EXACT.match(k.value))]
    if named and len(exact) == len(named):
        return (Signal(PINNED, named[0].line, None, "dependencies", f"pins all {len(named)} packages"),)
    return ()
