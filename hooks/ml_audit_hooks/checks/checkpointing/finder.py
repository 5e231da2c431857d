"""The sites of a module: what its finders share."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import paths, words
from ml_audit_hooks.checks.checkpointing.facts import NOTED, said, site
from ml_audit_hooks.checks.checkpointing.flowing import Flow
from ml_audit_hooks.checks.checkpointing.holding import Holding
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Row: TypeAlias = tuple[Any, ...]

SAVE, LOAD = "save", "load"
_NO_STATE = frozenset(("config", "metric", words.WEAK))  # what data may be called as well


class Calls:
    """The sites of one module."""

    def __init__(self, scopes: Scopes, holding: Holding, flow: Flow, packages: frozenset[str]) -> None:
        """`packages`: those that the file imports anywhere."""
        self.scopes, self.holding, self.flow = scopes, holding, flow
        self.context = scopes.context
        self.packages = packages

    def row(
        self,
        call: ast.expr,
        what: str,
        api: str,
        tokens: frozenset[str] | tuple[str, ...],
        unsafe: bool = False,
        flags: tuple[str, ...] = (),
        path: ast.expr | None = None,
    ) -> Row:
        """The site at a call."""
        atomic = what == SAVE and paths.is_renamed(self.scopes, call, path)
        symbol, cell = self.context.symbol(call), self.context.module.cell
        return site(call.lineno, call.col_offset + 1, cell, symbol, what, api, tuple(tokens), unsafe, atomic, flags)

    def saved(self, call: ast.Call, api: str, value: ast.expr | None, path: ast.expr | None) -> Row | None:
        """The site of a save of `value`; None for what is data by its name and path."""
        tokens = self.holding.of(value, last_name(value))
        data = not said(tokens) - _NO_STATE and self.is_data(call, value, path)
        if data and not references(tokens):
            return None
        flags = [*paths.flags(self.scopes, call, path), *(("dict",) if self.is_dictionary(value) else ())]
        flags += ["data"] if data else []
        return self.row(call, SAVE, api, tokens or frozenset(("weights",)), flags=tuple(flags), path=path)

    def is_dictionary(self, value: ast.expr | None, depth: int = 0, seen: set[int] | None = None) -> bool:
        """Whether a saved value is a dictionary built here or handed in. `seen`: functions that were looked into."""
        if isinstance(value, (ast.Dict, ast.DictComp)):
            return True
        if depth > 3:
            return False
        seen = set() if seen is None else seen
        if isinstance(value, ast.Call):
            return last_name(value.func) in ("dict", "OrderedDict") or self._builds(value, depth, seen)
        if isinstance(value, ast.Starred):
            return True
        name = spelled(value)
        if not name or value is None:
            return False
        symbol = self.context.symbol(value)
        assigned = [v for _, v in self.scopes.values(name, symbol)]
        if any(
            self.is_dictionary(v, depth + 1, seen) for v in assigned if not isinstance(v, (ast.Name, ast.Attribute))
        ):
            return True
        return bool(self.scopes.parameter(name, symbol)) and not assigned

    def _builds(self, call: ast.Call, depth: int, seen: set[int]) -> bool:
        """Whether an own function returns a dictionary, or a record of the repository's own is made."""
        name = last_name(call.func)
        if {"model_state", "state_dict"} & {k.arg for k in call.keywords} or name == "asdict":
            return True
        for function in self.scopes.functions.values():
            if function.name == name and id(function) not in seen:
                seen.add(id(function))
                for item in self.context.within(function, ast.Return):
                    if self.is_dictionary(item.value, depth + 1, seen):
                        return True
        return False

    def is_data(self, call: ast.Call, value: ast.expr | None, path: ast.expr | None) -> bool:
        """Whether names and paths speak of data and of nothing that is fitted."""
        texts = [last_name(value), *paths.texts(self.scopes, path)]
        if any(words.is_estimator(text) for text in texts if text):
            return False
        if any(words.is_data(text) for text in texts if text):
            return True
        symbol = self.context.symbol(call)
        own = symbol.rpartition(".")[2]
        return words.is_holder(symbol) or (words.is_data(own) and not words.is_estimator(own))

    def loaded(self, call: ast.Call, api: str, unsafe: bool, path: ast.expr | None) -> Row:
        """The site of a load whose value is followed."""
        tokens = self.flow.uses(call)
        above = self.scopes.parent(call)
        if isinstance(above, ast.Attribute) and above.attr in ("numpy", "shape", "size", "tolist", "unsqueeze"):
            return self.row(call, LOAD, api, tokens, unsafe, ("data",))
        texts = [*paths.texts(self.scopes, path), *self.targets(call)]
        flags = []
        if not any(":" not in token for token in tokens):
            tokens |= {word for word in map(words.word, texts) if word in ("optimizer", "scheduler", "rng")}
        data = any(words.is_data(text) for text in texts) or words.is_holder(self.context.symbol(call))
        if data and not any(words.is_estimator(text) for text in texts):
            flags.append("data")
        return self.row(call, LOAD, api, tokens, unsafe, tuple(flags))

    def targets(self, call: ast.expr) -> list[str]:
        """The names under which the value of a call is kept; that of the function which returns it."""
        above = self.scopes.parent(call)
        if isinstance(above, ast.Assign):
            found = [last_name(t) for t in above.targets if not isinstance(t, (ast.Tuple, ast.List))]
            some = [e for t in above.targets if isinstance(t, (ast.Tuple, ast.List)) for e in t.elts]
            return [*found, *(last_name(e) for e in some)]
        if isinstance(above, (ast.Return, ast.Attribute)):
            return [self.context.symbol(call).rpartition(".")[2]]
        return []

    def origin(self, node: ast.expr) -> str:
        """The name of the call that made an object, or how it is annotated; "" where neither is known."""
        name = self.context.resolved(node)
        return name if name.endswith("()") else ""


def references(tokens: frozenset[str]) -> frozenset[str]:
    """The tokens that refer to other functions."""
    return frozenset(t for t in tokens if ":" in t and not t.startswith(NOTED))


def argument(call: ast.Call, position: int, *names: str) -> ast.expr | None:
    """An argument by one of its names, else by position; a negative one: by name only."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    return call.args[position] if 0 <= position < len(call.args) else None
