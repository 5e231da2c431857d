"""Switches of determinism that contradict each other, or come too late."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.seeds.sites import finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding

_CUDNN = ("torch.backends.cudnn.benchmark", "torch.backends.cudnn.deterministic")


def findings(context: Context) -> Iterator[Finding]:
    """The findings of one module."""
    on: dict[tuple[str, str], ast.AST] = {}  # (switch, function) -> where it is switched on
    for node in sorted(context.nodes(ast.Assign), key=lambda n: n.lineno):
        for target in node.targets:
            name = context.dotted(target)
            if name in _CUDNN:
                switch = name.rpartition(".")[2], context.symbol(node)
                on.pop(switch, None)
                if isinstance(node.value, ast.Constant) and node.value.value is True:
                    on[switch] = node
            elif _is_hash_seed(target, context):
                text = "PYTHONHASHSEED set in a running program changes only the programs that it starts"
                yield finding("SEED011", node, context, "PYTHONHASHSEED", text)
    for (word, symbol), where in on.items():
        if word == "benchmark" and ("deterministic", symbol) in on:
            text = "cudnn.benchmark picks kernels by their speed of the moment, which cudnn.deterministic is to prevent"
            yield finding("SEED009", where, context, "cudnn", text)
    for call in context.written.get("use_deterministic_algorithms", ()):
        first = call.args[0] if call.args else None
        is_on = isinstance(first, ast.Constant) and first.value is True
        if is_on and context.dotted(call.func) == "torch.use_deterministic_algorithms":
            text = "use_deterministic_algorithms needs CUBLAS_WORKSPACE_CONFIG=:4096:8 on CUDA, which nothing sets"
            yield finding("SEED010", call, context, "cublas", text)
    for call in context.written.get("enable_op_determinism", ()):
        text = "with enable_op_determinism TensorFlow refuses to draw without a seed, and nothing sets one"
        yield finding("SEED017", call, context, "tensorflow", text)


def _is_hash_seed(target: ast.AST, context: Context) -> bool:
    if not isinstance(target, ast.Subscript) or context.dotted(target.value) != "os.environ":
        return False
    return isinstance(target.slice, ast.Constant) and target.slice.value == "PYTHONHASHSEED"
