"""Data is no state: a site needs a word of a model, of training state, or of what is done with it."""

from __future__ import annotations

import pytest

from tests.checks.checkpointing.support import sites

SILENT = {
    "data by an option of the program": (
        "import pickle\ndata = pickle.load(open(opt.data_file, 'rb'))\nn = data['settings'].length\nv = data['vocab']\n"
    ),
    "trajectories of a data set's class": (
        "import torch\n\nclass ExpertDataset:\n    def __init__(self, file_name):\n"
        "        found = torch.load(file_name)\n        self.n = found['states'].size(0)\n"
    ),
    "a dictionary of arrays": (
        "import torch\ndata = {'states': states, 'actions': actions, 'rewards': rewards}\n"
        "torch.save(data, args.pt_file)\n"
    ),
    "a buffer": "import torch\n\nclass ReplayBuffer:\n    def save(self, p):\n        torch.save(self.items, p)\n",
    "figures of a data set": (
        "import numpy as np\nckpt = np.load(os.path.join(d, 'dataset_stats') + '.npz')\nm = ckpt['mean']\n"
    ),
    "the state of what is played": (
        "import pickle\nwith open('model_env.pkl', 'wb') as f:\n    pickle.dump(env.get_state(), f)\n"
    ),
    "a template": (
        "from templates import get_dialogue_template\nt = get_dialogue_template('x')\nt.save_pretrained('out')\n"
        "import transformers\n"
    ),
    "a data set of the hub": "from datasets import load_dataset\nd = load_dataset('x')\nd.push_to_hub('y')\n",
    "a tokenizer of the hub": (
        "from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained('x')\nt.push_to_hub('y')\n"
    ),
    "a helper that pickles data": (
        "import tools\ntools.save_pickle(rows, 'rows.pkl')\nrows = tools.load_pickle('rows.pkl')\n"
    ),
}
LOUD = {
    "states that are put into a model": (
        (
            "import torch\n\nclass Agent:\n    def load(self, p):\n        found = torch.load(p, weights_only=True)\n"
            "        self.net.load_state_dict(found['states'])\n"
        ),
        ["a.py:5 load weights"],
    ),
    "an optimizer in a buffer's file": (
        (
            "import torch\n\nclass Memory:\n    def save(self, p):\n"
            "        torch.save({'optimizer': self.o.state_dict()}, p)\n"
        ),
        ["a.py:5 save optimizer"],
    ),
    "a model by an option of the program": (
        "import pickle\nmodel = pickle.load(open(opt.model_file, 'rb'))\n",
        ["a.py:2 load weights unsafe"],
    ),
    "a merged adapter": (
        (
            "from peft import PeftModel\nx = PeftModel.from_pretrained(base, p)\nmerged = x.merge_and_unload()\n"
            "merged.save_pretrained(out)\nmerged.push_to_hub(name)\n"
        ),
        ["a.py:2 load weights,config", "a.py:4 save weights,config", "a.py:5 save weights,config"],
    ),
    "a trainer's upload": (
        "from transformers import Trainer\nt = Trainer(m, a)\nt.train(resume_from_checkpoint=c)\nt.push_to_hub()\n",
        ["a.py:3 save weights,optimizer,scheduler,step,epoch,rng,config,metric", "a.py:4 save weights,config"],
    ),
    "a helper that pickles a checkpoint": (
        "import tools\n\nclass Checkpointer:\n    def save(self, state, p):\n        tools.save_pickle(state, p)\n",
        ["a.py:5 save weights"],
    ),
    "a helper whose result is restored": (
        "import tools\nsampler.load_state_dict(tools.load_pickle(p))\n",
        ["a.py:2 load weights unsafe"],
    ),
    "the leaves of a stream": (
        (
            "import msgpack\nfrom flax.serialization import from_bytes\n\ndef load_train_state(p):\n"
            "    for key, value in msgpack.Unpacker(open(p, 'rb')):\n        found[key] = from_bytes(None, value)\n"
        ),
        ["a.py:6 load weights,optimizer,step"],
    ),
}


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_no_site(code: str) -> None:
    assert sites({"a.py": code}) == []


@pytest.mark.parametrize(("code", "expected"), LOUD.values(), ids=LOUD)
def test_sites_and_what_they_hold(code: str, expected: list[str]) -> None:
    assert sites({"a.py": code}) == expected


def test_an_own_function_named_load_state_dict_is_followed() -> None:
    files = {
        "tools.py": "import torch\n\ndef load_state_dict(p):\n    return torch.load(p, weights_only=True)\n",
        "train.py": "import tools\nstate = tools.load_state_dict(p)\noptimizer.load_state_dict(state)\n",
    }
    assert sites(files) == ["tools.py:4 load optimizer"]


def test_an_own_helper_is_the_site_and_not_its_call() -> None:
    files = {
        "tools.py": "import pickle\n\ndef save_pickle(model, p):\n    pickle.dump(model, open(p, 'wb'))\n",
        "train.py": "import tools\ntools.save_pickle(model, 'model.pkl')\n",
    }
    assert sites(files) == ["tools.py:4 save weights"]
