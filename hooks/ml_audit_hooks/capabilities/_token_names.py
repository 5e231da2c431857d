"""What is a tokenizer, and what a table between text and ids: by the call that made it, or by its name."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.called import last_name
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context

TOKENIZER = "tokenization.fast_tokenizer"
VOCAB = "tokenization.vocab"
ENCODE = "tokenization.encode"
DECODE = "tokenization.decode"
PADDING = "tokenization.padding_truncation"
OWN = "text.own_tokenizer"  # the repository's own code for it, where it is no class
PADS = "text.pads"  # pads sequences, of what is not said; counts beside a tokenizer
CUT = "text.cut"  # cuts sequences to a length; counts beside a tokenizer
LOADERS = frozenset("from_pretrained from_preset from_file from_bytes from_buffer from_str load".split())
LIBRARIES = {  # callee -> what the call shows
    "clip.tokenize": (TOKENIZER, ENCODE),
    "mlx_lm.load": (TOKENIZER, VOCAB),
    "nltk.sent_tokenize": (TOKENIZER,),
    "nltk.tokenize.sent_tokenize": (TOKENIZER,),
    "nltk.tokenize.word_tokenize": (TOKENIZER, ENCODE),
    "nltk.word_tokenize": (TOKENIZER, ENCODE),
    "open_clip.tokenize": (TOKENIZER, ENCODE),
    "sentencepiece.SentencePieceProcessor": (TOKENIZER, VOCAB),
    "sentencepiece.SentencePieceTrainer.Train": (TOKENIZER, VOCAB),
    "sentencepiece.SentencePieceTrainer.train": (TOKENIZER, VOCAB),
    "spacy.blank": (TOKENIZER,),
    "spacy.load": (TOKENIZER, VOCAB),
    "tiktoken.Encoding": (TOKENIZER, VOCAB),
    "tiktoken.encoding_for_model": (TOKENIZER, VOCAB),
    "tiktoken.get_encoding": (TOKENIZER, VOCAB),
    "torchtext.data.get_tokenizer": (TOKENIZER,),
    "torchtext.data.utils.get_tokenizer": (TOKENIZER,),
    "torchtext.vocab.Vocab": (VOCAB,),
    "torchtext.vocab.build_vocab_from_iterator": (VOCAB,),
    "torchtext.vocab.vocab": (VOCAB,),
}
_NOT_TOKENIZERS = frozenset(
    "name path config configs file dir folder class cls type args kwargs id fn map info len length size options cfg"
    " model_name params module modules checkpoint vocab class_name parallelism dict".split()
)
_LEFT = frozenset("char chars ch c s str string word words w token tokens tok piece letter vocab text".split())
_RIGHT = frozenset("i id ids idx idxs ix index indices int num".split())
_TO_IDS = frozenset("stoi ctoi wtoi ttoi word_index token_index char_index vocab_index".split())
_TO_TEXT = frozenset("itos itoc itow itot index_word reverse_word_index index_token index_char".split())
_VERBS = frozenset("build create get init load make prepare save setup train use test is has add".split())


def is_tokenizer(context: Context, node: ast.AST) -> bool:
    """Whether an expression is a tokenizer: by the call that made it, or by its name."""
    if isinstance(node, ast.Call):
        return makes(context.dotted(node.func))
    if isinstance(node, ast.Name) and node.id in ("self", "cls"):
        return "okenizer" in context.symbol(node).partition(".")[0]
    if isinstance(node, ast.Subscript) and is_tokenizer(context, node.value):
        return True
    name = last_name(node)
    if name[:1].isupper() and isinstance(node, ast.Name):
        return False  # a class
    lower = name.lower()
    if "tokenizer" in lower or "tokeniser" in lower:
        return (
            _is_tokenizer_name(name_parts(name))
            and name not in context.once(_functions)
            and not context.once(tokenizes_features)
        )
    made = context.resolved(node)
    return made.endswith("()") and makes(made[:-2])


def _is_tokenizer_name(words: list[str]) -> bool:
    ends = words[-1].startswith("tokeni") or (words[0].startswith("tokeni") and len(words) < 4)
    return ends and words[-1] not in _NOT_TOKENIZERS and words[0] not in _VERBS


def _functions(context: Context) -> frozenset[str]:
    """The names of the functions of a module."""
    return frozenset(s.node.name for s in context.module.scopes if isinstance(s.node, FUNCTION_TYPES))


def tokenizes_features(context: Context) -> bool:
    """Whether the tokenizer of a module is a layer of its own that embeds numbers or images."""
    return any(isinstance(s.node, ast.ClassDef) and is_layer(s.node) for s in context.module.scopes)


def is_layer(node: ast.ClassDef) -> bool:
    methods = {getattr(item, "name", "") for item in node.body}
    computes = not methods.isdisjoint(("forward", "call")) and methods.isdisjoint(("encode", "decode", "tokenize"))
    return computes and "okenizer" in node.name and bool(node.bases)


def makes(name: str) -> bool:
    """Whether a call of this name gives a tokenizer."""
    if TOKENIZER in LIBRARIES.get(name, ()):
        return not name.startswith(("clip.", "open_clip.", "nltk.", "sentencepiece.SentencePieceTrainer", "mlx_lm."))
    parts = name.split(".")
    own = parts[-2] if parts[-1] in LOADERS and len(parts) > 1 else parts[-1]
    return is_tokenizer_class(own)


def is_tokenizer_class(name: str) -> bool:
    if not name[:1].isupper():
        return name in ("get_tokenizer", "load_tokenizer", "build_tokenizer", "create_tokenizer", "make_tokenizer")
    return name.endswith(("Tokenizer", "TokenizerFast", "Tokeniser", "TextVectorization", "TextVectorizer"))


def is_text_processor(context: Context, node: ast.AST) -> bool:
    """Whether an expression is a multimodal processor, which holds a tokenizer."""
    made = context.resolved(node)
    if made.endswith(".from_pretrained()"):
        return is_processor_class(made.split(".")[-2])
    return name_parts(last_name(node))[-1:] == ["processor"]


def is_processor_class(name: str) -> bool:
    return (
        name.endswith(("Processor", "Preprocessor"))
        and "Image" not in name
        and "Logits" not in name
        and "Video" not in name
    )


def is_to_ids(name: str) -> bool:
    """Whether a table of this name leads from text to ids: stoi, char2idx, word_to_ix."""
    return _leads(name, _TO_IDS, _LEFT, _RIGHT)


def is_to_text(name: str) -> bool:
    """Whether a table of this name leads from ids to text: itos, idx2char."""
    return _leads(name, _TO_TEXT, _RIGHT, _LEFT)


def _leads(name: str, whole: frozenset[str], left: frozenset[str], right: frozenset[str]) -> bool:
    lower = name.lower().strip("_")
    if lower in whole:
        return True
    start, to, end = lower.replace("_to_", "2").partition("2")
    return bool(to) and start.strip("_") in left and end.strip("_") in right


def looks_up(context: Context, node: ast.AST) -> bool:
    names = [last_name(n.value) for n in context.inside(node, ast.Subscript)]
    return any(is_to_ids(n) or is_to_text(n) or "vocab" in n.lower() for n in names)
