"""What the profile for machine learning makes of bandit's findings, and what fails a commit."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.security import CHECK, fails, message
from ml_audit_hooks.core.finding import Finding
from ml_audit_hooks.core.settings import defaults
from tests.checks.security.support import counted, record, told

SILENT = [
    pytest.param("import random\nx = random.choice(samples)\n", id="B311 of a sample"),
    pytest.param("import random\nrng = random.Random(seed)\n", id="B311 of a generator"),
    pytest.param("import random\nmask_token = random.choice(tokens)\n", id="B311 of a token of text"),
    pytest.param("import pickle, subprocess\n", id="B403 and B404"),
    pytest.param("import xml.etree.ElementTree\n", id="B405"),
    pytest.param("import subprocess\nsubprocess.run(['nvidia-smi'], check=True)\n", id="B603 and B607"),
    pytest.param("pad_token = '<pad>'\nf(eos_token='</s>')\n", id="B105 and B106 of special tokens"),
    pytest.param("def f(password=''):\n    return password\n", id="B107 of an empty default"),
    pytest.param("import urllib.request as r\nr.urlretrieve('https://a.org/x', p)\n", id="B310 of a literal address"),
    pytest.param("import torch\ntorch.load(p, weights_only=True)\n", id="B614 with weights_only"),
]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_usual_in_machine_learning_is_silent(text: str) -> None:
    assert told(text) == []
    assert told(text, profile="bandit") != [] or "weights_only" in text


LOUD = [
    ("import random\npassword = random.choice(letters)\n", [(2, "B311", "warning")]),
    ("import random\ndef api_key():\n    return random.choice(letters)\n", [(3, "B311", "warning")]),
    ("import hashlib\nkey = hashlib.md5(text).hexdigest()\n", [(2, "B324", "note")]),
    ("import hashlib\nx = hashlib.md5(password).hexdigest()\n", [(2, "B324", "error")]),
    ("password = 'tr4in-cluster-0042'\n", [(1, "B105", "note")]),  # pragma: allowlist secret
    ("import yaml\nyaml.load(f, Loader=yaml.FullLoader)\n", [(2, "B506", "note")]),
    ("import yaml\nyaml.load(f, Loader=yaml.Loader)\n", [(2, "B506", "warning")]),
    ("import torch\ntorch.load(p, weights_only=False)\n", [(2, "B614", "warning")]),
    ("import torch\ntorch.load(p, weights_only=flag)\n", [(2, "B614", "note")]),
    ("import jinja2\njinja2.Environment()\n", [(2, "B701", "note")]),
    ("import jinja2\njinja2.Environment().from_string('<html>')\n", [(2, "B701", "error")]),
    ("import ftplib\nftplib.FTP(host)\n", [(2, "B321", "error")]),
    ("import ftplib\n", [(1, "B402", "error")]),
    ("import urllib.request as r\nr.urlopen(address)\n", [(2, "B310", "note")]),
    ("import subprocess as s\ns.run(f'a {b}', shell=True)\n", [(2, "B602", "error")]),
    ("app.run(host='0.0.0.0')\nopen('/tmp/x')\n", [(1, "B104", "note"), (2, "B108", "note")]),
]


@pytest.mark.parametrize(
    ("text", "rows"), LOUD, ids=[f"{row[0][1]} {row[0][2]} {i}" for i, (_, row) in enumerate(LOUD)]
)
def test_what_is_left_has_its_level(text: str, rows: list[tuple[int, str, str]]) -> None:
    assert told(text) == rows


@pytest.mark.parametrize("path", ["tests/test_a.py", "vendor/a.py", "a_pb2.py"])
def test_an_assert_aside_is_silent(path: str) -> None:
    assert told("assert x\nopen('/tmp/x')\n", path) == []
    assert told("assert x\n", path, "bandit") == [(1, "B101", "note")]


def test_a_severe_finding_in_a_test_is_told_still() -> None:
    assert told("import os\nos.system(f'rm {x}')\n", "tests/test_a.py") == [(2, "B605", "error")]


def test_downloads_without_a_revision_are_one_finding_a_file() -> None:
    text = "from transformers import A\nA.from_pretrained('a/b')\n\ndef f():\n    A.from_pretrained('a/c')\n"
    (found,) = counted({"src/a.py": text})["src/a.py"]
    assert (found.line, found.symbol, found.level, found.measure) == (2, "<module>", "note", 2)
    assert message(found) == "Downloads from the Hub that no revision pins (2 places)"


def test_the_count_is_no_part_of_the_identity() -> None:
    text = "from transformers import A\nA.from_pretrained('a/b')\n"
    (one,) = counted({"a.py": text})["a.py"]
    (two,) = counted({"a.py": text + "A.from_pretrained('a/c')\n"})["a.py"]
    assert CHECK.identity(one) == CHECK.identity(two)
    assert (one.measure, two.measure) == (1, 2)


def test_remote_code_without_a_revision_is_a_warning() -> None:
    text = "from transformers import A\nA.from_pretrained('a/b', trust_remote_code=True)\nA.from_pretrained('a/c')\n"
    assert told(text) == [(2, "B615", "warning"), (3, "B615", "note")]


LOAD = "import torch\ntorch.load(p)\n"
LOCKS = [
    pytest.param({}, "warning", id="no requirements"),
    pytest.param({"requirements.txt": "torch==2.6.0\n"}, "note", id="a lock at 2.6"),
    pytest.param({"requirements.txt": "torch==2.5.1\n"}, "warning", id="a lock below"),
    pytest.param({"requirements.txt": "torch\n"}, "warning", id="no floor"),
    pytest.param({"requirements.txt": "torch<3\ntorchvision==9.0\n"}, "warning", id="a ceiling; another package"),
    pytest.param({"pyproject.toml": 'dependencies = [\n    "torch>=2.7",\n]\n'}, "note", id="a floor in pyproject"),
    pytest.param({"pyproject.toml": 'torch = "^2.10"\n'}, "note", id="a table; 2.10 is after 2.6"),
    pytest.param({"environment.yml": "dependencies:\n  - pytorch=2.4\n"}, "warning", id="conda"),
    pytest.param({"requirements.txt": "torch==2.7\n", "ci/old.txt": "torch==1.13\n"}, "warning", id="the lowest"),
]


@pytest.mark.parametrize(("files", "level"), LOCKS)
def test_a_bare_load_is_judged_by_the_torch_that_is_locked(files: dict[str, str], level: str) -> None:
    assert CHECK.needs_all({"src/a.py": record(LOAD)})
    found = counted({"src/a.py": LOAD, **files})
    assert [(f.code, f.level) for f in found["src/a.py"]] == [("B614", level)]


@pytest.mark.parametrize(
    ("level", "confidence", "given", "expected"),
    [
        ("note", "high", {}, False),
        ("warning", "low", {}, False),
        ("warning", "medium", {}, True),
        ("error", "high", {}, True),
        ("note", "high", {"severity": "low"}, True),
        ("note", "low", {"severity": "low"}, False),
        ("warning", "high", {"severity": "high"}, False),
        ("error", "medium", {"confidence": "high"}, False),
        ("note", "low", {"severity": "low", "confidence": "low"}, True),
    ],
)
def test_severity_and_confidence_decide_what_fails(
    level: str, confidence: str, given: dict[str, str], expected: bool
) -> None:
    finding = Finding("B101", 1, 1, None, "f", confidence, "text", level=level)
    assert fails(finding, {**defaults("security"), **given}) is expected
