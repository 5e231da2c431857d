"""A seed for a program that draws from generators which nothing seeds, set where the program takes its settings."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.patches import edits, seed_wiring
from ml_audit_hooks.patches.model import Closed, Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Text

_CODES = ("SEED001", "SEED002")
_MAX_PATCHES = 3
_MODULES = {"numpy": "numpy", "python": "random", "sklearn": "numpy", "tensorflow": "tensorflow", "torch": "torch"}
_CALLS = {
    "numpy": "{}.random.seed({})",
    "random": "{}.seed({})",
    "tensorflow": "{}.random.set_seed({})",
    "torch": "{}.manual_seed({})",
}


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a program, the foremost programs first."""
    by_program: dict[tuple[str, str], list[Finding]] = {}
    for code in _CODES:
        for path, finding in ground.findings.get(code, ()):
            if finding.cell is None and path.endswith(".py") and "random_state=" not in finding.text:
                by_program.setdefault((path, finding.symbol), []).append(finding)
    order = {path: i for i, path in enumerate(ground.programs)}
    given = 0
    for path, symbol in sorted(by_program, key=lambda key: (order.get(key[0], len(order)), key)):
        for patch in _of_program(ground, path, symbol, by_program[path, symbol]):
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return


def _of_program(ground: Ground, path: str, symbol: str, findings: Sequence[Finding]) -> Iterator[Patch]:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None or any(finding.kind not in _MODULES for finding in findings):
        return
    modules = sorted({_MODULES[finding.kind] for finding in findings})
    wiring = seed_wiring.wiring(text, context, symbol)
    named = _named(text, context, modules)
    if wiring is None or named is None:
        return
    rows = [_CALLS[module].format(name, wiring.value) for module, name in named]
    seeds = Splice(wiring.at, wiring.at, text.lines(wiring.lead, rows))
    missing = [module for module, name in named if name == module and not text.imports(module)]
    fresh = text.imported(*missing) if missing else None
    splices = _joined([*wiring.splices, seeds] if fresh is None else [fresh, *wiring.splices, seeds])
    closed = tuple(Closed(finding.code, path, finding.symbol) for finding in findings)
    sources = edits.listed([{"random": "python"}.get(module, module) for module in modules])
    draws = edits.some((_draw(finding) for finding in findings), 2)
    yield Patch(
        id=f"seed-{edits.slug(path)}",
        title=f"Seed {sources} in {path}",
        why=f"Two runs of {path} with the same settings give different results: nothing seeds {sources} before {draws} "
        f"draw{'s' * (len(findings) == 1)}.",
        risk=f"{wiring.says} Results differ once from those of earlier runs.{_shared(context, path)}",
        rollback=f"Remove {edits.listed(rows)} from {path}.",
        tests=(f"Run {path} twice for a few steps and compare the first losses or outputs: they are equal.",),
        changes=(edits.change(text, splices),),
        findings=closed,
    )


def _shared(context: Context, path: str) -> str:
    data = context.file.data
    if not any(mark in data for mark in (b"distributed", b"local_rank", b"Accelerator(")):
        return ""
    return f" {path} may run in several processes: all of them get the same seed."


def _draw(finding: Finding) -> str:
    """What is drawn, out of the finding's text: ``torch is drawn from (torch.nn.Conv2d in a.py, B) and …``."""
    return finding.text.partition("(")[2].partition(")")[0] or finding.kind


def _joined(splices: Sequence[Splice]) -> list[Splice]:
    """Splices at one place as one, in the order in which they are given."""
    found: dict[tuple[int, int], str] = {}
    for start, end, text in splices:
        found[start, end] = found.get((start, end), "") + text
    return [Splice(start, end, text) for (start, end), text in found.items()]


def _named(text: Text, context: Context, modules: Sequence[str]) -> list[tuple[str, str]] | None:
    """(module, its name in the file); None where a name that an import would bring means something else."""
    found = []
    for module in modules:
        name = edits.module_name(text, module)
        if name is None and module == "tensorflow" and "tensorflow" in context.packages:
            return None  # the first version, whose graphs have seeds of their own
        if name is None:
            taken = context.module.aliases.get(module)
            if taken not in (None, module) or _is_bound(context, module):
                return None
        found.append((module, name or module))
    return found


def _is_bound(context: Context, name: str) -> bool:
    """Whether a name is assigned, a parameter, or defined anywhere in the file."""
    if any(node.id == name and not isinstance(node.ctx, ast.Load) for node in context.nodes(ast.Name)):
        return True
    return any(arg.arg == name for arg in context.nodes(ast.arg)) or name in context.owners


KIND = Kind("seeding", 80, build)
