"""What makes and feeds a tokenizer in a module: the calls, assignments and tables of the tokenization capability."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities._token_names import (
    CUT,
    DECODE,
    ENCODE,
    LIBRARIES,
    LOADERS,
    OWN,
    PADDING,
    PADS,
    TOKENIZER,
    VOCAB,
    is_processor_class,
    is_text_processor,
    is_to_ids,
    is_to_text,
    is_tokenizer,
    is_tokenizer_class,
    looks_up,
    makes,
    tokenizes_features,
)
from ml_audit_hooks.core.called import last_name, may_name
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Signal
    from ml_audit_hooks.core.context import Context

NEEDS = (
    *(b"okeniz", b"OKENIZ", b"okenis", b"tiktoken", b"sentencepiece", b"spacy", b"torchtext", b"TextVectorization"),
    *(b"nltk", b"stoi", b"itos", b"vocab", b"Processor", b"2id", b"to_id", b"2i", b"to_i", b"pad_", b"DataCollator"),
    *(b"block_size", b"max_len", b"context_length", b"seq_len"),
)
ENCODERS = frozenset(
    "encode encode_plus batch_encode_plus batch_encode encode_batch encode_ordinary encode_ordinary_batch EncodeAsIds"
    " encode_as_ids encode_as_pieces EncodeAsPieces texts_to_sequences convert_tokens_to_ids tokenize"
    " encode_dialog_prompt apply_chat_template prepare_seq2seq_batch numericalize word_tokenize lookup_indices".split()
)
DECODERS = frozenset(
    "decode batch_decode decode_batch decode_bytes decode_ids DecodeIds detokenize convert_ids_to_tokens decode_single"
    " sequences_to_texts convert_tokens_to_string DecodePieces decode_pieces id_to_token id_to_piece"
    " lookup_tokens".split()
)
_VOCABULARY = frozenset(
    "add_special_tokens add_tokens train train_from_iterator train_new_from_iterator save save_pretrained build_vocab"
    " save_vocabulary save_model get_vocab load Load load_vocab fit_on_texts adapt set_vocabulary from_file fit"
    " register_special_tokens add_special_token get_vocabulary save_vocab from_pretrained build_vocabulary".split()
)
_PADDERS = frozenset("pad enable_padding enable_truncation truncate_sequences".split())
_PAD_OPTIONS = frozenset(
    "padding truncation max_length pad_to_multiple_of pad_to_max_length max_seq_length max_seq_len".split()
)
_MADE_OPTIONS = frozenset(
    "padding_side truncation_side model_max_length pad_token max_length output_sequence_length max_seq_length"
    " sequence_length max_len".split()
)
_TEXT_LIBRARIES = ("open_clip.", "whisper.", "torchtext.", "vllm.", "transformers.", "gluonnlp.")
_SIZES = frozenset(
    "block_size max_len max_length max_seq_len max_seq_length seq_len seq_length context_length context_size"
    " max_tokens max_sequence_length context_window cutoff_len max_target_length max_source_length bptt".split()
)


def find(context: Context) -> Iterator[Signal]:
    """Every signal of tokenization in a module but those of definitions."""
    found = [*_found(context)]
    if found and may_name(context, NEEDS):
        yield from found


def _found(context: Context) -> Iterator[Signal]:
    made = {key.rpartition(".")[2] for key, origin in context.origins.items() if _MAKES[origin]}
    aliases = context.module.aliases
    made.update(aliases[name].rpartition(".")[2] for name in context.written.keys() & aliases.keys() if _TELLS[name])
    for name, calls in context.calls.items():
        if _TELLS[name] or name in made:
            for call in calls:
                yield from _of_call(context, call)
    for name, assigned in context.assigned.items():
        if not name or _ASSIGNED[name]:
            for assign in assigned:
                yield from _of_assignment(context, assign)
    for node in context.nodes(ast.Subscript):
        if (node.slice.__class__ in _CUTS or _LOOKED_UP[last_name(node.value)]) and isinstance(node.ctx, ast.Load):
            yield from _of_subscript(context, node)
    for product in [n for n in context.nodes(ast.BinOp) if n.op.__class__ is ast.Mult]:
        if _pads(product):
            yield context.signal(PADS, product, "fills up with a pad id")


def _tells(name: str) -> bool:
    """Whether a call whose last part is this name may be one that `_of_call` knows by the name alone."""
    return (
        name in _TOLD
        or name in LOADERS
        or is_tokenizer_class(name)
        or name.startswith("DataCollator")
        or "tokeni" in name.lower()
        or name_parts(name)[-1:] == ["processor"]
    )


def _makes(origin: str) -> bool:
    """Whether what made a local value is a tokenizer's or a processor's maker."""
    return origin.endswith("()") and (makes(origin[:-2]) or origin.endswith(".from_pretrained()"))


def _of_call(context: Context, call: ast.Call) -> Iterator[Signal]:
    func = call.func
    name = context.dotted(func)
    last = func.attr if isinstance(func, ast.Attribute) else name.rpartition(".")[2]
    for facet in LIBRARIES.get(name, ()):
        yield context.signal(facet, call, f"calls {name}")
    if name in LIBRARIES:
        return
    parts = name.split(".")
    loads = last in LOADERS and len(parts) > 1
    owner = parts[-2] if loads else last
    if "okenizer" in name and context.once(tokenizes_features):
        return
    makes_one = is_tokenizer_class(owner) and owner[:1].isupper()
    if makes_one or (loads and last[:5] == "from_" and is_processor_class(owner)):
        yield from _of_making(context, call, name, loads)
    elif last == "Field" and name.startswith("torchtext."):
        yield context.signal(TOKENIZER, call, f"calls {name}")
        yield context.signal(PADDING, call, f"batches of {name} are padded")
    elif last == "resize_token_embeddings":
        yield context.signal(VOCAB, call, "resizes the token embeddings")
    elif last == "build_vocab":
        yield context.signal(VOCAB, call, f"calls {last}")
    elif last == "get_tokenizer" and name.startswith(_TEXT_LIBRARIES):
        yield context.signal(TOKENIZER, call, f"calls {name}")
    elif last.startswith("DataCollator") and last[12:] not in ("", "Default"):
        theirs = name.startswith(("transformers.", "trl."))
        yield context.signal(PADDING if theirs else PADS, call, f"pads batches with {last}")
    elif (last in ("pad_sequence", "pad_sequences", "padded_batch") and name != last) or last == "pad_sequences":
        yield context.signal(PADS, call, f"calls {name or last}")
    elif isinstance(func, ast.Attribute):
        yield from _of_method(context, call, func)
    elif is_tokenizer(context, func) and (call.args or call.keywords):
        yield from _of_use(context, call, last)


def _of_making(context: Context, call: ast.Call, name: str, loads: bool) -> Iterator[Signal]:
    yield context.signal(TOKENIZER, call, f"calls {name}")
    options = context.keywords(call)
    if loads or not {"vocab", "vocab_file", "vocabulary", "tokenizer_file", "vocab_path"}.isdisjoint(options):
        yield context.signal(VOCAB, call, f"calls {name}")
    for option in sorted(_MADE_OPTIONS.intersection(options)):
        if context.is_on(options[option]):
            yield context.signal(PADDING, call, f"sets {option}= of {name}")


def _of_method(context: Context, call: ast.Call, func: ast.Attribute) -> Iterator[Signal]:
    """A call of an attribute: a tokenizer's method, or a tokenizer that is an attribute."""
    owner, method = func.value, func.attr
    known = method in ENCODERS or method in DECODERS or method in _VOCABULARY or method in _PADDERS
    if method in ("lookup_indices", "lookup_tokens"):
        yield context.signal(ENCODE if method == "lookup_indices" else DECODE, call, f"calls {method}")
    elif known and (is_tokenizer(context, owner) or (method != "train" and is_text_processor(context, owner))):
        if method in ENCODERS and not (method == "apply_chat_template" and not _tokenizes(context, call)):
            yield context.signal(ENCODE, call, f"calls {last_name(owner) or 'a tokenizer'}.{method}")
        elif method in DECODERS:
            yield context.signal(DECODE, call, f"calls {last_name(owner) or 'a tokenizer'}.{method}")
        elif method in _VOCABULARY and not is_text_processor(context, owner):
            yield context.signal(VOCAB, call, f"calls {last_name(owner) or 'a tokenizer'}.{method}")
        elif method in _PADDERS:
            yield context.signal(PADDING, call, f"calls {last_name(owner) or 'a tokenizer'}.{method}")
        yield from _of_options(context, call, method)
    elif (is_tokenizer(context, func) and (call.args or call.keywords)) or (
        is_text_processor(context, func) and _has_text(context, call)
    ):
        yield from _of_use(context, call, method)


def _tokenizes(context: Context, call: ast.Call) -> bool:
    option = context.keywords(call).get("tokenize")
    return option is None or context.is_on(option)


def _has_text(context: Context, call: ast.Call) -> bool:
    return not {"text", "padding", "truncation"}.isdisjoint(context.keywords(call))


def _of_use(context: Context, call: ast.Call, name: str) -> Iterator[Signal]:
    """A tokenizer is called."""
    yield context.signal(ENCODE, call, f"calls {name or 'a tokenizer'}")
    yield from _of_options(context, call, name)


def _of_options(context: Context, call: ast.Call, name: str) -> Iterator[Signal]:
    options = context.keywords(call)
    for option in sorted(_PAD_OPTIONS.intersection(options)):
        if context.is_on(options[option]):
            yield context.signal(PADDING, options[option], f"sets {option}= of {name}")


def _of_assignment(context: Context, node: ast.Assign) -> Iterator[Signal]:
    value = node.value
    for target in node.targets:
        name = last_name(target)
        if isinstance(target, ast.Attribute) and name in (
            "pad_token",
            "pad_token_id",
            "padding_side",
            "truncation_side",
        ):
            if is_tokenizer(context, target.value):
                yield context.signal(PADDING, node, f"sets {name} of the tokenizer")
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Call):
            loader = context.dotted(value.func)
            if loader.rpartition(".")[2] in ("from_pretrained", "load") and any(
                is_tokenizer(context, item) for item in target.elts
            ):
                yield context.signal(TOKENIZER, node, f"gets a tokenizer from {loader}")
                yield context.signal(VOCAB, node, f"gets a tokenizer from {loader}")
        elif name in ("encode", "decode") and isinstance(value, ast.Lambda):
            facet = ENCODE if name == "encode" else DECODE
            if looks_up(context, value) or any(
                isinstance(n.func, ast.Attribute) and n.func.attr.startswith(name)
                for n in context.inside(value, ast.Call)
            ):
                yield context.signal(facet, node, f"defines {name}")
        elif (is_to_ids(name) or is_to_text(name) or name == "vocab") and _is_table(value):
            yield context.signal(VOCAB, node, f"builds {name}")


def _is_table(value: ast.expr) -> bool:
    """Whether a value is worked out: a comprehension, a call, a dict with entries or a part of something loaded."""
    if isinstance(value, ast.Dict):
        return bool(value.keys)
    if isinstance(value, ast.Call):
        return bool(value.args)
    if isinstance(value, ast.Tuple):
        return all(_is_table(item) for item in value.elts)
    return isinstance(value, (ast.DictComp, ast.SetComp, ast.ListComp, ast.Subscript))


def _of_subscript(context: Context, node: ast.Subscript) -> Iterator[Signal]:
    name = last_name(node.value)
    if isinstance(node.slice, (ast.Slice, ast.Tuple)):
        if cuts(node):
            yield context.signal(CUT, node, "cuts to a length")
    elif is_to_ids(name):
        yield context.signal(ENCODE, node, f"looks tokens up in {name}")
        yield context.signal(OWN, node, f"looks tokens up in {name}")
    elif is_to_text(name):
        yield context.signal(DECODE, node, f"looks ids up in {name}")


def cuts(node: ast.Subscript) -> bool:
    """Whether a slice ends or starts at a length: ``ids[:max_len]``, ``x[:, -block_size:]``, ``d[i : i + bptt]``."""
    for part in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
        if isinstance(part, ast.Slice):
            for bound in (part.lower, part.upper):
                ends = (bound.left, bound.right) if isinstance(bound, ast.BinOp) else (bound,)
                for end in ends:
                    inner = end.operand if isinstance(end, ast.UnaryOp) else end
                    if last_name(inner).lower() in _SIZES:
                        return True
    return False


def _pads(node: ast.BinOp) -> bool:
    """``[pad_id] * n`` and ``[0] * block_size``."""
    for side, times in ((node.left, node.right), (node.right, node.left)):
        if isinstance(side, ast.List) and len(side.elts) == 1:
            words = name_parts(last_name(side.elts[0]))
            if "pad" in words or last_name(times).lower() in _SIZES:
                return True
    return False


_TOLD = (
    frozenset("Field resize_token_embeddings build_vocab get_tokenizer pad_sequence pad_sequences padded_batch".split())
    | frozenset(name.rpartition(".")[2] for name in LIBRARIES)
    | ENCODERS
    | DECODERS
    | _VOCABULARY
    | _PADDERS
    | {""}
)
_CUTS = (ast.Slice, ast.Tuple)
_SET = frozenset("pad_token pad_token_id padding_side truncation_side encode decode vocab".split())
_TELLS = Remembered(_tells)
_MAKES = Remembered(_makes)
_LOOKED_UP = Remembered(lambda name: is_to_ids(name) or is_to_text(name))
_ASSIGNED = Remembered(lambda name: name in _SET or _LOOKED_UP[name])
