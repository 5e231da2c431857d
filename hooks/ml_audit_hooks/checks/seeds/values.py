"""What is known of a value without running the program: a seed, a flag.

A value is a tuple that marshal can write: ``("c", constant)``, ``("p", parameter)``, ``("s", setting)`` (an option or
attribute of that name), ``("t", text)`` (differs from run to run), ``("r", source)`` (drawn from that source),
``("n", count)`` (a list of so many elements), ``("#", parameter)`` (how many elements it has) and ``("x",)`` (cannot be
known). A test of an ``if`` is ``("truthy", value)``, ``("none", value)``,
``("cmp", operator, value, constant)``, ``("not", test)``, ``("and"|"or", tests)``, ``("gpu",)``, ``("main",)`` or
``("?",)``.
"""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Value: TypeAlias = tuple[Any, ...]
    Test: TypeAlias = tuple[Any, ...]
    Named: TypeAlias = Callable[[ast.AST], str]  # the resolved dotted name of an expression
    Known: TypeAlias = Callable[[str], Value | None]  # what a local name was assigned

OPEN: Value = ("x",)
NOTHING: Value = ("c", None)
_WRAPPERS = frozenset(("int", "str", "float", "abs", "bool", "numpy.int64", "numpy.uint32", "cast"))
_GETTERS = frozenset(("get", "pop", "getenv", "getint", "getattr"))
_MOVING = tuple(
    "datetime.datetime.now datetime.datetime.utcnow datetime.now os.getpid os.urandom random.SystemRandom"
    " secrets.randbelow secrets.randbits secrets.token_bytes time.monotonic time.perf_counter time.time time.time_ns"
    " torch.seed uuid.uuid4".split()
)
_OPERATORS = {ast.Eq: "==", ast.NotEq: "!=", ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
_GPU_WORDS = tuple("cuda gpu is_available device find_spec installed has_torch has_tf sys.modules".split())


def is_seed_name(name: str) -> bool:
    """Whether a parameter or option of this name holds a seed."""
    low = name.lower()
    return "seed" in low or low in ("random_state", "rng", "randomstate")


def value(node: ast.AST | None, named: Named, known: Known, depth: int = 0) -> Value:
    """The value of an expression."""
    if node is None or depth > 8:
        return OPEN
    if isinstance(node, ast.Constant):
        plain = node.value is None or isinstance(node.value, (bool, int, float, str))
        return ("c", node.value if not isinstance(node.value, str) else node.value[:40]) if plain else OPEN
    if isinstance(node, ast.Name):
        return known(node.id) or ("s", node.id)
    if isinstance(node, ast.Attribute):
        return "s", node.attr
    if isinstance(node, ast.Subscript):
        key = node.slice
        return ("s", key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else OPEN
    if isinstance(node, ast.UnaryOp):
        inner = value(node.operand, named, known, depth + 1)
        if inner[0] == "c" and isinstance(inner[1], (int, float)) and isinstance(node.op, ast.USub):
            return "c", -inner[1]
        return inner if inner[0] in "st" else OPEN
    if isinstance(node, ast.BinOp):
        sides = [value(side, named, known, depth + 1) for side in (node.left, node.right)]
        return _strongest(sides)
    if isinstance(node, ast.BoolOp):
        sides = [value(side, named, known, depth + 1) for side in node.values]
        fixed = [side for side in sides if side[0] == "c" and side[1]]
        return fixed[-1] if fixed and isinstance(node.op, ast.Or) else _strongest(sides)
    if isinstance(node, ast.Call):
        return _called(node, named, known, depth)
    return OPEN


def _strongest(sides: list[Value]) -> Value:
    """Of the parts of an expression the one that decides whether it is the same in every run."""
    for kind in "trps":
        for side in sides:
            if side[0] == kind:
                return side
    return sides[0] if all(side[0] == "c" for side in sides) else OPEN


_TELLING = frozenset(
    ("now", "randbelow", "randbits", "seed", "timestamp", "utcnow", "uuid4", "int64", "uint32", "time")
)
_TELLING |= frozenset("SystemRandom getpid monotonic perf_counter time_ns token_bytes urandom randint".split())
_TELLING |= _WRAPPERS | _GETTERS


def may_tell(made: str) -> bool:
    """Whether what a call of this name (``made()``) returns may be known: a wrapped value, a setting, the time."""
    last = made[:-2].rpartition(".")[2]
    return last in _TELLING or made.startswith(("random.", "numpy.random."))


def _called(node: ast.Call, named: Named, known: Known, depth: int) -> Value:
    name = named(node.func)
    if name.startswith(_MOVING) or (name.endswith((".timestamp", ".microsecond")) and "now" in name):
        return "t", name + "()"
    root, _, last = name.rpartition(".")
    if name == "len" and len(node.args) == 1:
        counted = node.args[0]
        return (known(f"#{counted.id}") or OPEN) if isinstance(counted, ast.Name) else OPEN
    if last in _WRAPPERS or name in _WRAPPERS:
        return value(node.args[0], named, known, depth + 1) if node.args else OPEN
    if last in _GETTERS and node.args:
        at = 1 if last == "getattr" else 0
        key = node.args[at] if len(node.args) > at else None
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            if len(node.args) > at + 1:
                default = value(node.args[at + 1], named, known, depth + 1)
                if default[0] == "c" and default[1] is not None:
                    return OPEN
            return "s", key.value
    if root in ("random", "numpy.random") and last not in ("get_state", "getstate", "default_rng", "RandomState"):
        return "r", "python" if root == "random" else "numpy"
    if root == "torch" and last in ("randint", "initial_seed"):
        return ("r", "torch") if last == "randint" else OPEN
    inner = [value(arg, named, known, depth + 1) for arg in node.args]
    moving = [v for v in inner if v[0] == "t"]
    return moving[0] if moving else OPEN


def asked(node: ast.AST, named: Named, known: Known, depth: int = 0) -> Test:
    """What an ``if`` asks."""
    if depth > 8:
        return ("?",)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "not", asked(node.operand, named, known, depth + 1)
    if isinstance(node, ast.BoolOp):
        parts = tuple(asked(part, named, known, depth + 1) for part in node.values)
        return ("and" if isinstance(node.op, ast.And) else "or"), parts
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(node, named, known)
    text = named(node.func if isinstance(node, ast.Call) else node).lower()
    if any(word in text for word in _GPU_WORDS):
        return ("gpu",)
    if text.rpartition(".")[2] == "type_checking":
        return "truthy", ("c", False)
    found = _asked(node, named, known)
    return ("truthy", found) if found[0] in "cps" else ("?",)


def _asked(node: ast.AST, named: Named, known: Known) -> Value:
    """The value that a test is about. A constant in a name that is no seed is a setting to edit: it decides nothing."""
    found = value(node, named, known)
    if found[0] == "c" and isinstance(node, ast.Name) and not is_seed_name(node.id):
        return OPEN
    return found


def _comparison(node: ast.Compare, named: Named, known: Known) -> Test:
    left, operator, right = node.left, node.ops[0], node.comparators[0]
    if isinstance(left, ast.Name) and left.id == "__name__":
        return ("main",)
    if any(word in named(side).lower() for side in (left, right) for word in _GPU_WORDS):
        return ("gpu",)
    a, b = _asked(left, named, known), value(right, named, known)
    if b == NOTHING and isinstance(operator, (ast.Is, ast.Eq)):
        return "none", a
    if b == NOTHING and isinstance(operator, (ast.IsNot, ast.NotEq)):
        return "not", ("none", a)
    symbol = _OPERATORS.get(type(operator))
    if symbol and b[0] == "c" and a[0] in "cps#":
        return "cmp", symbol, a, b[1]
    return ("?",)


_MAX_WORD = 12  # characters of a text that may choose a branch


def short(held: Value | None, refs: set[str] | None = None, flags: frozenset[str] = frozenset()) -> Value | None:
    """A value without what decides nothing: which number a seed is, how a setting that is no seed is called.

    A parameter stays where it holds a seed or is one of `flags`; its name is then added to `refs`.
    """
    if held is None:
        return None
    kind = held[0]
    if kind == "s":
        return held if is_seed_name(str(held[1])) else OPEN
    if kind == "p":
        if held[1] not in flags and not is_seed_name(str(held[1])):
            return OPEN
        if refs is not None:
            refs.add(str(held[1]))
        return held
    if kind == "#":
        if refs is not None:
            refs.add(str(held[1]))
        return held
    if kind == "c":
        plain = held[1]
        if plain.__class__ is str:
            return held if len(plain) <= _MAX_WORD else OPEN
        return held if plain is None or plain in (-1, 0, 1) else OPEN
    return held


def short_test(test: Test, refs: set[str], flags: frozenset[str]) -> Test:
    """A test without the settings that are never known."""
    kind = test[0]
    if kind == "not":
        inner = short_test(test[1], refs, flags)
        return ("?",) if inner == ("?",) else ("not", inner)
    if kind in ("and", "or"):
        parts = tuple(short_test(part, refs, flags) for part in test[1])
        return ("?",) if all(part == ("?",) for part in parts) else (kind, parts)
    if kind in ("truthy", "none"):
        held = short(test[1], refs, flags)
        return ("?",) if held == OPEN else (kind, held)
    if kind == "cmp":
        held = short(test[2], refs, flags)
        return ("?",) if held == OPEN else (kind, test[1], held, test[3])
    return test


def setting_in(asked: Test) -> str:
    """The name of the seed that a test asks for; "" for none."""
    if asked[0] == "not":
        return setting_in(asked[1])
    if asked[0] in ("and", "or"):
        return next((name for name in map(setting_in, asked[1]) if name), "")
    value = asked[2] if asked[0] == "cmp" else asked[1] if len(asked) > 1 else ()
    return str(value[1]) if value and value[0] in "sp" and is_seed_name(str(value[1])) else ""
