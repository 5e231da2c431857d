"""What is done with a loaded value: which of its entries are read, and by whom."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.facts import ASKED, KEY, LOOSE
from ml_audit_hooks.checks.checkpointing.holding import receiver
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

MAX_STEPS = 400  # of one value through names and calls
_THROUGH = frozenset(
    "OrderedDict clean convert copy copy_ cpu cuda deepcopy dict device_put float freeze half items keys list replicate"
    " remove_prefix sorted to unfreeze unreplicate values filter intersect_dicts".split()
)
_NOTHING = frozenset("bool exists hasattr id info isinstance len log print str type warning warn debug format".split())
_LOADERS = frozenset(  # methods that put their first argument into what they are called on
    "load_state_dict load_param_dict set_state_dict load_weights update load_parameters set_weights set_params"
    " load_matching_state_dict set_state setstate load_ema load_state".split()
)
_MODEL_CALLS = frozenset("eval forward generate parameters predict predict_proba state_dict train".split())
_MODELS = frozenset("actor agent model net network policy".split())  # whose attributes are none of a record


class Flow:
    """The reads of one module's values."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.context = scopes.context
        self._whole = True  # whether the value that is followed is the loaded one, not one of its entries
        self._entered = False

    def uses(self, node: ast.expr) -> frozenset[str]:
        """The tokens of what is done with the value of an expression."""
        found: set[str] = set()
        seen: set[int] = set()
        stack: list[tuple[Scopes, ast.expr, bool]] = [(self.scopes, node, True)]
        while stack and len(seen) < MAX_STEPS:
            scopes, item, whole = stack.pop()
            if id(item) not in seen:
                seen.add(id(item))
                self._whole, self._entered = whole, False
                below = self._step(scopes, item, found)
                stack += [(*row, whole and not self._entered) for row in below]
        return frozenset(found)

    def of_parameter(self, name: str, symbol: str) -> frozenset[str]:
        """The tokens of what a function does with a parameter."""
        found: set[str] = set()
        for node in self.scopes.reads(name, symbol)[:60]:
            found |= self.uses(node)
        return frozenset(found)

    def _step(self, scopes: Scopes, node: ast.expr, found: set[str]) -> list[tuple[Scopes, ast.expr]]:
        """What the value of `node` becomes; words that it says go to `found`."""
        above = scopes.parent(node)
        if isinstance(above, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return self._assigned(scopes, above, node, found)
        if isinstance(above, ast.Subscript) and above.value is node:
            return self._entry(scopes, above, above.slice, found)
        if isinstance(above, ast.Attribute):
            return self._method(scopes, above, found)
        if isinstance(above, ast.Call):
            return self._argument(scopes, above, node, found)
        if isinstance(above, ast.keyword):
            call = scopes.parent(above)
            return self._argument(scopes, call, node, found, above.arg or "**") if isinstance(call, ast.Call) else []
        if isinstance(above, (ast.Return, ast.Yield)):
            function = scopes.context.symbol(above).rpartition(".")[2]
            found.add(f"c:{function}" if self._whole else f"c:{function}:/")
            return []
        if isinstance(above, ast.Compare):
            self._compared(above, node, found)
            return []
        if isinstance(above, ast.Tuple):  # `return model, step`
            return [(scopes, above)] if isinstance(scopes.parent(above), (ast.Return,)) else []
        through = (
            ast.IfExp,
            ast.Await,
            ast.Starred,
            ast.BoolOp,
            ast.DictComp,
            ast.ListComp,
            ast.GeneratorExp,
            ast.Dict,
        )
        if isinstance(above, through):
            if isinstance(above, ast.IfExp) and above.test is node:
                return []
            return [(scopes, above)]
        if isinstance(above, ast.comprehension) and above.iter is node:
            around = scopes.parent(above)
            return [(scopes, around)] if isinstance(around, ast.expr) else []
        return []

    def _assigned(
        self, scopes: Scopes, above: ast.Assign | ast.AnnAssign | ast.NamedExpr, node: ast.expr, found: set[str]
    ) -> list[tuple[Scopes, ast.expr]]:
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        stack: list[tuple[Scopes, ast.expr]] = []
        for target in targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                for item in target.elts:
                    own = words.word(last_name(item))
                    if own:
                        found.add(own)
                continue
            name = spelled(target)
            if name:
                stack += self._reads(scopes, name, above)
            elif isinstance(target, ast.Attribute):
                own = words.word(target.attr)
                if own:
                    found.add(own)
        if isinstance(above, ast.NamedExpr):
            stack.append((scopes, above))
        return stack

    def _reads(self, scopes: Scopes, name: str, above: ast.AST) -> list[tuple[Scopes, ast.expr]]:
        """The reads of a name after an assignment, up to the next that lies on the same way."""
        symbol, line = scopes.context.symbol(above), getattr(above, "lineno", 0)
        nodes = scopes.reads(name, symbol)
        if name.startswith("self."):
            return [(scopes, item) for item in nodes]
        last = self._next_assignment(scopes, name, symbol, above)
        inside = [(scopes, n) for n in nodes if line <= n.lineno <= last or scopes.context.symbol(n) != symbol]
        if symbol == "<module>" and scopes.later and last >= 1 << 30:
            for context in scopes.later[:40]:
                if name in context.names:
                    cell = Scopes(context)
                    inside += [(cell, item) for item in cell.reads(name, "<module>")]
                    if ("<module>", name) in cell.assignments(name):
                        break
        return inside

    def _next_assignment(self, scopes: Scopes, name: str, symbol: str, above: ast.AST) -> int:
        """The line of the next assignment that always follows; a large number where none does."""
        line = getattr(above, "lineno", 0)
        outer = {id(scopes.parent(above)): above}
        inner: ast.AST = above
        for block in scopes.around(above):
            outer[id(block)] = inner
            inner = block
        for at, value in scopes.assignments(name).get((symbol, name), ()):
            if at > line:
                statement = scopes.statement(value)
                block_of = scopes.parent(statement)
                if block_of is not None and id(block_of) in outer and _same_branch(block_of, outer, statement):
                    return at
        return 1 << 30

    def _entry(
        self, scopes: Scopes, above: ast.expr, key: ast.expr | None, found: set[str]
    ) -> list[tuple[Scopes, ast.expr]]:
        """An entry that is read by its key."""
        self._entered = True
        name = scopes.key(key)
        if name is None:
            name = last_name(key)
            if not name.isupper():  # a constant of another file says what it is
                if self._whole and name:
                    found.add(f"{LOOSE}*")
                return [(scopes, above)]
        elif self._whole:
            found.add(f"{ASKED if self._is_asked(scopes, above) else KEY}{name}")
            if isinstance(above, ast.Subscript) and above.ctx.__class__ is not ast.Load:
                return []
        own = words.strong(name)
        around = scopes.parent(above)
        if own == "optimizer" and words.parts(name) == ["opt"] and not _is_put(around):
            own = "config"
        if own and isinstance(around, ast.Call) and last_name(around.func) in _LOADERS and around.func is not above:
            said = words.word(receiver(around.func.value)) if isinstance(around.func, ast.Attribute) else ""
            own = said if own in ("weights", words.WEAK) and said in words.TRAINING else own
            own = "weights" if own == words.WEAK else own
        if own:
            found.add(own)
            return []
        return [(scopes, above)]

    def _is_asked(self, scopes: Scopes, above: ast.expr) -> bool:
        """Whether an entry may be missing where it is read: ``get``, a test of its key, a handler of its error."""
        if not isinstance(above, ast.Subscript) or above.ctx.__class__ is not ast.Load:
            return True
        for block in scopes.around(above):
            if isinstance(block, ast.Try):
                return True
            if isinstance(block, (ast.If, ast.IfExp)):
                tests = scopes.context.inside(block.test, ast.Compare)
                if any(isinstance(op, (ast.In, ast.NotIn)) for test in tests for op in test.ops):
                    return True
        return False

    def _method(self, scopes: Scopes, above: ast.Attribute, found: set[str]) -> list[tuple[Scopes, ast.expr]]:
        call = scopes.parent(above)
        if not isinstance(call, ast.Call) or call.func is not above:
            own = "weights" if _MODELS & frozenset(words.parts(last_name(above.value))) else words.word(above.attr)
            if own in words.TRAINING or own in ("config", "metric"):
                found.add(own)
            elif own:
                found.add("weights")
            return []
        if above.attr in ("get", "pop", "__getitem__") and call.args:
            return self._entry(scopes, call, call.args[0], found)
        if above.attr in _MODEL_CALLS:
            found.add("weights")
            return []
        if above.attr in _THROUGH or above.attr in ("eval", "to"):
            return [(scopes, call)]
        if above.attr in ("update", "setdefault") and call.args:
            return []
        return []

    def _argument(
        self, scopes: Scopes, call: ast.Call, node: ast.expr, found: set[str], keyword: str = ""
    ) -> list[tuple[Scopes, ast.expr]]:
        """The value handed to a call."""
        name = last_name(call.func)
        if name in _NOTHING:
            return []
        if name in _LOADERS or name.startswith(("load_state", "set_rng")):
            self._put(call, node, found)
            return []
        if "rng" in name or name == "setstate":
            found.add("rng")
            return []
        if name in _THROUGH:
            return [(scopes, call)]
        if keyword == "**" and name[:1].isupper():  # a record of the repository, its fields are read by name
            return [(scopes, call)]
        if name in ("load_checkpoint_and_apply", "set_peft_model_state_dict", "from_dict", "convert_params"):
            found.add("weights")
            return []
        index = keyword or next((str(i) for i, item in enumerate(call.args) if item is node), "")
        if name:
            found.add(f"a:{name}:{index}" if self._whole else f"a:{name}:{index}/")
            if not name[0].isupper():
                self._entered = True  # what comes back may have other entries
                return [(scopes, call)]
        return []

    def _put(self, call: ast.Call, node: ast.expr, found: set[str]) -> None:
        func = call.func
        if isinstance(func, ast.Attribute) and node in call.args[:1] + [k.value for k in call.keywords]:
            name = receiver(func.value)
            if func.attr == "update":
                own = words.word(name)
                found.add(own or "weights")
                return
            if "random" in self.context.dotted(func):
                found.add("rng")
                return
            if name in ("self", "super") and func.attr == "load_state_dict":
                found.add("a:load_state_dict:0")
                return
            own = words.word(name)
            found.add(own if own in words.TRAINING else "weights")
            return
        first = call.args[0] if call.args else None
        own = words.word(last_name(first)) if first is not node else ""
        found.add(own if own in words.TRAINING else "weights")

    def _compared(self, above: ast.Compare, node: ast.expr, found: set[str]) -> None:
        key = above.left
        if node in above.comparators and isinstance(key, ast.Constant) and isinstance(key.value, str):
            own = words.word(key.value)
            if self._whole:
                found.add(f"{ASKED}{key.value}")
            if own:
                found.add(own)


def _same_branch(block: ast.AST, outer: dict[int, ast.AST], statement: ast.AST) -> bool:
    """Whether a statement stands in the branch of `block` that holds the other one."""
    inner = outer[id(block)]
    for field in ("body", "orelse", "handlers", "finalbody"):
        below = getattr(block, field, None)
        if isinstance(below, list) and any(item is inner for item in below):
            return any(item is statement for item in below)
    return True


def _is_put(around: ast.AST | None) -> bool:
    return isinstance(around, ast.Call) and last_name(around.func) in _LOADERS
