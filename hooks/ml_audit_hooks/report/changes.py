"""What changed between two audit files, in a few lines for the terminal."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

MAX_LINES = 10
_KINDS = (
    "error",
    "finding",
    "randomness",
    "checkpoint",
    "checklist",
    "stub",
    "marker",
    "deferred",
    "heavy",
    "key file",
    "directory",
)


def summary(old: str, new: str) -> list[str]:
    """Up to MAX_LINES lines: ``checkpointing: Implemented -> Partially Implemented``,
    ``+ stub train.py: Trainer.resume``. Empty where only the wording of nothing changed."""
    before, after = _rows(old), _rows(new)
    lines = [f"+ {label}" for label in _more(after, before)]
    lines += [f"- {label}" for label in _more(before, after)]
    lines.sort(key=lambda line: (_rank(line), line[2:], line[0]))
    lines = _moves(_states(old), _states(new)) + lines
    if len(lines) > MAX_LINES:
        left = len(lines) - MAX_LINES + 1
        lines = [*lines[: MAX_LINES - 1], f"… and {left} more changes"]
    return lines


def _moves(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The states that changed: capabilities first, then facets."""
    moved = [name for name in after if before.get(name, after[name]) != after[name]]
    return [f"{name}: {before[name]} -> {after[name]}" for name in sorted(moved, key=lambda name: "." in name)]


def _states(text: str) -> dict[str, str]:
    """The status of each capability, and the state of each of its facets, by id."""
    from ml_audit_hooks.core.rubric import CAPABILITIES

    ids = {title: name for name, title in CAPABILITIES}
    found = {}
    section = text.partition("\n## 2. ")[2].partition("\n## 3. ")[0]
    for line in section.split("\n"):
        cells = line.strip("|").split(" | ")
        name = cells[0].strip().removesuffix("`*`")
        if name in ids:
            found[ids[name]] = cells[1].partition(",")[0].strip()
        elif name.partition(".")[0] in ids.values() and len(cells) > 1:
            found[name] = cells[1].split()[0]
    return found


def _rank(line: str) -> int:
    return next((i for i, kind in enumerate(_KINDS) if line[2:].startswith(kind)), len(_KINDS))


def _more(one: Counter[str], other: Counter[str]) -> list[str]:
    return sorted((one - other).elements())


def _rows(text: str) -> Counter[str]:
    """The facts of an audit file, a label each."""
    from collections import Counter

    found: Counter[str] = Counter()
    section, table = "", ""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line.startswith("## "):
            section, table = line, ""
        elif line.startswith("| --- |"):
            continue
        elif line.startswith("| ") and i + 1 < len(lines) and lines[i + 1].startswith("| --- |"):
            table = line
        elif line.startswith("| ") and table:
            label = _label(section, table, [cell.strip() for cell in line.strip("|").split(" | ")])
            if label:
                found[label] += 1
        elif not line.startswith("|"):
            table = ""
        if line.startswith("- **") and "High-Signal" in section:
            found[_cause(line)] += 1
        if line == ":::" and i + 3 < len(lines) and lines[i + 1].startswith("Question for"):
            found[f"error {_bare(lines[i + 3])}"] += 1
    return found


def _cause(line: str) -> str:
    """``finding CKP001: torch.load without weights_only=True (3 places in 2 files)``; of a gap, that it is one."""
    title, _, rest = line.removeprefix("- **").partition("** (`")
    code, _, rest = rest.partition("`, ")
    kind = rest.partition("): ")[0].partition(")")[0]
    return f"finding {code}: {_bare(title)} ({kind.partition(', ')[2] or kind})"


def _label(section: str, table: str, cells: Sequence[str]) -> str:
    name = _bare(cells[0])
    if "Repo Map" in section:
        if table.startswith("| Directory"):
            return f"directory {name}: {cells[1]}, {_counted(cells[2], 'file')}, {_counted(cells[3], 'line')}"
        if table.startswith("| File | Role"):
            return f"key file {name}: {cells[1]}"
        if table.startswith("| File | Function"):
            return f"heavy function {name}: {_bare(cells[1])}, complexity {cells[2]}"
        if "Comment" in table:
            return f"marker {name}: {_bare(cells[2])}"
        what = _bare(cells[1]) or _bare(cells[2])
        return f"stub {name}: {what}"
    if "Deferred" in section:
        code = name.partition(" ")[0]
        if not (code.isupper() and code[-1:].isdigit()):  # facets and stubs are told by themselves
            return ""
        return f"deferred {name}: {_bare(cells[1])}"
    if "Reproducibility" in section and table.startswith("| Item"):
        return f"checklist {name}: {cells[1]}"
    if "Reproducibility" in section and table.startswith("| Entry"):
        unseeded = cells[1] if "Unseeded" in table else "none"
        return f"randomness {name}: unseeded {unseeded}"
    if "Reproducibility" in section:
        return f"checkpoint {name}: {cells[1]} {_bare(cells[2])}, {cells[3].replace('*', '')}"
    return ""


def _counted(number: str, noun: str) -> str:
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def _bare(cell: str) -> str:
    """A cell without links, code marks and escapes."""
    out, i = "", 0
    while i < len(cell):
        char = cell[i]
        if char == "\\" and i + 1 < len(cell):
            out, i = out + cell[i + 1], i + 2
            continue
        if char == "]" and cell[i + 1 : i + 2] == "(":
            end = cell.find(")", i)
            i = len(cell) if end < 0 else end + 1
            continue
        if char not in "`[":
            out += char
        i += 1
    for sign, char in (("&lt;", "<"), ("&gt;", ">"), ("&#64;", "@"), ("&#47;", "/"), ("&amp;", "&")):
        out = out.replace(sign, char)
    return out.strip()
