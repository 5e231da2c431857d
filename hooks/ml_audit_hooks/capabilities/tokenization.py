"""1. Tokenization."""

from __future__ import annotations

from ml_audit_hooks.capabilities import (
    _token_names as token_names,
)
from ml_audit_hooks.capabilities import (
    _token_places as token_places,
)
from ml_audit_hooks.capabilities import (
    _tokenizers as tokenizers,
)
from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._exercise import exercised, or_place
from ml_audit_hooks.capabilities.model import PRESENT, Calls, Capability, Defines, Facet, Files, Finds, Uses, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

_TEXT = "text.handled"
_TEXT_FILES = (
    *("tokenizer", "tokenizers", "tokenization", "tokenize", "vocab", "bpe", "text", "data", "dataset", "datasets"),
    *("prepare", "preprocess", "preprocessing", "train", "finetune"),
)


def _tokenizer(view: View) -> Verdict:
    """A tokenizer of a library or a class; else the repository's own functions."""
    return chosen(view, token_names.TOKENIZER, token_names.OWN, prefer=_TEXT_FILES)


def _vocab(view: View) -> Verdict:
    return chosen(view, token_names.VOCAB, prefer=_TEXT_FILES)


def _encode(view: View) -> Verdict:
    return or_place(chosen(view, token_names.ENCODE, prefer=_TEXT_FILES), view, "place.encode")


def _decode(view: View) -> Verdict:
    return or_place(chosen(view, token_names.DECODE, prefer=_TEXT_FILES), view, "place.decode")


def _padding_truncation(view: View) -> Verdict:
    """A tokenizer's own options; else code that cuts or pads sequences, where text is tokenised at all."""
    if not view.live(token_names.TOKENIZER, token_names.OWN, token_names.ENCODE):
        return or_place(chosen(view, token_names.PADDING, prefer=_TEXT_FILES), view, "place.padding")
    shown = chosen(view, token_names.PADDING, token_names.PADS, prefer=_TEXT_FILES)
    cut = shown if shown.state == PRESENT else chosen(view, token_names.PADDING, token_names.CUT, prefer=_TEXT_FILES)
    return or_place(cut, view, "place.padding")


def _tests(view: View) -> Verdict:
    return exercised(
        view,
        token_names.TOKENIZER,
        token_names.OWN,
        token_names.ENCODE,
        token_names.DECODE,
        token_names.VOCAB,
        token_names.PADDING,
    )


def _handles_text(view: View) -> bool:
    return bool(
        view.live(
            _TEXT, token_names.TOKENIZER, token_names.OWN, token_names.VOCAB, token_names.ENCODE, token_names.DECODE
        )
    )


CAPABILITY = Capability(
    name="tokenization",
    title="Tokenization",
    facets=(
        Facet(
            "fast_tokenizer",
            core=True,
            title="tokenizer",
            gap="no tokenizer: text reaches {model} without a defined way of cutting it",
            risk="training and serving cut the same text differently, and quality drops without an error",
            patch="load one tokenizer (`AutoTokenizer.from_pretrained`) in {data} and use it wherever text enters; "
            "test: a fixed sentence gives the same ids twice",
            rollback="remove the tokenizer and its call in {data}",
            decide=_tokenizer,
        ),
        Facet(
            "vocab",
            core=True,
            title="vocabulary",
            gap="no vocabulary is built, loaded or saved",
            risk="ids change between runs, and a checkpoint's embeddings stand for other tokens",
            patch="save the vocabulary beside the weights (`tokenizer.save_pretrained`) and load it in {train}; "
            "test: a reloaded vocabulary gives the same ids",
            rollback="stop saving it; checkpoints without it load as before",
            decide=_vocab,
        ),
        Facet(
            "encode",
            core=True,
            title="text to ids",
            gap="nothing turns text into ids",
            risk="raw text cannot be fed to {model} in production",
            patch="add `encode(text) -> list[int]` over the tokenizer and call it in {data}; "
            "test: the ids of one fixed sentence",
            rollback="remove the function and its call",
            decide=_encode,
        ),
        Facet(
            "decode",
            core=True,
            title="ids to text",
            gap="nothing turns ids back into text",
            risk="what {model} generates or reads cannot be looked at, so broken inputs stay unseen",
            patch="add `decode(ids)` over the same tokenizer (`tokenizer.batch_decode(ids, "
            "skip_special_tokens=True)`) and "
            "print one batch in {train}; test: `decode(encode(text)) == text`",
            rollback="remove the function; training does not depend on it",
            decide=_decode,
        ),
        Facet(
            "padding_truncation",
            core=True,
            title="padding and truncation",
            gap="sequences are neither padded nor truncated on purpose",
            risk="one overlong text raises an index error or runs out of memory in the middle of a run",
            patch="pass `padding=True, truncation=True, max_length=...` in the tokenizer call of {data}; "
            "test: a text over the limit comes back at the limit",
            rollback="drop the three arguments",
            decide=_padding_truncation,
        ),
        Facet(
            "tests",
            core=False,
            title="tokenization tests",
            gap="no test exercises tokenization",
            risk="a new tokenizer version shifts ids unnoticed",
            patch="add test_tokenization.py under {tests} with a round trip and the ids of one fixed sentence; "
            "run it with {runner}",
            rollback="delete the test file",
            decide=_tests,
        ),
    ),
    detectors=(
        Finds((), tokenizers.find),
        Defines((token_names.TOKENIZER,), token_places.defines_tokenizer),
        Defines((token_names.OWN,), token_places.defines_own, words=frozenset(("tokenise", "tokenize"))),
        Defines(
            (token_names.OWN, token_names.ENCODE),
            token_places.defines_encode,
            words=frozenset(("encode", "numericalize", "tokenize")),
        ),
        Defines((token_names.DECODE,), token_places.defines_decode, words=frozenset(("decode", "detokenize"))),
        Defines((token_names.VOCAB,), token_places.defines_vocab, words=frozenset(("vocab", "vocabulary"))),
        Defines(("place.encode",), token_places.places_encode, words=frozenset(("encode", "tokenise", "tokenize"))),
        Defines(("place.decode",), token_places.places_decode, words=frozenset(("decode", "detokenize"))),
        Defines(("place.padding",), token_places.places_padding, words=frozenset(("pad", "truncate"))),
        Files(token_places.in_yaml, languages=("YAML",)),
        Uses(
            (_TEXT,),
            (
                *("openai.*", "anthropic.*", "nltk.*", "spacy.*", "sentence_transformers.*", "vllm.*", "gensim.*"),
                *("transformers.AutoModelForCausalLM", "transformers.AutoModelForSeq2SeqLM"),
                *("sklearn.feature_extraction.text.*", "langchain.*", "llama_index.*", "litellm.*"),
            ),
        ),
        Calls((_TEXT,), ("*.TfidfVectorizer", "*.CountVectorizer")),
    ),
    ground=_handles_text,
    no_ground="nothing in the repository handles text",
)
