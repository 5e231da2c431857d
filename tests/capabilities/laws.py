"""What may happen to a repository without, or with only a known, effect on its facets."""

from __future__ import annotations

import ast
import keyword

from ml_audit_hooks.capabilities.catalog import CAPABILITIES
from ml_audit_hooks.capabilities.status import judge
from ml_audit_hooks.capabilities.view import View

States = dict[str, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DECOY = (
    "# resume from the checkpoint: torch.load(path)['optimizer'], LoRA, early stopping, wandb.init(mode='offline')\n"
    '"""GradScaler, autocast, AutoTokenizer.from_pretrained, train_test_split(random_state=0), mlflow.start_run()."""\n'
    "from optuna import create_study as _unused_study\n"
    "from peft import LoraConfig as _unused_config\n"
)


def states(view: View) -> States:
    """The state of every facet by its id."""
    return {
        f"{capability.name}.{facet.name}": verdict.state
        for capability in CAPABILITIES
        for facet, verdict in zip(capability.facets, judge(capability, view).verdicts, strict=True)
    }


def functions(text: str) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of a module with its dotted symbol, outer ones first."""
    found: list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
                symbol = f"{prefix}{child.name}"
                if isinstance(child, _FUNCTIONS):
                    found.append((symbol, child))
                visit(child, symbol + ".")
            else:
                visit(child, prefix)

    visit(ast.parse(text), "")
    return found


def stubbed_out(text: str, symbol: str) -> str:
    """The module with one function's body replaced by ``raise NotImplementedError``; no line moves."""
    node = dict(functions(text))[symbol]
    lines = text.split("\n")
    first, last = node.body[0], node.end_lineno or node.lineno
    if first.lineno == node.lineno:  # def f(): return 1
        return text
    start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    indent = " " * first.col_offset
    body = [f"{indent}raise NotImplementedError", *([""] * (last - start))]
    return "\n".join(lines[: start - 1] + body + lines[last:])


def locals_renamed(text: str) -> str:
    """The module with the local variables of each function renamed; parameters, attributes and keywords stay.

    Functions that nest others, or say ``global``, ``nonlocal``, ``locals`` or ``exec``, are left alone.
    """
    edits: dict[int, list[tuple[int, int, str]]] = {}
    for _, node in functions(text):
        inner = [n for n in ast.walk(node) if n is not node]
        nested = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.Global, ast.Nonlocal, ast.comprehension)
        calls = {n.id for n in inner if isinstance(n, ast.Name)} & {"locals", "exec", "eval", "vars", "globals"}
        if calls or any(isinstance(n, nested) for n in inner):
            continue
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        taken = {a.arg for a in named if a} | _imported(node)
        in_text = {  # the columns of names inside f-strings are not those of the line before Python 3.12
            n.id
            for text_node in inner
            if isinstance(text_node, ast.JoinedStr)
            for n in ast.walk(text_node)
            if isinstance(n, ast.Name)
        }
        own = {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - taken - in_text
        for n in inner:
            if isinstance(n, ast.Name) and n.id in own and not keyword.iskeyword(n.id):
                edits.setdefault(n.lineno, []).append(
                    (n.col_offset, len(n.id.encode()), f"v_{sorted(own).index(n.id)}")
                )
    rows = [line.encode() for line in text.split("\n")]
    for line, changes in edits.items():
        for column, size, name in sorted(set(changes), reverse=True):
            row = rows[line - 1]
            rows[line - 1] = row[:column] + name.encode() + row[column + size :]
    renamed = b"\n".join(rows).decode()
    return renamed if _parses(renamed) else text


def _imported(node: ast.AST) -> set[str]:
    found = set()
    for n in ast.walk(node):
        if isinstance(n, (ast.Import, ast.ImportFrom)):
            found |= {(name.asname or name.name).partition(".")[0] for name in n.names}
        elif isinstance(n, ast.ExceptHandler) and n.name:
            found.add(n.name)
    return found


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def with_decoys(text: str) -> str:
    """The module with a comment, a string and dead imports at its end that name many facets."""
    return f"{text.rstrip()}\n\n{DECOY}"
