"""yaml.safe_load goes where no document of the repository needs more."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.safe_yaml import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

CODE = (
    "import yaml\n\n\ndef read(path):\n    with open(path) as f:\n        return yaml.load(f, Loader=yaml.FullLoader)\n"
)
CALL = "yaml.load(f, Loader=yaml.FullLoader)"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.py": CODE.replace("FullLoader", "SafeLoader")}, id="safe"),
        pytest.param({"a.py": CODE.replace("yaml.FullLoader", "make()")}, id="own-loader"),
        pytest.param({"a.py": CODE, "c.yaml": "a: !!python/tuple [1, 2]\n"}, id="a-document-with-a-tag"),
        pytest.param({"a.py": CODE, "c.yml": "data: !include other.yml\n"}, id="a-document-with-an-own-tag"),
        pytest.param({"a.py": CODE, "b.py": "import yaml\nyaml.add_constructor('!x', make)\n"}, id="constructors"),
        pytest.param({"a.py": CODE, "b.py": "import yaml\nyaml.dump(model.shape, f)\n"}, id="dumps-anything"),
        pytest.param({"a.py": CODE.replace("(f, L", "(*f, L")}, id="arguments-unknown"),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, files, KIND) == []


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(CALL, id="keyword"),
        pytest.param("yaml.load(f, yaml.UnsafeLoader)", id="positional"),
        pytest.param("yaml.load(f)", id="no-loader"),
        pytest.param("yaml.load(\n            f,\n            Loader=yaml.Loader)", id="several-lines"),
    ],
)
def test_exact(repo: Repo, call: str) -> None:
    source = CODE.replace(CALL, call)
    (patch,) = candidates(repo, {"a.py": source, "c.yaml": "a: 1  # really!\nb: hello !\n"}, KIND)
    wanted = "yaml.safe_load(\n            f)" if "\n" in call else "yaml.safe_load(f)"
    assert new_text(patch, "a.py") == source.replace(call, wanted)


def test_what_was_read_may_be_dumped(repo: Repo) -> None:
    dump = "import yaml\nconfig = yaml.safe_load(text)\nyaml.dump(config, f)\n"
    assert len(candidates(repo, {"a.py": CODE, "b.py": dump}, KIND)) == 1


def test_the_proof_holds(repo: Repo) -> None:
    (result,) = proved(repo, {"a.py": CODE}, KIND)
    assert isinstance(result, Proved)
    assert [row[:3] for row in result.findings] == [("a.py", "read", "B506")]
