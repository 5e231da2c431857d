"""The programs of the repository that a test file starts by a command."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

RUN = "run:"  # in front of the path, in the place of a called name
_STARTERS = (b"subprocess", b"runpy", b"os.system", b"run_sh", b"check_call", b"Popen", b"script_runner")


def runs(context: Context) -> Iterator[tuple[str, int, int | None, str]]:
    """(``run:path``, line, cell, symbol) for every program that a text of the module names."""
    data = context.file.content.data or b""
    if not any(starter in data for starter in _STARTERS):
        return
    seen: set[tuple[str, str]] = set()
    for node in context.module.nodes.get(ast.Constant, ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 2000:
            symbol = context.symbol(node)
            for path in _programs(node.value):
                if (path, symbol) not in seen:
                    seen.add((path, symbol))
                    yield RUN + path, node.lineno, context.module.cell, symbol


def _programs(text: str) -> Iterator[str]:
    """``python train.py --x`` and ``src/train.py`` give the file, ``python -m pkg.train`` gives pkg/train.py."""
    words = text.split()
    for at, word in enumerate(words):
        if word.endswith(".py"):
            yield word.removeprefix("./")
            return
        if word == "-m" and at and words[at - 1].startswith("python") and at + 1 < len(words):
            yield words[at + 1].replace(".", "/") + ".py"
            return
