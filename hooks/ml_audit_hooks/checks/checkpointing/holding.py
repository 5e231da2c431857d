"""What a saved value holds: dictionaries followed through names, additions and own functions."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import words
from ml_audit_hooks.checks.checkpointing.facts import ANY, KEY, keys, said
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

MAX_DEPTH = 6  # of names and nested values that are followed
_THROUGH = frozenset(  # what gives its first argument's content back
    "OrderedDict asdict clone copy cpu deepcopy detach dict device_get freeze FrozenDict from_args list numpy"
    " replicate to to_pure_dict to_state_dict tuple unbox unfreeze unreplicate unwrap_model half float eval save_args"
    " PyTreeSave StandardSave Composite Checkpointable process_allgather flatten_dict items tree_map map".split()
)
_STATES = frozenset(  # methods whose result is the state of what they are called on
    "get_state get_state_dict get_weights parameters state_dict trainable_parameters variables values state_dicts"
    " trainable_variables named_parameters get_model_state_dict get_parameters".split()
)
_OF_ARGUMENT = frozenset(  # functions whose result is the state of their first argument
    "get_peft_model_state_dict get_state_dict get_model_state_dict to_bytes msgpack_serialize get_fsdp_state_dict"
    " get_optimizer_state_dict full_optim_state_dict optim_state_dict lora_state_dict tree_flatten state".split()
)
_SKIPPED = frozenset(("module", "_orig_mod", "model_state"))
STATES = frozenset("checkpoint ckpt dict get make pack save snapshot state".split())  # of functions that build state
_HARMLESS = frozenset("debug dump info len log pprint print save store write".split())
_FLAX = frozenset(("flax", "jax", "optax", "orbax"))


class Holding:
    """The values of one module."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.context = scopes.context
        self.is_flax = not _FLAX.isdisjoint(self.context.packages)

    def of(self, value: ast.expr | None, hint: str = "", depth: int = 0, before: int = 0) -> frozenset[str]:
        """The tokens of a value. `hint`: the key or name under which it stands, which counts where the value says
        nothing. `before`: the line of the save, after which nothing is added any more."""
        found = self._of(value, hint, depth, before or getattr(value, "lineno", 0))
        if not hint or said(found):
            return found
        own, written = words.word(hint), keys(found)
        return written | {own} if own and (found == written or own in words.TRAINING) else found

    def _of(self, value: ast.expr | None, hint: str, depth: int, before: int) -> frozenset[str]:
        if value is None or depth > MAX_DEPTH or isinstance(value, ast.Constant):
            return frozenset()
        if isinstance(value, ast.Dict):
            return self._dictionary(value, depth, before)
        if isinstance(value, ast.Call):
            return self._call(value, hint, depth, before)
        if isinstance(value, (ast.Name, ast.Attribute)):
            return self._name(value, depth, before)
        if isinstance(value, ast.IfExp):
            return self.of(value.body, hint, depth + 1, before) | self.of(value.orelse, hint, depth + 1, before)
        if isinstance(value, (ast.Tuple, ast.List)):
            return frozenset().union(*(self.of(item, "", depth + 1, before) for item in value.elts))
        if isinstance(value, ast.Starred):  # `def save(*args): torch.save(*args)`
            function = self.context.symbol(value).rpartition(".")[2]
            return frozenset((f"p:{function}:*",)) if depth == 0 else self.of(value.value, hint, depth + 1, before)
        if isinstance(value, ast.BoolOp):
            return frozenset().union(*(self.of(item, "", depth + 1, before) for item in value.values))
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
            return self.of(value.left, "", depth + 1, before) | self.of(value.right, "", depth + 1, before)
        if isinstance(value, ast.BinOp):
            return self.of(value.left, "", depth + 1, before)
        if isinstance(value, (ast.DictComp, ast.ListComp)):
            inner = value.value if isinstance(value, ast.DictComp) else value.elt
            over = value.generators[0].iter
            return self.of(inner, "", depth + 1, before) | self.of(over, "", depth + 1, before)
        if isinstance(value, ast.Subscript):
            own = words.word(last_name(value))
            return frozenset((own,)) if own else frozenset()
        return frozenset()

    def entry(self, key: str, value: ast.expr, depth: int, before: int) -> frozenset[str]:
        """The tokens of one entry of a dictionary."""
        own = words.word(key)
        if isinstance(value, (ast.Dict, ast.DictComp)) and own in ("", "weights"):
            inner = self._of(value, key, depth + 1, before)
            if inner - keys(inner):
                return inner - keys(inner)
        state = self._said(value)
        name = receiver(value)
        if (
            own == "optimizer"
            and words.parts(key) == ["opt"]
            and _is_plain(value)
            and words.parts(name) != ["optimizer"]
        ):
            return frozenset(("config",))  # {"opt": opt}: the options
        if own == "weights" and self.is_flax and frozenset(words.parts(key)) & {"state"}:
            return frozenset(("weights", "optimizer", "step"))
        if own and not (own == "weights" and state in words.TRAINING):
            vague = words.strong(key) == words.WEAK and _is_plain(value) and words.strong(name) in ("", words.WEAK)
            return frozenset((words.WEAK if vague else own,))
        inner = frozenset((state,)) if state else self._of(value, key, depth + 1, before)
        return inner - keys(inner)

    def _said(self, value: ast.expr) -> str:
        """The word of the object whose state a value is."""
        if isinstance(value, ast.IfExp):
            inner = value.body if not isinstance(value.body, (ast.IfExp, ast.Constant)) else value.orelse
            return "" if isinstance(inner, ast.IfExp) else self._said(inner)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _STATES:
            if value.args:
                return self._said(value.args[0])
            name = receiver(value.func.value)
            dotted = self.context.dotted(value.func)
            return "rng" if "random" in dotted else words.word(name)
        if isinstance(value, ast.Call):
            return words.word(last_name(value.func)) if "rng" in last_name(value.func) else ""
        return words.word(last_name(value)) if isinstance(value, (ast.Name, ast.Attribute)) else ""

    def _dictionary(self, value: ast.Dict, depth: int, before: int) -> frozenset[str]:
        found: set[str] = set()
        for key, item in zip(value.keys, value.values, strict=True):
            found |= self._put(key, item, depth, before)
        return frozenset(found)

    def _put(self, key: ast.expr | None, item: ast.expr, depth: int, before: int) -> frozenset[str]:
        """The tokens of an entry; without a key, those of all entries of `item`."""
        if key is None:
            inner = self.of(item, "", depth + 1, before)
            return inner if any(":" in token for token in inner) else inner | {ANY}
        name = self.scopes.key(key)
        if name is None:
            return self.entry(last_name(key), item, depth, before) | {ANY}
        return self.entry(name, item, depth, before) | {f"{KEY}{name}"}

    def _call(self, call: ast.Call, hint: str, depth: int, before: int) -> frozenset[str]:
        func, name = call.func, last_name(call.func)
        if isinstance(func, ast.Name) and name == "dict":
            found: set[str] = set()
            for item in call.args:
                found |= self._put(None, item, depth, before)
            for keyword in call.keywords:
                if keyword.arg:
                    found |= self.entry(keyword.arg, keyword.value, depth, before) | {f"{KEY}{keyword.arg}"}
                else:
                    found |= self._put(None, keyword.value, depth, before)
            return frozenset(found)
        if name in ("vars", "asdict", "to_container", "namespace_to_dict", "_asdict"):
            inner = call.args[0] if call.args else func.value if isinstance(func, ast.Attribute) else None
            kept = self._name(inner, depth + 1, before) if isinstance(inner, (ast.Name, ast.Attribute)) else frozenset()
            own = words.word(last_name(inner))
            return (
                kept if kept & words.TRAINING else frozenset(("config",) if own in ("", "config", "optimizer") else ())
            )
        if "optim" in name and "state" in name:
            return frozenset(("optimizer",))
        if name in _STATES and isinstance(func, ast.Attribute):
            return self._state(call, func, hint, depth, before)
        if name in _OF_ARGUMENT and call.args:
            return self.of(call.args[0], "", depth + 1, before) or frozenset(("weights",))
        if name in _THROUGH:
            first = call.args[-1:] if name in ("tree_map", "map") else call.args[:1]
            if first:
                return self.of(first[0], hint, depth + 1, before)
            if call.keywords and name[0].isupper():
                return frozenset().union(*(self.entry(k.arg or "", k.value, depth, before) for k in call.keywords))
            return self.of(func.value, hint, depth + 1, before) if isinstance(func, ast.Attribute) else frozenset()
        if name and not name[0].isupper():
            return frozenset((f"r:{name}",)) if STATES & frozenset(words.parts(name)) else frozenset()
        made: set[str] = set()
        for keyword in call.keywords:  # a record of the repository: `Snapshot(model_state=…, epoch=…)`
            made |= self.entry(keyword.arg, keyword.value, depth + 1, before) if keyword.arg else set()
        return frozenset(made) if {"weights", "optimizer"} <= made else frozenset()

    def _state(self, call: ast.Call, func: ast.Attribute, hint: str, depth: int, before: int) -> frozenset[str]:
        if call.args and func.attr in ("get_state_dict", "get_model_state_dict", "get_state"):
            return self.of(call.args[0], hint, depth + 1, before) or frozenset(("weights",))
        if "random" in self.context.dotted(func):
            return frozenset(("rng",))
        name = receiver(func.value)
        if name in ("self", "super"):
            return frozenset((f"r:{func.attr}",))
        own = words.word(name)
        if self.is_flax and own == "weights" and func.attr == "values":
            return frozenset(("weights",))
        if func.attr == "values":
            return self.of(func.value, hint, depth + 1, before)
        if not own or own in ("config", "metric", "step", "epoch"):
            own = words.word(hint) if words.word(hint) in words.TRAINING else "weights"
        return frozenset((own,))

    def _name(self, value: ast.Name | ast.Attribute, depth: int, before: int) -> frozenset[str]:
        name, symbol = spelled(value), self.context.symbol(value)
        found: set[str] = set()
        if name:
            for line, assigned in self.scopes.values(name, symbol):
                if line <= before or symbol != self.context.symbol(assigned):
                    found |= self._assigned(assigned, name, depth, before)
            for line, key, item in self.scopes.additions(name, symbol):
                if line > before and symbol == self.context.symbol(item):
                    continue
                found |= self._put(key, item, depth, before)
            function = self.scopes.parameter(name, symbol)
            if function and not found - keys(found) - {"weights"}:
                found.add(f"p:{function}:{name}")
            if keys(found) and self._is_handed_on(name, symbol, before):
                found.add(ANY)
        if found - keys(found):
            return frozenset(found)
        last = last_name(value)
        if last in _SKIPPED and isinstance(value, ast.Attribute):
            last = receiver(value)
        own = words.word(last)
        if own == "weights" and self.is_flax and "state" in words.parts(last) and "dict" not in words.parts(last):
            return frozenset(("weights", "optimizer", "step"))
        return frozenset((own, *found)) if own else frozenset(found)

    def _is_handed_on(self, name: str, symbol: str, before: int) -> bool:
        """Whether a dictionary goes to a function that may add to it, before it is saved."""
        for node in self.scopes.reads(name, symbol):
            call = self.scopes.parent(node) if node.lineno < before else None
            func = call.func if isinstance(call, ast.Call) else node
            if func is not node and _HARMLESS.isdisjoint(words.parts(last_name(func))):
                return True
        return False

    def _assigned(self, value: ast.expr, name: str, depth: int, before: int) -> frozenset[str]:
        """The tokens of an assigned value that is a dictionary or a state: others have only their name."""
        if isinstance(value, ast.Call):
            called = last_name(value.func)
            made = called in _STATES or called in _THROUGH or called in _OF_ARGUMENT or called == "dict"
            state = called[:1].isupper() or frozenset(words.parts(name)) & {"state", "states"}
            if not made and words.word(name) != "" and not state:
                return frozenset()
            return self._of(value, "", depth + 1, before)
        if isinstance(value, (ast.Dict, ast.DictComp, ast.IfExp, ast.Tuple, ast.List)):
            return self._of(value, "", depth + 1, before)
        if isinstance(value, (ast.Name, ast.Attribute)) and spelled(value) != name:
            return self._of(value, "", depth + 1, before)
        return frozenset()


def receiver(node: ast.expr) -> str:
    """The name of the object behind wrappers: ``self.model.module`` and ``unwrap(model)`` give model."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr in _SKIPPED:
            node = node.value
        elif isinstance(node, ast.Call) and node.args:
            node = node.args[0]
        elif isinstance(node, ast.IfExp):
            node = node.orelse
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif isinstance(node, ast.Call):
            return last_name(node.func)
        else:
            return last_name(node)


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is a name and no call: an object of options, not an optimizer's state."""
    if isinstance(value, ast.Call):
        return last_name(value.func) in ("vars", "deepcopy", "asdict")
    return isinstance(value, (ast.Name, ast.Attribute))
