"""Two machines give the same bytes: the audit is a pure function of what is staged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.e2e import hostile
from tests.e2e.support import REAL, SCRIPTS, STUB, Checkout, Done

NOTEBOOK = hostile.cells("import torch\n", STUB, "def broken(:\n").decode()
SOURCES: dict[str, str | bytes] = {
    "src/train.py": "import random\n\n\n" + STUB + "# TODO: resume\n" + REAL.replace("train", "fine_tune"),
    "src/base.py": "class Trainer:\n    def fit(self):\n        raise NotImplementedError\n",
    "src/own.py": "from .base import Trainer\n\n\nclass Own(Trainer):\n    def fit(self):\n        return 1\n",
    "src/deferred.py": "def save():  # audit: ignore[STB001] after the paper until=2030-01-01\n    pass\n",
    "src/broken.py": "print 'python 2'\n",
    "notebooks/explore.ipynb": NOTEBOOK,
    "conf/run.yaml": "token: changeme\nseed: 1\n",
    "données/naïve ☃.py": STUB,
    "Ünicode.py": STUB,
    "ünicode.py": STUB,
    "tests/test_train.py": "def test_train():\n    assert True\n",
    "pyproject.toml": "[tool.ml-audit]\nexclude = ['docs']\n",
    "docs/skipped.py": STUB,
    "README.md": "# Model\n",
    "crlf.py": STUB.replace("\n", "\r\n"),
}
MACHINES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC0", "LANGUAGE": "de"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "TZ": "NPT-5:45", "COLUMNS": "40", "PYTHONUTF8": "1"},
    # a locale whose encoding is not UTF-8, without need of one that is installed
    {"PYTHONHASHSEED": "7", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "XXX+11"},
)
UMASKS = ("022", "077", "002")


def machine(number: int, source: Checkout, folder: Path) -> tuple[Checkout, Done]:
    """A clone of `source` elsewhere, audited in another environment; (clone, the audit as JSON)."""
    clone = Checkout(folder)
    clone.git("config", "core.autocrlf", "true" if number == 1 else "false")
    clone.git("config", "core.quotePath", "true" if number == 1 else "false")
    clone.git("pull", "-q", str(source.path), "main")
    if number == 2:
        clone.git("gc", "-q")
        clone.git("config", "index.version", "4")
        clone.git("update-index", "--force-write-index")
    shell = ("sh", "-c", f'umask {UMASKS[number]}; exec "$@"', "sh", str(SCRIPTS / "ml-audit"))
    done = clone.run(*shell, "run", "--jobs", str(number + 1), **MACHINES[number])
    assert done.code == 1, done
    return clone, clone.run(*shell, "report", "--format", "json", "--output", "-", **MACHINES[number])


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Checkout, Done]]:
    base = tmp_path_factory.mktemp("machines")
    source = Checkout(base / "source")
    source.git("config", "core.autocrlf", "false")
    source.commit(SOURCES)
    folders = (base / "model-on-ci", base / "home/Üser name/deep/er/clone of model", base / "z" / ("n" * 100))
    return [machine(number, source, folder) for number, folder in enumerate(folders)]


def test_the_audit_files_are_equal_to_the_byte(clones: list[tuple[Checkout, Done]]) -> None:
    texts = [(clone.path / AUDIT_FILE).read_bytes() for clone, _ in clones]
    assert texts[1] == texts[0]
    assert texts[2] == texts[0]
    assert b"`donn\xc3\xa9es/na\xc3\xafve \xe2\x98\x83.py`" in texts[0]
    assert texts[0].count(b"\n:::\n") == 4


def test_the_json_reports_are_equal_to_the_byte(clones: list[tuple[Checkout, Done]]) -> None:
    outputs = [done.out for _, done in clones]
    assert outputs[1] == outputs[0]
    assert outputs[2] == outputs[0]
    assert [row["timestamp"] for row in json.loads(outputs[0])["errors"]] == ["2026-01-01T00:00:00Z"] * 2


def test_no_name_of_the_machine_is_in_them(clones: list[tuple[Checkout, Done]]) -> None:
    for clone, done in clones:
        for text in (clone.audit, done.out):
            assert str(clone.path) not in text
            assert clone.path.name not in text


def test_the_content_is_the_staged_one_whatever_the_line_ends_of_the_work_tree(
    clones: list[tuple[Checkout, Done]],
) -> None:
    other = clones[1][0]
    assert b"\r\n" in (other.path / "src/train.py").read_bytes()
    assert b"\r\n" not in (clones[0][0].path / "src/train.py").read_bytes()


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab", "text"])
def test_the_hooks_output_is_equal_to_the_byte(clones: list[tuple[Checkout, Done]], form: str) -> None:
    found = [clone.run("audit-stubs", "--format", form, **MACHINES[i]) for i, (clone, _) in enumerate(clones)]
    assert found[0].code == 1
    assert found[1] == found[0]
    assert found[2] == found[0]
