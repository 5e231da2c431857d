"""The states of the random generators in a checkpoint, and their way back."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.patches import checkpoint_dict, edits
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_CODE = "CKP009"
_MAX_PATCHES = 2
_KEY = "rng"
_PROCESSES = (b"DistributedDataParallel", b"init_process_group", b"Accelerator(", b"torch_xla", b"torch.distributed")
_BACK = frozenset("continue load main module restore resume train".split())  # functions that take a run up again
_AGAIN = frozenset("fallback nan recover recovery rollback".split())  # ... and those that must draw other numbers
_OTHERS = {"numpy": "numpy.random.", "random": "random."}  # module: what its draws begin with
_NO_DRAWS = frozenset("Generator RandomState Random default_rng getstate get_state seed set_state setstate".split())


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a checkpoint of a program that runs in one process: of several, only one would be restored right."""
    given = 0
    for path, finding in ground.findings.get(_CODE, ()):
        patch = _patch(ground, path, finding) if finding.cell is None else None
        if patch is not None:
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return


def _patch(ground: Ground, path: str, finding: Finding) -> Patch | None:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    table = checkpoint_dict.saved(context, finding) if context is not None else None
    if text is None or context is None or table is None or any(True for _ in edits.sources(ground, *_PROCESSES)):
        return None
    entry = checkpoint_dict.optimizer_entry(text, context, table)
    back = checkpoint_dict.restored(text, context, entry) if entry is not None else None
    if entry is None or back is None or edits.module_name(text, "torch") != "torch":
        return None
    drawn = _drawn(ground, path)
    if not _resumes(context, back.node) or any(edits.module_name(text, module) is None for module in drawn):
        return None  # another file draws: its generator has no name here
    if "numpy" in drawn and b"weights_only=False" not in context.file.data:
        return None  # its state is an array, which torch.load with weights_only=True, the default since 2.6, refuses
    at = edits.after(text, context, back.node)
    quote = checkpoint_dict.quote_of(text, table)
    saves, loads = _rows(text, drawn, quote, f"{back.table}[{quote}{_KEY}{quote}]")
    put = checkpoint_dict.with_entry(text, table, entry.value, f"{quote}{_KEY}{quote}: {{{', '.join(saves)}}}")
    if at is None or put is None:
        return None
    rows = [f"if {quote}{_KEY}{quote} in {back.table}:", *(f"    {row}" for row in loads)]
    where = path if finding.symbol == "<module>" else f"{finding.symbol} of {path}"
    names = edits.listed(["torch", *sorted("python" if module == "random" else module for module in drawn)])
    return Patch(
        id=f"rng-state-{edits.slug(path)}",
        title=f"Go on with the same random numbers after a resume of {path}",
        why=f"{where} saves {entry.owner} and the step, and not the generators of {names}: a resumed run shuffles "
        "and drops out otherwise than the run that was interrupted.",
        risk=f"Checkpoints from before this change have no {_KEY!r} and load as they did. On a machine with another "
        "number of GPUs the states of CUDA are left out.",
        rollback=f"Remove the key {_KEY!r} and the lines under its test in {path}.",
        tests=(f"Save in {path}, draw torch.rand(3), load, draw again: the numbers are equal.",),
        changes=(edits.change(text, [put, Splice(at, at, text.lines(text.lead(back.node), rows))]),),
        findings=edits.closed(ground, path, finding.line, (_CODE,)),
        facets=("checkpointing.rng_state",) if ground.state("checkpointing.rng_state") == "absent" else (),
    )


def _rows(text: Text, drawn: frozenset[str], q: str, table: str) -> tuple[list[str], list[str]]:
    """(entries of the dict, lines that restore them). Only tensors, numbers and tuples are kept, and torch wants its
    states on the CPU, wherever they were mapped to."""
    saves = [f"{q}torch{q}: torch.get_rng_state()", f"{q}cuda{q}: torch.cuda.get_rng_state_all()"]
    loads = [
        f"torch.set_rng_state({table}[{q}torch{q}].cpu())",
        f"if len({table}[{q}cuda{q}]) == torch.cuda.device_count():",
        f"    torch.cuda.set_rng_state_all([state.cpu() for state in {table}[{q}cuda{q}]])",
    ]
    if "random" in drawn:
        name = edits.module_name(text, "random")
        saves.append(f"{q}python{q}: {name}.getstate()")
        loads.append(f"{name}.setstate({table}[{q}python{q}])")
    if "numpy" in drawn:
        name = edits.module_name(text, "numpy")
        saves.append(f"{q}numpy{q}: {name}.random.get_state()")
        loads.append(f"{name}.random.set_state({table}[{q}numpy{q}])")
    return saves, loads


def _resumes(context: Context, node: ast.stmt) -> bool:
    """Whether a run is taken up where a state is given back, and no step is tried again."""
    words = {*name_parts(context.symbol(node).rpartition(".")[2].strip("<>"))}
    return bool(words & _BACK) and not words & _AGAIN


def _drawn(ground: Ground, path: str) -> frozenset[str]:
    """The modules besides torch from whose own generator the file, or one that it imports, draws."""
    found = set()
    for _, context in _reached(ground, path):
        for module, lead in _OTHERS.items():
            if any(_is_draw(context, call, lead) for call in context.nodes(ast.Call)):
                found.add(module)
    return frozenset(found)


def _is_draw(context: Context, call: ast.Call, lead: str) -> bool:
    dotted = context.dotted(call.func)
    return dotted.startswith(lead) and dotted.rpartition(".")[2] not in _NO_DRAWS


def _reached(ground: Ground, path: str) -> Iterator[tuple[str, Context]]:
    """The file and the repository's files that it imports, and those that they import."""
    todo, seen = [path], {path}
    while todo:
        here = todo.pop()
        context = edits.context_of(ground, here)
        if context is None:
            continue
        yield here, context
        for origin in context.module.aliases.values():
            for other in _files(ground, here, origin):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)


def _files(ground: Ground, path: str, origin: str) -> Iterator[str]:
    """The files of the repository that a dotted name may be in."""
    folder = path.rpartition("/")[0]
    dots = len(origin) - len(origin.lstrip("."))
    parts = [part for part in origin.split(".") if part]
    base = folder.split("/")[: len(folder.split("/")) - dots + 1] if dots and folder else []
    roots = ["/".join(base)] if dots else [folder, "", "src"]
    for root in dict.fromkeys(roots):
        for count in range(1, len(parts) + 1):
            stem = "/".join([*([root] if root else []), *parts[:count]])
            for name in (f"{stem}.py", f"{stem}/__init__.py"):
                if ground.has(name):
                    yield name


KIND = Kind("rng_state", 65, build)
