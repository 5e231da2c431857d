"""bandit run by itself and the check give the same rows."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from ml_audit_hooks.checks.security import pragmas
from ml_audit_hooks.checks.security.tables import LIST_NAMES
from ml_audit_hooks.engines.bandit_engine import PLUGINS
from tests.checks.security.support import SAMPLES, bandits, expected, ours, record

TEXTS = {
    "nosec": "import subprocess  # nosec\nimport pickle  # nosec B404\nassert x  # nosec: B101 why\n",
    "nosec_by_name": "eval(x)  # nosec eval\nassert y  # nosec assert_used\nassert z  # nosec hashlib\n",
    "nosec_joined": "assert x  # nosec B101,B602\nassert y  # nosec B602,B101\nassert z  # nosec B602, B101\n",
    "nosec_in_range": "run(\n    a,  # nosec\n    shell=True,\n)\nrun(\n    b,\n    shell=True,  # nosec B604\n)\n",
    "nosec_of_block": "try:\n    a()\nexcept Exception:\n    pass  # nosec\n",
    "nosec_in_string": "x = '# nosec'; assert x\nassert '#nosec'\n",
    "nosec_prose": "assert a  # nosec because we say so\n#nosec\nassert b # x # nosec B101 # y\n",
    "noqa": "# an unknown word to bandit\nassert x  # noqa: B101\n",
    "coding": "# -*- coding: latin-1 -*-\nassert x, 'ü'\n",
    "bidi": "x = 1  # \u202e\n",
    "async": "async def f(password='abc'):\n    await subprocess.run(x)\n",
    "f_strings": 'q = f"""\nselect a\nfrom {t}\n{subprocess.run(c)}\n"""\n',
    "classes": "class A:\n    token = 'a'\n    def f(self):\n        self.token = 'b'\n        return {'token': 'c'}\n",
}


def test_the_samples_give_the_same_rows(tmp_path: Path) -> None:
    assert ours(SAMPLES) == bandits(SAMPLES, tmp_path) != []


def test_pragmas_and_odd_texts_give_the_same_rows(tmp_path: Path) -> None:
    paths = []
    for name, text in TEXTS.items():
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(text, encoding="latin-1" if name == "coding" else "utf-8")
    assert ours(paths) == bandits(paths, tmp_path) != []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parent.name}/{sample.name}")
def test_a_sample_gives_the_lines_that_it_marks(sample: Path) -> None:
    assert sorted((f.line, f.code) for f in record(sample.read_bytes()).findings) == expected(sample)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parent.name}/{sample.name}")
def test_a_bad_sample_marks_its_own_code_and_a_good_one_does_not(sample: Path) -> None:
    assert (sample.parent.name in {code for _, code in expected(sample)}) is (sample.name == "bad.py")


def test_the_tests_are_those_of_the_bandit_that_is_installed() -> None:
    points = metadata.entry_points(group="bandit.plugins")
    assert {point.value for point in points} == {f"bandit.plugins.{m}:{f}" for m, f in PLUGINS.values()}
    assert {point.name for point in points} | set(LIST_NAMES.values()) == set(pragmas.BY_NAME)
    assert {p.name: p.load()._test_id for p in points} == {p.name: pragmas.BY_NAME[p.name] for p in points}
