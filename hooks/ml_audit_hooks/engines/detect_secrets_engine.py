"""detect-secrets 1.5 as a library: what its default plug-ins find in a text, without verification, many times faster.

Its own plug-in objects and filters judge; but only lines on which a necessary condition says that a plug-in can match
(`detect_secrets_gates`), and only plug-ins that can match there. Nothing of the package is imported before there is
such a line. No setting comes from the audited repository: a baseline could name Python
files to run. Nothing is looked up over the network: ``verify`` is never called.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.engines import detect_secrets_gates as gates
from ml_audit_hooks.engines.detect_secrets_surface import Surface, begins_with_section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

# Names of files that the engine's default filters leave out (detect_secrets/filters/heuristic.py)
_SKIPPED_ENDINGS = frozenset(
    ".7z .bin .bmp .bz2 .class .css .dmg .doc .eot .exe .gif .gz .ico .iml .ipr .iws .jar .jpg .jpeg .lock .map .mo"
    " .pdf .png .prefs .psd .rar .realm .s7z .sum .svg .tar .tif .tiff .ttf .webp .woff .xls .xlsx .zip".split()
)
_LOCKS = frozenset(
    "Brewfile.lock.json Cartfile.resolved composer.lock Gemfile.lock Package.resolved package-lock.json Podfile.lock"
    " yarn.lock Pipfile.lock poetry.lock Cargo.lock packages.lock.json".split()
)
_YAML = (".eyaml", ".yaml", ".yml")
_CONFIG = ".cf .cfg .cnf .conf .eyaml .go .ini .properties .toml .yaml .yml"
_QUOTES = ".cls .example .java .js .php .py .pyi .swift .tf"
_STYLES = (
    dict.fromkeys(_CONFIG.split(), "config")
    | dict.fromkeys(_QUOTES.split(), "quotes")
    | dict.fromkeys((".c", ".cs", ".m"), "c")
    | {".cpp": "c++"}
)


class Hit(NamedTuple):
    """What a plug-in found."""

    line: int  # from 1
    kind: str  # the engine's name of the type
    value: str  # the secret: for a fingerprint, never for an output


class _Context(NamedTuple):
    """All that the engine's filters ask of its code snippet."""

    previous_line: str


def is_skipped(path: str) -> bool:
    """Whether the engine does not look into a file of this name."""
    return _ending(path) in _SKIPPED_ENDINGS or path.rpartition("/")[2] in _LOCKS or "swagger" in path


def _ending(path: str) -> str:
    """As ``os.path.splitext``: case kept, and none for a name that only begins with dots."""
    stem, dot, ending = path.rpartition("/")[2].rpartition(".")
    return dot + ending if stem.strip(".") else ""


def hits(path: str, text: str, unwanted: gates.Unwanted | None = None) -> list[Hit]:
    """What the engine finds in a file of this name, whose lines end with ``\n`` only, as the engine reads them."""
    return hits_on(path, Surface(text.encode("utf-8", "surrogatepass")), unwanted)


def hits_on(path: str, surface: Surface, unwanted: gates.Unwanted | None = None) -> list[Hit]:
    """What the engine finds in a file of this name, by line; a value once a line and type.

    Of what `unwanted` names, the caller takes note of none: such hits may be left out, and others are the same.
    """
    if is_skipped(path):
        return []
    ending = _ending(path)
    has_sections, is_yaml = begins_with_section(surface.data), ending in _YAML
    if has_sections or is_yaml:
        from ml_audit_hooks.engines import detect_secrets_relaxed as relaxed

        if not (relaxed.in_pairs(surface) if has_sections else relaxed.in_values(surface, unwanted)):
            return []
        from ml_audit_hooks.engines import detect_secrets_files as files

        lines = files.transformed(surface.text, is_yaml, has_sections)
        if lines:
            return sorted(_in_units(path, lines, unwanted))
    found = sorted(_in_lines(path, surface, unwanted))
    if found or ending in _STYLES:
        return found
    from ml_audit_hooks.engines import detect_secrets_relaxed as relaxed

    if not relaxed.may_be_keys(surface.data) or not relaxed.in_pairs(surface):
        return found
    if unwanted and any(True for _ in _in_lines(path, surface, None)):  # with a hit, the engine ends here
        return []
    from ml_audit_hooks.engines import detect_secrets_files as files

    lines = files.sections(surface.text, add_header=True)
    return sorted(_in_units(path, lines, unwanted)) if lines else []


def _in_lines(path: str, surface: Surface, unwanted: gates.Unwanted | None) -> Iterator[Hit]:
    for number, plugin in gates.candidates(surface, _STYLES.get(_ending(path), "quotes"), unwanted):
        yield from _judged(path, surface.lines, number, plugin)


def _in_units(path: str, units: Sequence[str], unwanted: gates.Unwanted | None) -> Iterator[Hit]:
    """Over the lines that a transformer gave; one may hold line breaks."""
    flat = "\n".join(unit.replace("\n", "\r") for unit in units)
    surface = Surface(flat.encode("utf-8", "surrogatepass"))
    for number, plugin in gates.candidates(surface, _STYLES.get(_ending(path), "quotes"), unwanted):
        yield from _judged(path, units, number, plugin)


def _judged(path: str, lines: Sequence[str], number: int, plugin: str) -> Iterator[Hit]:
    """What one plug-in finds in one line, number from 0, after the engine's filters."""
    from ml_audit_hooks.engines import detect_secrets_import as package

    line = lines[number].rstrip()
    found = package.plugin(plugin).analyze_line(filename=path, line=line, line_number=number + 1)
    if not found:
        return
    allowlist, heuristic = package.module("filters.allowlist"), package.module("filters.heuristic")
    context = _Context(lines[number - 1] if number else "")
    if allowlist.is_line_allowlisted(path, line, context) or heuristic.is_indirect_reference(line):
        return
    for secret in found:
        value = secret.secret_value
        if not _is_filtered(heuristic, value, line, package.plugin(plugin)):
            yield Hit(number + 1, secret.type, value)


def _is_filtered(heuristic: Any, value: str, line: str, plugin: Any) -> bool:
    return bool(
        heuristic.is_sequential_string(value)
        or heuristic.is_potential_uuid(value)
        or heuristic.is_likely_id_string(value, line, plugin)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_not_alphanumeric_string(value)
    )
