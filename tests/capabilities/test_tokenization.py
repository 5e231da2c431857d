"""Tokenization is shown by what cuts text into ids, and by nothing that is merely named so."""

from __future__ import annotations

import pytest

from tests.capabilities.support import judged, notebook, shown, verdict

HF = "from transformers import AutoTokenizer as AT\n"

SILENT = [
    pytest.param("fast_tokenizer", "from transformers import AutoTokenizer\n", id="dead import"),
    pytest.param("fast_tokenizer", "# AutoTokenizer.from_pretrained('gpt2')\n'''AutoTokenizer'''\n", id="comment"),
    pytest.param("fast_tokenizer", "def read(tokenizer_name=None):\n    return tokenizer_name\n", id="only a name"),
    pytest.param("vocab", "class Net:\n    def __init__(self, vocab):\n        self.vocab = vocab\n", id="handed on"),
    pytest.param("encode", "data = 'abc'.encode('utf-8')\n", id="bytes of a string"),
    pytest.param("encode", "z = vae.encode(images)\nx = encoder(images)\n", id="latents"),
    pytest.param("encode", "le = LabelEncoder()\ny = le.fit_transform(y)\n", id="labels"),
    pytest.param(
        "encode", "def load_model_and_tokenizer(p):\n    return p\nm = load_model_and_tokenizer('x')\n", id="loader"
    ),
    pytest.param("encode", "text = tokenizer.apply_chat_template(chat, tokenize=False)\n", id="template alone"),
    pytest.param("decode", "text = reply.content.decode('utf-8')\nimage = vae.decode(z)\n", id="bytes and latents"),
    pytest.param("padding_truncation", "ids = tokenizer(text, padding=False, truncation=None)\n", id="off-values"),
    pytest.param("padding_truncation", "x = F.pad(image, (1, 1))\ny = x[:max_len]\n", id="no text in sight"),
    pytest.param("padding_truncation", "out = model.generate(ids, max_length=20)\n", id="a generation's length"),
    pytest.param("tests", HF + "tok = AT.from_pretrained('gpt2')\n", id="no test at all"),
]

LOUD = [
    pytest.param("fast_tokenizer", HF + "tok = AT.from_pretrained('gpt2')\n", 2, id="transformers by an alias"),
    pytest.param("fast_tokenizer", "import tiktoken as tk\nenc = tk.get_encoding('gpt2')\n", 2, id="tiktoken"),
    pytest.param("fast_tokenizer", "import spacy\nnlp = spacy.load('en_core_web_sm')\n", 2, id="spacy"),
    pytest.param(
        "fast_tokenizer", "from keras.layers import TextVectorization\nt = TextVectorization(9)\n", 2, id="keras"
    ),
    pytest.param("fast_tokenizer", "class CharTokenizer:\n    def f(self):\n        return 1\n", 1, id="own class"),
    pytest.param("fast_tokenizer", "def f(s):\n    return [stoi[c] for c in s]\n", 2, id="own table"),
    pytest.param(
        "fast_tokenizer",
        "from unsloth import FastModel\nmodel, tokenizer = FastModel.from_pretrained('x')\n",
        2,
        id="a pair",
    ),
    pytest.param("vocab", HF + "tok = AT.from_pretrained('gpt2')\n", 2, id="from the hub"),
    pytest.param("vocab", "chars = sorted(set(text))\nstoi = {c: i for i, c in enumerate(chars)}\n", 2, id="stoi"),
    pytest.param("vocab", "char_to_idx = dict(zip(chars, range(9)))\n", 1, id="char_to_idx"),
    pytest.param("vocab", "model.resize_token_embeddings(len(tokenizer))\n", 1, id="resized embeddings"),
    pytest.param("vocab", "def build_vocab(texts):\n    return sorted(set(texts))\n", 1, id="own builder"),
    pytest.param("encode", "def f(texts, tokenizer):\n    return tokenizer(texts)\n", 2, id="a tokenizer is called"),
    pytest.param(
        "encode", "import tiktoken\ne = tiktoken.get_encoding('x')\nids = e.encode_ordinary('a')\n", 3, id="tiktoken"
    ),
    pytest.param("encode", "encode = lambda s: [stoi[c] for c in s]\n", 1, id="own lambda"),
    pytest.param(
        "encode", "class BPETokenizer:\n    def encode(self, text):\n        return merge(text)\n", 2, id="own class"
    ),
    pytest.param("encode", "ids = self.tokenizers['de'].encode(text)\n", 1, id="one of several"),
    pytest.param("decode", "out = tokenizer_raw.batch_decode(ids, skip_special_tokens=True)\n", 1, id="batch_decode"),
    pytest.param("decode", "text = ''.join(itos[i] for i in ids)\n", 1, id="own table"),
    pytest.param("padding_truncation", "ids = tokenizer(\n    text,\n    truncation=True,\n)\n", 3, id="truncation="),
    pytest.param("padding_truncation", "tokenizer.pad_token = tokenizer.eos_token\n", 1, id="pad token"),
    pytest.param(
        "padding_truncation",
        "from transformers import DataCollatorWithPadding as D\nc = D(tokenizer)\n",
        2,
        id="padding collator",
    ),
    pytest.param(
        "padding_truncation", "ids = tokenizer(text)\nids = ids[:max_length]\n", 2, id="own cut beside a tokenizer"
    ),
    pytest.param(
        "padding_truncation", "ids = tokenizer(text)\nids += [pad_id] * (n - len(ids))\n", 2, id="own padding"
    ),
    pytest.param(
        "padding_truncation", "options = dict(padding=True)\nids = tokenizer(text, **options)\n", 1, id="opened options"
    ),
]


@pytest.mark.parametrize(("facet", "code"), SILENT)
def test_what_does_not_tokenise_shows_nothing(facet: str, code: str) -> None:
    assert shown(f"tokenization.{facet}", {"train.py": code}) == ("absent",)


@pytest.mark.parametrize(("facet", "code", "line"), LOUD)
def test_what_tokenises_is_found_on_its_line(facet: str, code: str, line: int) -> None:
    found = shown(f"tokenization.{facet}", {"train.py": code})
    assert found[:2] == ("present", f"train.py:{line}")


@pytest.mark.parametrize(
    ("facet", "code"),
    [
        pytest.param("encode", "def encode(text):\n    raise NotImplementedError\n", id="encode"),
        pytest.param("decode", "def decode(ids):\n    pass\n", id="decode"),
        pytest.param("padding_truncation", "def pad_sequences(sequences):\n    ...\n", id="padding"),
        pytest.param("vocab", "def build_vocab(texts):\n    pass\n", id="vocab"),
        pytest.param("fast_tokenizer", "def tokenize(text):\n    pass\n", id="tokenizer"),
    ],
)
def test_a_place_without_a_body_is_stubbed(facet: str, code: str) -> None:
    assert shown(f"tokenization.{facet}", {"text.py": code}) == ("stubbed", "text.py:1")


def test_a_notebook_knows_the_imports_of_its_earlier_cells() -> None:
    book = notebook(
        "import tiktoken", "enc = tiktoken.get_encoding('gpt2')", "ids = enc.encode('a')\nprint(enc.decode(ids))"
    )
    assert shown("tokenization.fast_tokenizer", {"a.ipynb": book}) == ("present", "a.ipynb:1:1")
    assert shown("tokenization.encode", {"a.ipynb": book}) == ("present", "a.ipynb:2:1")
    assert shown("tokenization.decode", {"a.ipynb": book}) == ("present", "a.ipynb:2:2")


def test_a_library_is_better_evidence_than_a_helper() -> None:
    texts = {
        "train.py": "def tokenize(t, tokenizer):\n    return tokenizer(t)\n\n" + HF + "tok = AT.from_pretrained('g')\n"
    }
    assert shown("tokenization.fast_tokenizer", texts)[:2] == ("present", "train.py:5")


def test_a_configuration_names_a_tokenizer() -> None:
    texts = {"conf/data.yaml": "tokenizer:\n  _target_: transformers.AutoTokenizer.from_pretrained\n"}
    assert shown("tokenization.vocab", texts) == ("present", "conf/data.yaml:2")


@pytest.mark.parametrize(
    "test",
    [
        pytest.param(
            "from pkg.text import encode\ndef test_ids():\n    assert encode('a') == [1]\n", id="own function"
        ),
        pytest.param("def test_ids(tokenizer):\n    assert tokenizer.decode([1]) == 'a'\n", id="a fixture"),
    ],
)
def test_tests_of_tokenization_are_found_at_the_call(test: str) -> None:
    texts = {"pkg/text.py": "def encode(s):\n    return [stoi[c] for c in s]\n", "tests/test_text.py": test}
    assert shown("tokenization.tests", texts) == ("present", f"tests/test_text.py:{3 if 'import' in test else 2}")


def test_tests_of_something_else_are_none_of_tokenization() -> None:
    texts = {
        "pkg/run.py": "class Runner:\n    def feed(self, s):\n        return tokenizer(s)\n"
        "    def stop(self):\n        return 1\n",
        "tests/test_run.py": "from pkg.run import Runner\ndef test_stop():\n    assert Runner().stop() == 1\n",
    }
    assert shown("tokenization.tests", texts) == ("absent",)


@pytest.mark.parametrize(
    ("code", "grounded"),
    [
        pytest.param("import torchvision\n", False, id="images"),
        pytest.param("import openai\nclient = openai.OpenAI()\n", True, id="a language model is prompted"),
    ],
)
def test_the_ground_is_text(code: str, grounded: bool) -> None:
    assert judged("tokenization", {"train.py": code}).grounded is grounded


def test_vendored_code_shows_nothing() -> None:
    assert (
        verdict("tokenization.vocab", {"third_party/t.py": "stoi = {c: i for i, c in enumerate(s)}\n"}).evidence == ()
    )
