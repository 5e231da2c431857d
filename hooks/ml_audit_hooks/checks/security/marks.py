"""What the code around an issue says of it: one word, on which the profile for machine learning decides."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.security import words
from ml_audit_hooks.core.python import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLAIN = ""
SECRET = "secret"  # a secret is drawn or hashed
OFF, UNSET, VARIABLE = "off", "unset", "variable"  # `weights_only`
REMOTE_CODE = "remote-code"
WEB = "web"  # a literal address
FULL_LOADER = "full-loader"
HTML = "html"
TEXT = "text"  # a string that is no credential
_SECRETS = frozenset(
    "password passwd passphrase pwd secret secrets nonce otp csrf captcha credential credentials salt apikey signature"
    " hmac".split()
)
_HOLDERS = frozenset("api access auth session reset refresh bearer private signing encryption verification".split())
_HELD = frozenset(("key", "token", "code"))
_PREFIX = "Possible hardcoded password: '"
_MIN_KEY = 16  # characters of what could be a key


def mark(test: str, node: Any, module: Module, text: str) -> str:
    """The word for an issue of `test` at `node`; `text` is bandit's."""
    if test in ("B311", "B324"):
        return SECRET if _near_secret(node, module) else PLAIN
    if test in ("B105", "B106", "B107"):
        return PLAIN if _is_credential(text.removeprefix(_PREFIX)[:-1]) else TEXT
    if test == "B701":
        return HTML if "html" in module.text.lower() else PLAIN
    find = _OF_CALL.get(test)
    return find(node) if find is not None and node.__class__ is ast.Call else PLAIN


def _option(call: Any, name: str) -> Any:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _weights_only(call: Any) -> str:
    value = _option(call, "weights_only")
    if value is None:
        return VARIABLE if any(keyword.arg is None for keyword in call.keywords) else UNSET
    return OFF if value.__class__ is ast.Constant else VARIABLE


def _remote_code(call: Any) -> str:
    value = _option(call, "trust_remote_code")
    return REMOTE_CODE if value.__class__ is ast.Constant and value.value is True else PLAIN


def _address(call: Any) -> str:
    value = call.args[0] if call.args else _option(call, "url")
    if value.__class__ is ast.JoinedStr:
        value = value.values[0] if value.values else None
    text = value.value if value.__class__ is ast.Constant else ""
    return WEB if text.__class__ is str and text.startswith(("https://", "http://")) else PLAIN


def _loader(call: Any) -> str:
    value = _option(call, "Loader") or (call.args[1] if len(call.args) > 1 else None)
    name = getattr(value, "attr", None) or getattr(value, "id", "")
    return FULL_LOADER if name in ("FullLoader", "CFullLoader") else PLAIN


_OF_CALL = {"B310": _address, "B506": _loader, "B614": _weights_only, "B615": _remote_code}


def _is_credential(value: str) -> bool:
    """Whether a literal could be a key or a password: not empty, no special token of a vocabulary, no word or path."""
    if len(value) < _MIN_KEY or not value.isascii() or not value.isprintable() or " " in value:
        return False
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value) and "/" not in value


def _near_secret(node: Any, module: Module) -> bool:
    """Whether the line, the function around it, or the variable that takes the result says so."""
    lines = module.lines[node.lineno - 1 : node.end_lineno]
    around = [node2 for node2 in module.nodes.get(ast.Assign, ()) if _covers(node2, node)]
    targets = [getattr(t, "id", getattr(t, "attr", "")) for a in around for t in a.targets]  # type: ignore[attr-defined]
    return any(_says_secret(text) for text in (*lines, *targets, module.symbol_at(node.lineno)))


def _covers(outer: Any, inner: Any) -> bool:
    return bool(outer.lineno <= inner.lineno and inner.end_lineno <= outer.end_lineno)


def _says_secret(text: str) -> bool:
    said = _words(text)
    if not _SECRETS.isdisjoint(said):
        return True
    return any(a in _HOLDERS and b in _HELD for a, b in zip(said, said[1:], strict=False))


def _words(text: str) -> list[str]:
    """The words of a line in lower case, identifiers cut at underscores and capitals."""
    spaced = "".join(f" {c.lower()}" if c.isupper() else c if c.isalnum() else " " for c in _lowered(text))
    return spaced.split()


def _lowered(text: str) -> str:
    """``API_KEY`` as ``api_key``: capitals are borders only behind a small letter."""
    out, before = [], ""
    for c in text:
        out.append(c if c.isupper() and before.islower() else c.lower())
        before = c
    return "".join(out)


def named(test: str, node: Any, parent: Any) -> str:
    """The name at a string that bandit takes for a password; "" where that is a text itself."""
    if test == "B106":
        named = [k for k in node.keywords if words.means(k.arg) == words.WORD and k.value.__class__ is ast.Constant]
        return next((k.arg for k in named if k.value.value.__class__ is str), "")
    if test == "B107":
        return next((a.arg for a in node.args.args if words.means(a.arg) == words.WORD), "")
    if parent.__class__ is ast.Assign:
        names = (getattr(t, "id", getattr(t, "attr", "")) for t in parent.targets)
        return next((name for name in names if words.means(name) == words.WORD), "")
    left = getattr(parent, "left", None)  # of a comparison
    return getattr(left, "id", getattr(left, "attr", ""))
