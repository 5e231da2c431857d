"""``torch.load(…, weights_only=True)`` where the repository shows that tensors, dicts and numbers are read."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import places
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits, load_uses, plain
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Closed, Ground
    from ml_audit_hooks.patches.plain import Saved
    from ml_audit_hooks.patches.splice import Text

_CODES = ("CKP001", "B614")
_PLAIN_PACKAGES = frozenset(("diffusers", "peft", "timm", "torch", "torchvision", "transformers"))
_MAX_TOGETHER = 8  # loads in one patch
_MAX_PATCHES = 3
# A pin under torch 1.13, which has no weights_only: `torch==1.7.1`, `torch<1.13`, conda's `pytorch=1.4`.
_OLD = re.compile(r"(?mi)^[\s\"'-]*(?:py)?torch\s*(?:={1,3}|~=|<=?)\s*(?:0\.|1\.(?:\d|1[0-2])(?:\D|$)|1\.13(?!\.?\d))")
_REQUIREMENTS = re.compile(
    r"(?:^|/)(?:[\w.-]*requirements[\w.-]*\.txt|environment[\w.-]*\.ya?ml|pyproject\.toml|setup\.(?:py|cfg)|Pipfile)$"
)


class Load(NamedTuple):
    """A call of ``torch.load`` that can be made safe."""

    path: str
    line: int
    symbol: str
    splice: Splice
    shown: str  # what shows that it reads plain values
    closed: tuple[Closed, ...]


def build(ground: Ground) -> Iterator[Patch]:
    """One patch for all loads of a repository where they are few, else one a file."""
    paths = [*dict.fromkeys(path for path, finding in ground.findings.get("CKP001", ()) if finding.cell is None)]
    if not paths or _is_old(ground) or any(True for _ in edits.sources(ground, b"get_extra_state")):
        return
    saved = plain.saves(ground)
    by_file = {path: found for path in paths if (found := [*_loads(ground, path, saved)])}
    if sum(map(len, by_file.values())) <= _MAX_TOGETHER and len(by_file) > 1:
        yield _patch(ground, by_file)
        return
    first = [path for path in ground.programs if path in by_file]
    for path in [*first, *(path for path in by_file if path not in first)][:_MAX_PATCHES]:
        yield _patch(ground, {path: by_file[path]})


def _is_old(ground: Ground) -> bool:
    files = [path for path in ground.paths if _REQUIREMENTS.search(path) and not places.is_vendored(path)]
    return any(_OLD.search((ground.file(path).content.data or b"").decode("utf-8", "replace")) for path in files)


def _loads(ground: Ground, path: str, saved: Sequence[Saved]) -> Iterator[Load]:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None:
        return
    wanted = {(f.line, f.column): f for where, f in ground.findings["CKP001"] if where == path}
    for call in edits.calls(context, "load"):
        finding = wanted.get((call.lineno, call.col_offset + 1))
        if finding is None or any(keyword.arg == "pickle_module" for keyword in call.keywords):
            continue
        shown, splice = _shown(ground, context, call, saved), _splice(text, call)
        if shown and splice is not None:
            closed = edits.closed(ground, path, call.lineno, _CODES)
            yield Load(path, call.lineno, finding.symbol, splice, shown, closed)


def _splice(text: Text, call: ast.Call) -> Splice | None:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "weights_only"), None)
    if given is None:
        return edits.with_keyword(text, call, "weights_only", "True")
    if isinstance(given, ast.Constant) and given.value in (False, None):
        return Splice(text.start(given), text.end(given), "True")
    return None


def _shown(ground: Ground, context: Context, call: ast.Call, saved: Sequence[Saved]) -> str:
    """What shows that a load reads plain values; "" where nothing does."""
    found = load_uses.reading(context, call)
    if found is None:
        return ""
    if not found.keys:
        chosen = any(keyword.arg == "weights_only" for keyword in call.keywords)
        known = found.into and not chosen and all(_is_module(ground, context, node) for node in found.into)
        return "goes into load_state_dict as it is, which takes nothing but tensors" if known else ""
    matching = [row for row in saved if row.keys & found.keys]
    opaque = any(not (row.keys or row.state or row.plain) for row in saved)
    written = frozenset().union(*(row.keys for row in matching))
    if opaque or not all(row.plain for row in matching) or not found.keys <= written:
        return ""
    files = sorted({row.path for row in matching})
    return f"is the dict that {edits.some(files, 2)} saves, of state dicts and plain values"


def _is_module(ground: Ground, context: Context, node: ast.expr) -> bool:
    """Whether what takes the state may be a module of this repository, of torch or of a library of such: others, say
    those of TensorRT, keep more than tensors in it."""
    made = context.resolved(node)
    root = made.partition(".")[0]
    if root in ("", *_PLAIN_PACKAGES) or root not in context.packages:
        return True
    folder = context.file.path.rpartition("/")[0]
    homes = [home and f"{home}/" for home in ("", "src", folder)]
    return any(path.startswith((f"{home}{root}/", f"{home}{root}.py")) for home in homes for path in ground.paths)


def _patch(ground: Ground, by_file: dict[str, list[Load]]) -> Patch:
    loads = [load for path in by_file for load in by_file[path]]
    changes = []
    for path, found in by_file.items():
        text = edits.text_of(ground, path)
        assert text is not None
        changes.append(edits.change(text, [load.splice for load in found]))
    where, files = edits.some((_place(load) for load in loads), 4), edits.some(sorted(by_file))
    one = len(loads) == 1
    shown = edits.some(load.shown for load in loads)
    what = f"The load in {where}" if one else f"The {len(loads)} loads in {where}"
    return Patch(
        id=f"safe-load-{edits.slug(loads[0].path) if len(by_file) == 1 else 'checkpoints'}",
        title=f"Load checkpoints without running their code in {files}",
        why=f"{what} can run any code that the file holds. What is read there {shown}.",
        risk="A checkpoint from elsewhere that holds other objects, say a whole model or argparse options, fails to "
        f"load in {_place(loads[0])} with an UnpicklingError that names the class; torch must be 1.13 or later.",
        rollback=f"Remove weights_only=True in {files}; the files on disk stay as they are.",
        tests=(f"Load a file that {_place(loads[0])} is meant for, before and after, and compare the tensors.",),
        changes=tuple(sorted(changes)),
        findings=tuple(item for load in loads for item in load.closed),
    )


def _place(load: Load) -> str:
    return load.path if load.symbol == "<module>" else f"{load.symbol} of {load.path}"


KIND = Kind("safe_load", 95, build)
