"""The repository's own code that tokenises or promises to by its name; configuration that names a tokenizer."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._token_names import (
    TOKENIZER,
    VOCAB,
    is_layer,
    is_tokenizer,
    is_tokenizer_class,
    looks_up,
    makes,
)
from ml_audit_hooks.capabilities._tokenizers import DECODERS, ENCODERS
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

_TEXTS = frozenset("text texts sentence sentences prompt ids tokens token sequence sequences batch string data".split())
_TOKENIZE = frozenset(("tokenize", "tokenise"))


def in_yaml(file: File) -> Iterator[Signal]:
    """Tokenizers that a ``_target_`` names."""
    if b"_target_" in file.data and b"okenizer" in file.data:
        for key in keys(file.text, "YAML"):
            if key.name.endswith("_target_") and makes(key.value):
                for facet in (TOKENIZER, VOCAB) if key.value.endswith(".from_pretrained") else (TOKENIZER,):
                    yield Signal(facet, key.line, None, "", f"builds {key.value}")


def defines_tokenizer(context: Context, words: list[str], node: Definition) -> bool:
    """A tokenizer's class."""
    if not isinstance(node, ast.ClassDef) or not node.name[:1].isupper():
        return False
    return is_tokenizer_class(node.name) and not is_layer(node)


def defines_own(context: Context, words: list[str], node: Definition) -> bool:
    """A function that tokenises by its name."""
    return isinstance(node, FUNCTION_TYPES) and words[:1] + words[-1:] != [] and not _TOKENIZE.isdisjoint(words)


def defines_vocab(context: Context, words: list[str], node: Definition) -> bool:
    """A vocabulary's class, or a function that builds, loads or saves one."""
    about = "vocab" in words or "vocabulary" in words
    if isinstance(node, ast.ClassDef):
        return about and words[-1] in ("vocab", "vocabulary")
    return about and words[0] in ("build", "create", "load", "make", "save", "train", "read", "extend")


def defines_encode(context: Context, words: list[str], node: Definition) -> bool:
    """``encode`` of a tokenizer's class, or a function of that name that looks tokens up."""
    return _defines(context, words, node, ("encode", "tokenize", "numericalize"), ENCODERS)


def places_encode(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises ids for a text."""
    return (
        not isinstance(node, ast.ClassDef) and words[:1] in (["encode"], ["tokenize"], ["tokenise"]) and _is_text(words)
    )


def places_decode(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises text for ids."""
    return not isinstance(node, ast.ClassDef) and words[:1] in (["decode"], ["detokenize"]) and _is_text(words)


def places_padding(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises padding or truncation."""
    return not isinstance(node, ast.ClassDef) and words[:1] in (["pad"], ["truncate"]) and _is_text(words)


def _is_text(words: list[str]) -> bool:
    return len(words) == 1 or not _TEXTS.isdisjoint(words[1:])


def defines_decode(context: Context, words: list[str], node: Definition) -> bool:
    """``decode`` of a tokenizer's class, or a function of that name that looks ids up."""
    return _defines(context, words, node, ("decode", "detokenize"), DECODERS)


def _defines(
    context: Context, words: list[str], node: Definition, verbs: tuple[str, ...], methods: frozenset[str]
) -> bool:
    if isinstance(node, ast.ClassDef) or words[:1] == [] or words[0] not in verbs:
        return False
    inner = node.body[0] if node.body else node
    owner = context.symbol(inner).rpartition(".")[0].rpartition(".")[2]
    if "okeniz" in owner or "BPE" in owner or "Vocab" in owner:
        return True
    return looks_up(context, node) or any(
        isinstance(c.func, ast.Attribute) and c.func.attr in methods and is_tokenizer(context, c.func.value)
        for c in context.inside(node, ast.Call)
    )
