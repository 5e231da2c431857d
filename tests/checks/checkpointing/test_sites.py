"""Which lines are sites, and what each holds."""

from __future__ import annotations

import pytest

from tests.checks.checkpointing.support import sites

NOT_SITES = {
    "a trainer of the repository's own": (
        "import transformers\n\nclass MyTrainer:\n    pass\n\ntrainer = MyTrainer()\ntrainer.train()\n"
    ),
    "new weights in memory": "import mlx\nmodel.load_weights([(name, value)])\n",
    "a tensor of data": 'import torch\ntorch.save(features, "features.pt")\n',
    "data that is read": 'import torch\nimages = torch.load("images.pt")\n',
    "a pickled data set": 'import pickle\nwith open("train.pkl", "rb") as f:\n    dataset = pickle.load(f)\n',
    "a cached frame": 'import pickle\npickle.dump(frame, open("cache.pkl", "wb"))\n',
    "arrays": 'import numpy as np\nnp.savez("data.npz", x=x, y=y)\n',
    "a tokenizer": (
        'from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained("gpt2")\nt.save_pretrained("out")\n'
    ),
    "a configuration": 'from transformers import AutoConfig\nconfig = AutoConfig.from_pretrained("gpt2")\n',
    "a loop's own train": "from transformers import Trainer\nmodel.train()\n",
    "a fit that starts anew": "from lightning import Trainer\nTrainer().fit(model, ckpt_path=None)\n",
    "no pretrained weights": "import timm\nmodel = timm.create_model('resnet18', pretrained=False)\n",
    "an image": "from PIL import Image\nImage.open('a.png').save('b.png')\n",
    "settings": "import torch\ntorch.save(args, 'training_args.bin')\n",
    "a trainer that never saves": (
        "from transformers import Trainer, TrainingArguments\n"
        "trainer = Trainer(model, TrainingArguments('o', save_strategy='no'))\ntrainer.train()\n"
    ),
}
SITES = {
    "a bare state dict": (
        {"a.py": "import torch\ntorch.save(net.state_dict(), path)\n"},
        ["a.py:2 save weights"],
    ),
    "a whole model": ({"a.py": "import torch\ntorch.save(model, path)\n"}, ["a.py:2 save weights"]),
    "a dictionary built up": (
        {
            "a.py": """\
            import torch
            state = dict(net=net.state_dict(), opt=optim.state_dict())
            state["iteration"] = n
            state.update({"args": vars(args)})
            if amp:
                state["amp"] = scaler.state_dict()
            torch.save(state, path)
            state["best_acc"] = 1
            """
        },
        ["a.py:7 save weights,optimizer,scaler,step,config"],
    ),
    "a dictionary handed to a helper": (
        {
            "util.py": "import torch\n\ndef save_checkpoint(state, path='c.pt'):\n    torch.save(state, path)\n",
            "main.py": (
                "from util import save_checkpoint\nsave_checkpoint({'epoch': 1, 'state_dict': m.state_dict()}, p)\n"
            ),
        },
        ["util.py:4 save weights,epoch"],
    ),
    "a helper of stars": (
        {
            "util.py": "import torch\n\ndef save_on_master(*args, **kwargs):\n    torch.save(*args, **kwargs)\n",
            "main.py": "import util\nutil.save_on_master({'optimizer': o.state_dict(), 'model': m.state_dict()}, p)\n",
        },
        ["util.py:4 save weights,optimizer"],
    ),
    "a method that makes the state": (
        {
            "a.py": """\
            import torch

            class Agent:
                def get_state(self):
                    return {"actor": self.actor.state_dict(), "step": self.step}

                def save(self, path):
                    torch.save(self.get_state(), path)
            """
        },
        ["a.py:8 save weights,step"],
    ),
    "options are no optimizer": (
        {"a.py": "import torch\ntorch.save({'opt': opt, 'net': net.state_dict()}, path)\n"},
        ["a.py:2 save weights,config"],
    ),
    "renamed after the write": (
        {
            "a.py": (
                "import os\nimport torch\n\ndef save(m, p):\n    torch.save(m.state_dict(), t)\n    os.replace(t, p)\n"
            ),
        },
        ["a.py:5 save weights atomic"],
    ),
    "what is read of a load": (
        {
            "a.py": """\
            import torch
            ckpt = torch.load(path)
            start = ckpt["epoch"] + 1
            model.load_state_dict(ckpt["state_dict"])
            if "optimizer" in ckpt:
                optim.load_state_dict(ckpt.get("optimizer"))
            """
        },
        ["a.py:2 load weights,optimizer,epoch unsafe"],
    ),
    "a loaded value handed back": (
        {
            "util.py": "import torch\n\ndef load_checkpoint(p):\n    return torch.load(p, weights_only=True)\n",
            "main.py": (
                "from util import load_checkpoint\nc = load_checkpoint(p)\n"
                "m.load_state_dict(c['model'])\ns = c['step']\n"
            ),
        },
        ["util.py:4 load weights,step"],
    ),
    "a loaded value handed on": (
        {
            "a.py": """\
            import torch

            def restore(checkpoint):
                optimizer.load_state_dict(checkpoint["o"])
                return checkpoint["epoch"]

            restore(torch.load(path, weights_only=True))
            """
        },
        ["a.py:7 load optimizer,epoch"],
    ),
    "functions of one name in two files": (
        {
            "a.py": "import torch\n\ndef save(s, p):\n    torch.save(s, p)\n\nsave({'model': m, 'step': 1}, p)\n",
            "b.py": "import torch\n\ndef save(s, p):\n    torch.save(s, p)\n\nsave({'model': m, 'epoch': 1}, p)\n",
        },
        ["a.py:4 save weights,step", "b.py:4 save weights,epoch"],
    ),
    "an architecture chosen by name": (
        {"a.py": "from torchvision import models\nm = models.__dict__[arch](pretrained=True)\n"},
        ["a.py:2 load weights"],
    ),
    "a record of the repository": (
        {
            "a.py": """\
            import torch
            from dataclasses import asdict
            s = Snapshot(model_state=m.state_dict(), optimizer_state=o.state_dict(), epoch=e)
            torch.save(asdict(s), p)
            s = Snapshot(**torch.load(p, weights_only=True))
            m.load_state_dict(s.model_state)
            start = s.epoch
            """
        },
        ["a.py:4 save weights,optimizer,epoch", "a.py:5 load weights,epoch"],
    ),
    "two loads of one name": (
        {
            "a.py": """\
            import torch
            c = torch.load(a)
            model.load_state_dict(c["model"])
            c = torch.load(b)
            optimizer.load_state_dict(c["optimizer"])
            """
        },
        ["a.py:2 load weights unsafe", "a.py:4 load optimizer unsafe"],
    ),
    "either of two loads": (
        {"a.py": "import torch\nif gpu:\n    c = torch.load(a)\nelse:\n    c = torch.load(a, 'cpu')\ns = c['step']\n"},
        ["a.py:3 load step unsafe", "a.py:5 load step unsafe"],
    ),
    "a pickled estimator": (
        {"a.py": "import pickle\nwith open('model.pkl', 'wb') as f:\n    pickle.dump(clf, f)\n"},
        ["a.py:3 save weights"],
    ),
    "a read estimator": (
        {"a.py": "import joblib\nmodel = joblib.load('model.joblib')\n"},
        ["a.py:2 load weights unsafe"],
    ),
    "a model of the hub": (
        {"a.py": "from transformers import AutoModel\nm = AutoModel.from_pretrained('x')\nm.save_pretrained('o')\n"},
        ["a.py:2 load weights,config", "a.py:3 save weights,config"],
    ),
    "only the state of a model of the hub": (
        {
            "a.py": (
                "from transformers import GPT2LMHeadModel\n"
                "hf = GPT2LMHeadModel.from_pretrained('x')\nsd = hf.state_dict()\n"
            ),
        },
        ["a.py:2 load weights"],
    ),
    "a trainer": (
        {"a.py": "from transformers import Trainer\nt = Trainer(m, a)\nt.train()\nt.save_state()\nt.save_model()\n"},
        [
            "a.py:3 save weights,optimizer,scheduler,step,epoch,rng,config,metric",
            "a.py:4 save step,epoch,metric",
            "a.py:5 save weights,config",
        ],
    ),
    "a callback in YAML": (
        {
            "c.yaml": "best:\n  _target_: lightning.pytorch.callbacks.ModelCheckpoint\n  monitor: null\n",
            "d.yaml": "best:\n  monitor: val/acc\n",
        },
        ["c.yaml:2 save weights,optimizer,scheduler,step,epoch,metric"],
    ),
    "Lightning's resume": (
        {"a.py": "import lightning\ntrainer.fit(m, ckpt_path=cfg.ckpt)\n"},
        ["a.py:2 load weights,optimizer,scheduler,step,epoch,metric unsafe"],
    ),
    "Accelerate's state": (
        {"a.py": "from accelerate import Accelerator\naccelerator.save_state(d)\n"},
        ["a.py:2 save weights,optimizer,scheduler,scaler,rng"],
    ),
    "Stable-Baselines": (
        {"a.py": "from stable_baselines3 import PPO\nmodel = PPO('p', env)\nmodel.save('m')\nmodel = PPO.load('m')\n"},
        ["a.py:3 save weights,optimizer,step,config", "a.py:4 load weights,optimizer,step,config"],
    ),
    "Keras": (
        {"a.py": "from keras.models import load_model\nm = load_model('m.keras')\nm.save_weights('w.h5')\n"},
        ["a.py:2 load weights,optimizer,config", "a.py:3 save weights"],
    ),
    "Flax": (
        {"a.py": "from flax.training import checkpoints\ncheckpoints.save_checkpoint(d, target=state, step=1)\n"},
        ["a.py:2 save weights,optimizer,step"],
    ),
    "an architecture with weights": (
        {"a.py": "import torchvision\nm = torchvision.models.resnet18(weights='DEFAULT')\n"},
        ["a.py:2 load weights"],
    ),
}


@pytest.mark.parametrize("code", NOT_SITES.values(), ids=NOT_SITES)
def test_no_site(code: str) -> None:
    assert sites({"a.py": code}) == []


def test_tests_and_copies_of_packages_have_no_sites() -> None:
    code = "import torch\ntorch.save(model, path)\n"
    assert sites({"tests/test_a.py": code, "third_party/a.py": code}) == []


@pytest.mark.parametrize(("files", "expected"), SITES.values(), ids=SITES)
def test_sites_and_what_they_hold(files: dict[str, str], expected: list[str]) -> None:
    assert sites(files) == expected
