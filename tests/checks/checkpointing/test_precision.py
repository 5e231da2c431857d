"""What a senior engineer would wave through is silent, what he would stop is found."""

from __future__ import annotations

import pytest

from tests.checks.checkpointing.support import findings, places

LOOP = "loss.backward()\noptimizer.step()\n"
SILENT = {
    "weights only": "import torch\ntorch.load(p, weights_only=True)\n",
    "an option that may be on": "import torch\ntorch.load(p, weights_only=safe)\n",
    "options handed through": "import torch\ntorch.load(p, **kwargs)\n",
    "another object's load": "loader.load(p)\njson.load(f)\n",
    "a copy": "import pickle\ny = pickle.loads(pickle.dumps(x))\n",
    "what another process sent": "import pickle\nsent = pickle.loads(buffer.tobytes())\n",
    "an array without pickles": "import numpy as np\nnp.load(p, allow_pickle=False)\nnp.load(p)\n",
    "an unknown allow_pickle": "import numpy as np\nnp.load(p, allow_pickle=flag)\n",
    "no foreign code": "from transformers import AutoModel\nAutoModel.from_pretrained(p, trust_remote_code=False)\n",
    "an export": f"import torch\n{LOOP}torch.save(model.state_dict(), p)\n",
    "an export with settings": f"import torch\n{LOOP}torch.save({{'model': model.state_dict(), 'config': cfg}}, p)\n",
    "a save without a loop": "import torch\ntorch.save({'model': m.state_dict(), 'epoch': 1}, p)\n",
    "the optimizer in a file of its own": (
        f"import torch\n{LOOP}torch.save({{'model': model.state_dict(), 'epoch': e}}, p)\n"
        "torch.save(optimizer.state_dict(), q)\n"
    ),
    "a best copy beside a full one": (
        f"import torch\n{LOOP}"
        "torch.save({'net': net.state_dict(), 'optim': o.state_dict(), 'epoch': e, 'rng': r}, p)\n"
        "torch.save({'net': net.state_dict(), 'epoch': e}, best_path)\n"
    ),
    "a scheduler that is rebuilt": (
        f"import torch\n{LOOP}scheduler.step()\ns = StepLR(optimizer, 1, last_epoch=e)\n"
        "torch.save({'net': net.state_dict(), 'optim': o.state_dict(), 'epoch': e, 'rng': r}, p)\n"
    ),
    "one rank writes": (
        "import torch\ntorch.distributed.init_process_group()\nif local_rank == 0:\n    torch.save(m.state_dict(), p)\n"
    ),
    "one rank calls": (
        "import torch\ntorch.distributed.init_process_group()\n\ndef save_model(m, p):\n"
        "    torch.save(m.state_dict(), p)\n\n"
        "if is_main_process():\n    save_model(m, p)\n"
    ),
    "the others have left": (
        "import torch\nimport torch.distributed as dist\ndist.init_process_group()\n\ndef main(m, p):\n"
        "    if dist.get_rank() != 0:\n        return\n    torch.save(m.state_dict(), p)\n"
    ),
    "a kept result": "missing = model.load_state_dict(state, strict=False)\nprint(missing)\n",
    "a read option": "p.add_argument('--resume')\nrestore(p.parse_args().resume)\n",
    "an option by its key": "p.add_argument('--resume')\nif config['resume']:\n    restore()\n",
    "all options handed on": "p.add_argument('--resume')\nrun(**vars(p.parse_args()))\n",
    "top k by a metric": (
        "from lightning.pytorch.callbacks import ModelCheckpoint\nModelCheckpoint(monitor='loss', save_top_k=3)\n"
    ),
    "all kept": "from lightning.pytorch.callbacks import ModelCheckpoint\nModelCheckpoint(save_top_k=-1)\n",
    "a resume that knows its step": (
        "import torch\nc = torch.load(p, weights_only=True)\nmodel.load_state_dict(c['model'])\n"
        "optimizer.load_state_dict(c['optimizer'])\nstart = c['iter']\n"
    ),
    "weights alone": "import torch\nc = torch.load(p, weights_only=True)\nmodel.load_state_dict(c['model'])\n",
}
LOUD = {
    "a bare torch.load": ("import torch\ntorch.load(p)\n", ["a.py:2 CKP001"]),
    "under another name": ("from torch import load as read\nread(p)\n", ["a.py:2 CKP001"]),
    "off on purpose": ("import torch\ntorch.load(p, weights_only=False)\n", ["a.py:2 CKP001"]),
    "a pickle from the network": (
        "import pickle\nimport urllib.request\nm = pickle.loads(urllib.request.urlopen(u).read())\n",
        ["a.py:3 CKP002"],
    ),
    "dill, cloudpickle, joblib": (
        "import cloudpickle\nimport dill\nimport joblib\ndill.load(f)\ncloudpickle.load(f)\njoblib.load(p)\n",
        ["a.py:4 CKP002", "a.py:5 CKP002", "a.py:6 CKP002"],
    ),
    "an array of objects": ("import numpy as np\nnp.load(p, allow_pickle=1)\n", ["a.py:2 CKP003"]),
    "lambdas of Keras": (
        "from keras.models import load_model\nload_model(p, safe_mode=False)\n",
        ["a.py:2 CKP005"],
    ),
    "no optimizer in a helper's dictionary": (
        (
            f"import torch\n\ndef save_checkpoint(state, p):\n    torch.save(state, p)\n\n{LOOP}"
            "save_checkpoint({'state_dict': m.state_dict(), 'epoch': e}, p)\n"
        ),
        ["a.py:4 CKP006"],
    ),
    "a loop in a subclass": (
        (
            "import torch\n\nclass Base:\n    def save(self, p):\n"
            "        s = {'net': self.net.state_dict(), 'optim': self.optim.state_dict(), 'rng': r, 'epoch': 1}\n"
            "        torch.save(s, p)\n\nclass Trainer(Base):\n    def fit(self):\n"
            "        self.optim.step()\n        self.lr_scheduler.step()\n"
        ),
        ["a.py:6 CKP007"],
    ),
    "data that start anew": (
        "from transformers import TrainingArguments\nTrainingArguments('o', ignore_data_skip=True)\n",
        ["a.py:2 CKP016"],
    ),
    "every rank": (
        "import torch.distributed as d\n\ndef main(m, p):\n    d.init_process_group()\n    torch.save(m, p)\n",
        ["a.py:5 CKP013"],
    ),
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_silent(code: str) -> None:
    assert places({"a.py": code}) == []


@pytest.mark.parametrize(("code", "expected"), LOUD.values(), ids=LOUD)
def test_loud(code: str, expected: list[str]) -> None:
    assert places({"a.py": code}) == expected


def test_tests_and_copies_of_packages_are_silent() -> None:
    code = "import torch\ntorch.load(p)\n"
    assert places({"tests/test_a.py": code, "third_party/a.py": code}) == []


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (
            "import pickle\n\ndef f(c):\n    pickle.dump(x, open(c, 'wb'))\n    return pickle.load(open(c, 'rb'))\n",
            "note",
        ),
        ("import pickle\n\ndef f(cache):\n    return pickle.load(open(cache, 'rb'))\n", ""),
    ],
    ids=["written by the same function", "written by another"],
)
def test_the_level_of_an_own_cache(code: str, level: str) -> None:
    assert [(f.code, f.level) for _, f in findings({"a.py": code})] == [("CKP002", level)]


def test_a_second_flag_that_another_file_reads_is_silent() -> None:
    files = {"args.py": "p.add_argument('--resume-from')\n", "train.py": "restore(args.resume_from)\n"}
    assert places(files) == []
