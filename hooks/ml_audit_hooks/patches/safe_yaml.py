"""``yaml.safe_load`` in place of loaders that build objects, where no document of the repository needs them."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core import places
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.model import Kind, Patch
from ml_audit_hooks.patches.splice import Splice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.patches.model import Change, Closed, Ground
    from ml_audit_hooks.patches.splice import Text

_CODE = "B506"
_LOADERS = frozenset(f"yaml.{name}" for name in ("CFullLoader", "CLoader", "CUnsafeLoader"))
_LOADERS |= frozenset(f"yaml.{name}" for name in ("FullLoader", "Loader", "UnsafeLoader"))
_EXTENDED = (b"add_constructor", b"add_implicit_resolver", b"add_multi_constructor", b"YAMLObject", b"yaml_tag")
_TAGGED = re.compile(rb"(?m)^[^#\n]*(?:^|[:\-\[{,]|\s)!{1,2}[A-Za-z]")  # `!!python/tuple`, `key: !include x`
_MAX_PATCHES = 3
_MAX_BYTES = 1 << 20  # of a document that is looked through for tags


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a file."""
    paths = [*dict.fromkeys(path for path, finding in ground.findings.get(_CODE, ()) if finding.cell is None)]
    paths = [path for path in paths if edits.text_of(ground, path) is not None]
    if not paths or _needs_objects(ground):
        return
    first = [path for path in ground.programs if path in paths]
    given = 0
    for path in dict.fromkeys([*first, *paths]):
        for patch in _of_file(ground, path):
            given += 1
            yield patch
        if given == _MAX_PATCHES:
            return


def _needs_objects(ground: Ground) -> bool:
    """Whether documents with tags, constructors for them or dumps of unknown objects are in the repository."""
    for path in ground.paths:
        data = b"" if places.is_binary(path) else ground.file(path).content.data or b""
        if path.endswith((".yaml", ".yml")) and (len(data) > _MAX_BYTES or _TAGGED.search(data)):
            return True
        if path.endswith(".py") and b"yaml" in data and any(mark in data for mark in _EXTENDED):
            return True
    return any(_dumps_objects(context) for _, context in edits.sources(ground, b"yaml.dump"))


def _dumps_objects(context: Context) -> bool:
    """Whether a file writes values by ``yaml.dump`` that may get a tag: tuples, arrays, own classes."""
    for call in edits.calls(context, "dump"):
        if context.dotted(call.func) == "yaml.dump" and not _is_loaded(context, call):
            given = context.argument(call, "Dumper", 2)
            if given is None or "Safe" not in context.dotted(given):
                return True
    return False


def _is_loaded(context: Context, call: ast.Call) -> bool:
    """Whether what is dumped was read as YAML or JSON, or is the options of a command line."""
    value: ast.expr | None = call.args[0] if call.args else None
    if isinstance(value, ast.Name):
        value = context.value_of(value)
    name = context.dotted(value.func) if isinstance(value, ast.Call) else ""
    return name in ("json.load", "json.loads", "vars") or name.startswith("yaml.")


def _of_file(ground: Ground, path: str) -> Iterator[Patch]:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None:
        return
    lines = {finding.line for where, finding in ground.findings[_CODE] if where == path}
    splices: list[Splice] = []
    closed: list[Closed] = []
    for call in edits.calls(context, "load"):
        if call.lineno in lines and context.dotted(call.func) == "yaml.load" and isinstance(call.func, ast.Attribute):
            found = _splices(text, context, call)
            if found:
                splices += found
                closed += edits.closed(ground, path, call.lineno, (_CODE,))
    if closed:
        yield _patch(edits.change(text, splices), tuple(closed))


def _splices(text: Text, context: Context, call: ast.Call) -> list[Splice]:
    """``safe_load`` in place of ``load``, and the loader taken out; none where the call is not plain."""
    options = [keyword for keyword in call.keywords if keyword.arg == "Loader"]
    positional = call.args[1:]
    if len(call.args) not in (1, 2) or len(call.keywords) != len(options) or len(options) + len(positional) > 1:
        return []
    if any(isinstance(item, ast.Starred) for item in call.args):
        return []
    name = Splice(text.end(call.func) - len("load"), text.end(call.func), "safe_load")
    if not options and not positional:
        return [name]
    loader = options[0].value if options else positional[0]
    start, end = text.end(call.args[0]), text.end(loader)
    between = text.text[start : text.start(options[0] if options else loader)]
    if context.dotted(loader) not in _LOADERS or between.strip() != ",":
        return []
    return [name, Splice(start, end, "")]


def _patch(change: Change, closed: tuple[Closed, ...]) -> Patch:
    path = change.path
    symbols = [*dict.fromkeys(item.symbol for item in closed if item.symbol != "<module>")]
    where = f"{edits.listed(symbols)} of {path}" if symbols else path
    return Patch(
        id=f"safe-yaml-{edits.slug(path)}",
        title=f"Read YAML in {path} without building objects",
        why=f"The loader in {where} builds any Python object that a document names, and so runs its code; no YAML "
        "file of this repository has such a tag.",
        risk=f"A document from outside with !!python tags (tuples, for one) raises a ConstructorError in {where}.",
        rollback=f"Put yaml.load and its loader back into {path}.",
        tests=(f"Read the repository's own YAML files through {where} before and after, and compare what they give.",),
        changes=(change,),
        findings=closed,
    )


KIND = Kind("safe_yaml", 90, build)
