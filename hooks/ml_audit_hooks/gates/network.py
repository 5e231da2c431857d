"""What in a test needs a network."""

from __future__ import annotations

import _ast as ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.core.context import Context

MARKS = frozenset(
    ("download", "hf_hub", "integration_network", "internet", "network", "online", "remote", "require_network")
)
_HUB = frozenset(("from_pretrained", "hf_hub_download", "load_dataset", "load_dataset_builder", "snapshot_download"))
_HUB |= {
    "download_from_hub",
    "fetch_openml",
    "download_url",
    "urlretrieve",
    "fetch_california_housing",
    "fetch_20newsgroups",
}
_CLIENTS = frozenset(("aiohttp", "boto3", "httpx", "requests", "urllib", "wget"))
_CLIENT_CALLS = frozenset(
    ("delete", "get", "head", "patch", "post", "put", "request", "urlopen", "urlretrieve", "stream")
)
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "::1", "testserver")  # compared with, not bound


def of_nodes(context: Context, nodes: Iterable[ast.AST]) -> tuple[str, ...]:
    """Calls that reach for a hub or a server, each once; what is patched or local is none."""
    found: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, ast.Call):
            text = _reach(context, node)
            if text:
                found[text] = None
    return tuple(found)


def _reach(context: Context, call: ast.Call) -> str:
    name = context.dotted(call.func)
    root = name.partition(".")[0]
    last = (name or getattr(call.func, "attr", "")).rpartition(".")[2]
    given = context.constant(call.args[0]) if call.args else None
    text = given if isinstance(given, str) else ""
    if last in _HUB:
        return f"{last}({text!r})" if _is_remote(text) or (not call.args and "fetch_" in last) else ""
    if root in _CLIENTS and last in _CLIENT_CALLS:
        return "" if any(local in text for local in _LOCAL) or not text.startswith("http") else f"{root}.{last}"
    return ""


def _is_remote(text: str) -> bool:
    """Whether a name is one of a hub (``gpt2``, ``org/model``) or an address; a path of the machine is none."""
    if text.startswith(("http://", "https://")):
        return not any(local in text for local in _LOCAL)
    if not text or text.startswith((".", "/", "~", "tests/", "test/")) or text.endswith((".json", ".csv", ".txt")):
        return False
    return text.count("/") <= 1 and text not in ("csv", "json", "parquet", "text", "imagefolder", "arrow", "pandas")
