"""What one file shows by itself: loads that unpickle, and results of loads that nobody looks at."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import tables, written
from ml_audit_hooks.checks.checkpointing.scopes import Scopes
from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.finding import PRODUCT, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.core.context import Context

_LOADS = frozenset(("load", "loads", "read_pickle", "open", "decode", "Unpickler", "PackageImporter"))
_READS = frozenset(("get", "get_object", "read", "read_bytes", "recv", "urlopen"))
_OPTIONS = ("allow_pickle", "ignore_data_skip", "safe_mode", "strict", "trust_remote_code")


def finding(code: str, node: ast.expr, context: Context, kind: str, text: str, level: str = "") -> Finding:
    """A finding at an expression."""
    line, cell = node.lineno, context.module.cell
    column, symbol = node.col_offset + 1, context.symbol(node)
    return Finding(code, line, column, cell, symbol, kind, text, line, node.end_lineno or line, PRODUCT, level=level)


def options(data: bytes) -> tuple[str, ...]:
    """The options that are looked at and that a file may give."""
    return tuple(option for option in _OPTIONS if option.encode() in data)


def findings(scopes: Scopes, sites: list[tuple[Any, ...]], data: bytes, given: tuple[str, ...]) -> Iterator[Finding]:
    """The findings of one module. `given`: see `options`."""
    context = scopes.context
    seen: set[str] = set()
    for name in context.calls.keys() & _LOADS:
        for call in sorted(context.calls[name], key=lambda c: (c.lineno, c.col_offset)):
            for item in _unpickled(scopes, call, name, data):
                if item.code != "CKP019" or item.symbol not in seen:  # one a function
                    yield item
                if item.code == "CKP019":
                    seen.add(item.symbol)
    for option in given:
        for call in context.options.get(option, ()):
            yield from _optional(scopes, call, option)
    for site in sites:
        if site[4] == "load" and site[5] == "lightning" and site[7]:
            text = "Lightning unpickles the checkpoint: weights_only=True is not given"
            yield _at_site("CKP005", site, "framework-load", text)


def picks(scopes: Scopes, found: list[Finding]) -> Iterator[tuple[int, int, int | None, str]]:
    """(line, column, cell, file) of what is unpickled from files whose names are written down."""
    places = {(f.line, f.column) for f in found if f.code in ("CKP002", "CKP003") and not f.level}
    cell = scopes.context.module.cell
    for name in scopes.context.calls.keys() & _LOADS if places else ():
        for call in scopes.context.calls[name]:
            place = call.lineno, call.col_offset + 1
            file = written.file_name(scopes, call.args[0] if call.args else None) if place in places else ""
            if file:
                yield *place, cell, file


def _at_site(code: str, site: tuple[Any, ...], kind: str, text: str) -> Finding:
    return Finding(code, site[0], site[1], site[2], site[3], kind, text, site[0], site[0], PRODUCT)


def _unpickled(scopes: Scopes, call: ast.Call, name: str, data: bytes) -> Iterator[Finding]:
    context = scopes.context
    dotted = context.dotted(call.func)
    given = context.keywords(call)
    if dotted == "torch.load":
        asked = given.get("weights_only")
        value = context.constant(asked) if asked is not None else None
        if asked is None and any(k.arg is None for k in call.keywords):
            return  # **options that may hold it
        if asked is None or value is False or value is None:
            how = "weights_only=False" if asked is not None else "without weights_only=True"
            yield finding("CKP001", call, context, "torch-load", f"torch.load {how} unpickles: a file can run code")
        if "map_location" not in given and len(call.args) < 2 and b"cuda.is_available" in data:
            text = "torch.load without map_location: tensors go to the device that they were saved from"
            yield finding("CKP019", call, context, "map-location", text)
        return
    package = "joblib" if ".joblib." in dotted else dotted.partition(".")[0]
    unpickles = package in tables.PICKLES and name in ("load", "loads", "Unpickler")
    if (unpickles and dotted.count(".")) or dotted in tables.UNPICKLERS:
        if _is_message(scopes, call, name):
            return
        own = written.is_own(scopes, call.args[0] if call.args else None, context.symbol(call))
        text = f"{dotted} unpickles: a file can run code"
        yield finding("CKP002", call, context, "unpickle", text, "note" if own else "")


def _is_message(scopes: Scopes, call: ast.Call, name: str) -> bool:
    """Whether ``loads`` gets what comes from no file: the copy of an object, or what another process of a run sent."""
    if name != "loads" or not call.args:
        return False
    first = call.args[0]
    if isinstance(first, ast.Name):
        values = scopes.values(first.id, scopes.context.symbol(first))
        first = values[-1][1] if values else first
    called = {last_name(inner.func) for inner in scopes.context.inside(first, ast.Call)}
    return called.isdisjoint(_READS) and "content" not in {n.attr for n in scopes.context.inside(first, ast.Attribute)}


def _optional(scopes: Scopes, call: ast.Call, option: str) -> Iterator[Finding]:
    context = scopes.context
    value = context.keywords(call).get(option)
    name, dotted = last_name(call.func), context.dotted(call.func)
    if value is None:
        return
    constant = context.constant(value)
    if option == "allow_pickle" and name == "load" and isinstance(constant, (bool, int, str)) and constant:
        if dotted in ("numpy.load", "numpy.lib.npyio.load") or dotted.endswith("np.load"):
            own = written.is_own(scopes, call.args[0] if call.args else None, context.symbol(call))
            text = "numpy.load with allow_pickle=True unpickles: a file can run code"
            yield finding("CKP003", call, context, "numpy-pickle", text, "note" if own else "")
    elif option == "trust_remote_code" and constant is True and _is_hub(name, dotted):
        text = f"{name} with trust_remote_code=True runs code from the hub"
        revision = context.keywords(call).get("revision")
        pinned = isinstance(context.constant(revision), str) and len(str(context.constant(revision))) == 40
        yield finding("CKP004", call, context, "remote-code", text, "note" if pinned else "")
    elif option == "safe_mode" and constant is False and name == "load_model":
        text = "load_model with safe_mode=False unpickles lambdas: a file can run code"
        yield finding("CKP005", call, context, "framework-load", text, "error")
    elif option == "strict" and constant is False and name == "load_state_dict":
        if isinstance(scopes.parent(call), ast.Expr):
            text = "strict=False, and the keys that did not fit are not looked at"
            yield finding("CKP018", call, context, "not-strict", text)
    elif option == "ignore_data_skip" and constant is True:
        text = "ignore_data_skip=True: a resumed run starts its data from the beginning"
        yield finding("CKP016", call, context, "partial-resume", text)


def _is_hub(name: str, dotted: str) -> bool:
    return name in (
        "from_pretrained",
        "from_config",
        "pipeline",
        "load_dataset",
        "load_metric",
        "SentenceTransformer",
    ) or (dotted.startswith(("transformers.", "datasets.", "sentence_transformers.")))
