"""weights_only=True goes where the repository shows that plain values are read, and nowhere else."""

from __future__ import annotations

import pytest

from ml_audit_hooks.cli.proof import Proved
from ml_audit_hooks.patches.safe_load import KIND
from tests.conftest import Repo
from tests.patches.support import candidates, new_text, proved

HEAD = "import torch\n\n\ndef load(model, path):\n"
DIRECT = HEAD + "    model.load_state_dict(torch.load(path))\n"
SAVE = "import torch\n\n\ndef save(model, optimizer, epoch):\n    torch.save({}, 'last.pt')\n"
OWN = "{'model': model.state_dict(), 'epoch': epoch, 'config': self.config}"
STATE = "    state = torch.load(\n        path,\n        'cpu',\n    )\n    model.load_state_dict(state)\n"
WRITE = "\n\ndef write(state, path):\n    torch.save(state, path)\n"
KEYS = HEAD + "    found = torch.load(path)\n    model.load_state_dict(found['model'])\n    return found['epoch']\n"
PLAIN = SAVE.format("{'model': model.state_dict(), 'epoch': epoch}")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.py": HEAD + "    return torch.load(path)\n"}, id="goes-elsewhere"),
        pytest.param({"a.py": HEAD + "    self = model\n    self.state = torch.load(path)\n"}, id="an-attribute"),
        pytest.param({"a.py": DIRECT.replace("(path))", "(path, weights_only=True))")}, id="safe"),
        pytest.param({"a.py": DIRECT.replace("(path))", "(path, weights_only=False))")}, id="chosen-unsafe"),
        pytest.param({"a.py": DIRECT.replace("(path))", "(path, pickle_module=dill))")}, id="other-pickle"),
        pytest.param({"a.py": DIRECT.replace("(path))", "(path, **options))")}, id="options"),
        pytest.param({"a.py": DIRECT, "requirements.txt": "torch==1.7.1\n"}, id="torch-that-lacks-it"),
        pytest.param({"a.py": DIRECT, "environment.yml": "dependencies:\n  - pytorch=1.12.0\n"}, id="old-conda"),
        pytest.param({"a.py": DIRECT, "b.py": "class A:\n    def get_extra_state(self): ...\n"}, id="extra-state"),
        pytest.param(
            {"a.py": "import torch2trt\n" + DIRECT.replace("    model.", "    m = torch2trt.TRTModule()\n    m.")},
            id="a-module-of-another-library",
        ),
        pytest.param({"a.py": KEYS}, id="nothing-saves-it"),
        pytest.param({"a.py": KEYS, "s.py": SAVE.format(OWN)}, id="an-own-object-in-the-dict"),
        pytest.param(
            {"a.py": KEYS, "s.py": SAVE.format("{'model': model.state_dict(), 'epoch': args}")}, id="argparse"
        ),
        pytest.param(
            {"a.py": KEYS, "s.py": SAVE.format("{'model': model.state_dict()}")}, id="a-key-that-nothing-saves"
        ),
        pytest.param({"a.py": KEYS, "s.py": PLAIN + "    torch.save(model, 'all.pt')\n"}, id="a-whole-model-is-saved"),
        pytest.param({"tests/test_a.py": DIRECT}, id="a-test"),
    ],
)
def test_silent(repo: Repo, files: dict[str, str]) -> None:
    assert candidates(repo, files, KIND) == []


@pytest.mark.parametrize(
    ("files", "old", "new"),
    [
        pytest.param({"a.py": DIRECT}, "(path))", "(path, weights_only=True))", id="into-the-model"),
        pytest.param({"a.py": DIRECT.replace("\n", "\r\n")}, "(path))", "(path, weights_only=True))", id="line-ends"),
        pytest.param(
            {"a.py": HEAD + STATE},
            "        'cpu',\n",
            "        'cpu',\n        weights_only=True,\n",
            id="one-argument-a-line",
        ),
        pytest.param(
            {"a.py": KEYS, "s.py": PLAIN}, "load(path)\n    m", "load(path, weights_only=True)\n    m", id="keys"
        ),
        pytest.param(
            {"a.py": KEYS, "s.py": PLAIN.replace("torch.save(", "write(") + WRITE},
            "load(path)\n    m",
            "load(path, weights_only=True)\n    m",
            id="saved-by-a-function",
        ),
        pytest.param(
            {"a.py": KEYS.replace("(path)\n", "(path, weights_only=False)\n"), "s.py": PLAIN},
            "weights_only=False",
            "weights_only=True",
            id="unsafe-against-what-is-saved",
        ),
    ],
)
def test_exact(repo: Repo, files: dict[str, str], old: str, new: str) -> None:
    (patch,) = candidates(repo, files, KIND)
    assert new_text(patch, "a.py") == files["a.py"].replace(old, new)
    assert {item.code for item in patch.findings} == {"B614", "CKP001"}


def test_few_loads_are_one_patch(repo: Repo) -> None:
    (patch,) = candidates(repo, {"a.py": DIRECT, "b.py": DIRECT}, KIND)
    assert [change.path for change in patch.changes] == ["a.py", "b.py"]


def test_the_proof_holds(repo: Repo) -> None:
    (result,) = proved(repo, {"train.py": DIRECT}, KIND)
    assert isinstance(result, Proved)
    assert [row[:3] for row in result.findings] == [("train.py", "load", "B614"), ("train.py", "load", "CKP001")]
