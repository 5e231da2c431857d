"""A patched file keeps every statement that stands outside the patched lines."""

from __future__ import annotations

import pytest

from ml_audit_hooks.core.python import parse
from ml_audit_hooks.patches.model import Change
from ml_audit_hooks.patches.trees import keeps_the_rest

OLD = """\
import torch


def load(path):
    state = torch.load(path)
    for key in state:
        print(key)
    return state


def main():
    print(load("a"))
"""


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD.replace("load(path)\n    for", "load(path, weights_only=True)\n    for"), True, id="argument"),
        pytest.param(OLD.replace("import torch", "import os\nimport torch"), True, id="a-line-more"),
        pytest.param(OLD.replace("        print(key)\n", ""), False, id="a-body-that-went"),
        pytest.param(OLD.replace("    return state", "    # why\n    return state"), True, id="a-comment"),
        pytest.param(OLD.replace("    for key in state:\n", "    if state:\n"), True, id="another-head"),
        pytest.param(OLD.replace("def main():\n", "if True:\n"), True, id="another-head-of-a-function"),
        pytest.param(OLD.replace("\n\ndef main", "\n    '''\n\ndef main") + "'''\n", False, id="swallowed-by-a-string"),
    ],
)
def test_only_statements_on_changed_lines_change(new: str, expected: bool) -> None:
    try:
        tree = parse(new)
    except Exception:
        assert not expected
        return
    change = Change("a.py", OLD.encode(), new.encode())
    assert keeps_the_rest(parse(OLD), tree, change) is expected
