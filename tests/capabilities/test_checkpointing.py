"""Checkpoints are shown by what is written and read back, and by what trainers do by themselves."""

from __future__ import annotations

import pytest

from tests.capabilities.support import judged, notebook, shown, verdict

TORCH = "import torch\n"
HF = "from transformers import Trainer, TrainingArguments as TA\n"
PL = "from lightning.pytorch import Trainer\nfrom lightning.pytorch.callbacks import ModelCheckpoint\n"
LOOP = "for x in data:\n    loss.backward()\n    optimizer.step()\n"

SILENT = [
    pytest.param("weights", TORCH + "torch.save(features, 'features.pt')\n", id="a tensor of data"),
    pytest.param("weights", "import pickle\npickle.dump(vocab, f)\n", id="a vocabulary"),
    pytest.param("weights", "import joblib\njoblib.dump(scaler, 'scaler.pkl')\n", id="a scaler"),
    pytest.param("weights", "tokenizer.save_pretrained(out)\nconfig.save_pretrained(out)\n", id="a tokenizer"),
    pytest.param("weights", "image.save('model.png')\nfig.savefig('net.png')\n", id="a picture"),
    pytest.param("weights", "# torch.save(model.state_dict(), p)\n", id="comment"),
    pytest.param("weights", "import json\njson.dump(model_config, f)\n", id="a configuration"),
    pytest.param("weights", HF + "t = Trainer(m, TA(save_strategy='no'))\nt.train()\n", id="saving switched off"),
    pytest.param("weights", PL + "t = Trainer(enable_checkpointing=False)\nt.fit(m)\n", id="Lightning's switched off"),
    pytest.param("optimizer_state", TORCH + "torch.save(model.state_dict(), p)\n", id="weights alone"),
    pytest.param("optimizer_state", "cfg = {'optimizer': 'adam', 'lr': 1e-3}\n", id="a configuration's key"),
    pytest.param("optimizer_state", PL + "c = ModelCheckpoint(save_weights_only=True)\n", id="weights only"),
    pytest.param(
        "optimizer_state",
        "import keras\nc = keras.callbacks.ModelCheckpoint('p', save_weights_only=True)\n",
        id="keras weights",
    ),
    pytest.param("scheduler_state", TORCH + "torch.save({'s': scheduler.state_dict()}, p)\n", id="never restored"),
    pytest.param(
        "scheduler_state", PL + "t = Trainer(callbacks=[ModelCheckpoint()])\nt.fit(m)\n", id="no schedule there"
    ),
    pytest.param("rng_state", "state = torch.get_rng_state()\ntorch.set_rng_state(state)\n", id="kept for a moment"),
    pytest.param("rng_state", PL + "t = Trainer()\nt.fit(m)\n", id="Lightning saves none"),
    pytest.param("resume", HF + "t = Trainer(m)\nt.train()\n", id="trains from the start"),
    pytest.param("resume", HF + "t = Trainer(m)\nt.train(resume_from_checkpoint=None)\n", id="off-value"),
    pytest.param("resume", LOOP + "if x:\n    target.load_state_dict(net.state_dict())\n", id="a target network"),
    pytest.param("resume", LOOP + "model.load_state_dict(torch.load('pretrained.pt'))\n", id="pretrained weights"),
    pytest.param("resume", "def evaluate(p):\n    model.load_state_dict(torch.load(p))\n", id="loaded to evaluate"),
    pytest.param("resume", "parser.add_argument('--resume')\n", id="a flag nobody reads"),
    pytest.param("best_k", "if acc > best:\n    best = acc\n    print('saved', best)\n", id="only notes the best"),
    pytest.param("best_k", "if acc > best:\n    json.dump(metrics, f)\n", id="only metrics"),
    pytest.param("best_k", "import os\nfor p in tmp:\n    os.remove(p)\n", id="other files"),
    pytest.param("best_k", HF + "a = TA(save_total_limit=None, load_best_model_at_end=False)\n", id="off-values"),
    pytest.param("best_k", "if step % 100 == 0:\n    torch.save(model.state_dict(), p)\n", id="every n steps"),
    pytest.param("tests", TORCH + "torch.save(model.state_dict(), p)\n", id="no test at all"),
]

LOUD = [
    pytest.param("weights", TORCH + "torch.save(model.state_dict(), p)\n", (2,), id="state_dict"),
    pytest.param(
        "weights", "from torch import save\nckpt = {'net': net.state_dict()}\nsave(ckpt, p)\n", (3,), id="followed"
    ),
    pytest.param("weights", "model.save_pretrained(out)\n", (1,), id="save_pretrained"),
    pytest.param("weights", "import keras\nkeras.x\nself.model.save('m.keras')\n", (3,), id="keras"),
    pytest.param("weights", "import joblib\njoblib.dump(clf, 'm.pkl')\n", (2,), id="an estimator"),
    pytest.param("weights", "from safetensors.torch import save_file\nsave_file(sd, p)\n", (2,), id="safetensors"),
    pytest.param("weights", "import numpy as np\nnp.savez(p, **weights)\n", (2,), id="numpy"),
    pytest.param("weights", "accelerator.save_state(p)\nfrom accelerate import x\nx\n", (1,), id="accelerate"),
    pytest.param("weights", HF + "t = Trainer(m)\nt.train()\n", (2,), id="transformers by default"),
    pytest.param("optimizer_state", TORCH + "torch.save({'o': optimizer.state_dict()}, p)\n", (2,), id="state_dict"),
    pytest.param(
        "optimizer_state", "ckpt = {'model': m, 'optimizer': optimizer}\nfabric.save(p, ckpt)\n", (1,), id="whole"
    ),
    pytest.param(
        "scheduler_state", "save(sched.state_dict())\nsched.load_state_dict(c['s'])\n", (1, 2), id="both ways"
    ),
    pytest.param("rng_state", "c = {\n    'rng': torch.get_rng_state(),\n}\n", (2,), id="under a key"),
    pytest.param("rng_state", "import random\nc['py'] = random.getstate()\n", (2,), id="by assignment"),
    pytest.param("resume", "optimizer.load_state_dict(c['o'])\n", (1,), id="optimizer"),
    pytest.param("resume", HF + "t = Trainer(m)\nt.train(resume_from_checkpoint=p)\n", (3,), id="transformers"),
    pytest.param("resume", "trainer.fit(m, ckpt_path=cfg.get('p'))\n", (1,), id="lightning"),
    pytest.param("resume", "if args.resume:\n    net.load_state_dict(torch.load(args.resume))\n", (2,), id="on demand"),
    pytest.param(
        "resume", LOOP + "if a.load:\n    s = torch.load(a.load)\n    m.load_state_dict(s)\n", (6,), id="weights"
    ),
    pytest.param("resume", "import stable_baselines3 as s\nm = s.PPO.load(p, env=env)\n", (2,), id="an agent"),
    pytest.param("best_k", "if loss < best_loss:\n    torch.save(model.state_dict(), p)\n", (1,), id="own test"),
    pytest.param("best_k", "if is_best:\n    shutil.copyfile(a, b)\n", (1,), id="a flag"),
    pytest.param("best_k", "if v < min_v:\n    min_v = v\n    save_checkpoint(m)\n", (1,), id="the lowest"),
    pytest.param("best_k", "for ckpt in old:\n    os.remove(ckpt)\n", (2,), id="pruned"),
    pytest.param("best_k", HF + "a = TA(save_total_limit=2)\n", (2,), id="save_total_limit"),
    pytest.param("best_k", PL + "c = ModelCheckpoint(save_top_k=3)\n", (3,), id="save_top_k"),
    pytest.param(
        "best_k", "import keras\nc = keras.callbacks.ModelCheckpoint('p', save_best_only=True)\n", (2,), id="keras"
    ),
]


@pytest.mark.parametrize(("facet", "code"), SILENT)
def test_what_only_looks_like_a_checkpoint_shows_nothing(facet: str, code: str) -> None:
    assert shown(f"checkpointing.{facet}", {"train.py": code}) == ("absent",)


@pytest.mark.parametrize(("facet", "code", "lines"), LOUD)
def test_a_checkpoint_is_shown_at_its_line(facet: str, code: str, lines: tuple[int, ...]) -> None:
    expected = ("present", *(f"train.py:{line}" for line in lines))
    assert shown(f"checkpointing.{facet}", {"train.py": code}) == expected


@pytest.mark.parametrize(
    ("facet", "code"),
    [
        pytest.param("weights", "def save_checkpoint(model):\n    raise NotImplementedError\n", id="saving"),
        pytest.param("optimizer_state", "def save_optimizer_state(optimizer):\n    pass\n", id="optimizer"),
        pytest.param("scheduler_state", "def save_scheduler_state(scheduler):\n    pass\n", id="scheduler"),
        pytest.param("rng_state", "def save_rng_state():\n    ...\n", id="rng"),
        pytest.param("resume", "def resume_training(path):\n    raise NotImplementedError\n", id="resume"),
        pytest.param("best_k", "def save_best_model(model):\n    pass\n", id="the best"),
    ],
)
def test_a_place_whose_body_is_a_stub_is_stubbed(facet: str, code: str) -> None:
    assert shown(f"checkpointing.{facet}", {"train.py": code}) == ("stubbed", "train.py:1")


@pytest.mark.parametrize("facet", ["optimizer_state", "scheduler_state", "rng_state"])
def test_a_trainer_of_transformers_saves_it_by_default(facet: str) -> None:
    found = verdict(f"checkpointing.{facet}", {"train.py": HF + "t = Trainer(model)\nt.train()\n"})
    assert (found.state, found.note, found.evidence[0].line) == ("present", "by default", 2)


@pytest.mark.parametrize(
    ("facet", "code", "line"),
    [
        pytest.param("optimizer_state", PL + "t = Trainer()\nt.fit(m)\n", 3, id="lightning"),
        pytest.param("best_k", PL + "t = Trainer()\nt.fit(m)\n", 3, id="lightning keeps one"),
        pytest.param("optimizer_state", "import keras\nkeras.x\nmodel.save('m.keras')\n", 3, id="keras"),
        pytest.param("optimizer_state", "import stable_baselines3 as s\ns.x\nself.agent.save(p)\n", 3, id="sb3"),
        pytest.param("scheduler_state", PL + "t = Trainer()\nt.fit(m)\nlr_scheduler.step()\n", 3, id="with a schedule"),
    ],
)
def test_other_frameworks_save_it_by_default(facet: str, code: str, line: int) -> None:
    found = verdict(f"checkpointing.{facet}", {"train.py": code})
    assert (found.state, found.note, found.evidence[0].line) == ("present", "by default", line)


def test_a_schedule_by_the_step_is_saved_with_the_step() -> None:
    code = (
        "for g in optimizer.param_groups:\n"
        "    g['lr'] = rate(step)\n"
        "torch.save({'model': m.state_dict(), 'step': step}, p)\n"
        "checkpoint = torch.load(p)\n"
        "step = checkpoint['step']\n"
    )
    found = verdict("checkpointing.scheduler_state", {"train.py": code})
    assert [(e.line) for e in found.evidence] == [3, 5]
    assert found.note == "the step decides the schedule"


def test_a_saved_epoch_alone_is_no_saved_schedule() -> None:
    code = (
        "scheduler.step()\n"
        "torch.save({'model': m.state_dict(), 'epoch': epoch}, p)\n"
        "checkpoint = torch.load(p)\n"
        "epoch = checkpoint['epoch']\n"
    )
    assert shown("checkpointing.scheduler_state", {"train.py": code}) == ("absent",)


def test_a_callback_named_in_a_configuration_file_saves() -> None:
    files = {"c.yaml": "best:\n  _target_: lightning.pytorch.callbacks.ModelCheckpoint\n  save_top_k: 2\n"}
    assert shown("checkpointing.weights", files) == ("present", "c.yaml:2")


def test_a_documented_limit_counts_where_the_program_accepts_it() -> None:
    parser = "from transformers import HfArgumentParser, TrainingArguments as TrainingArguments\n"
    code = parser + "a, = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()\n"
    readme = "```bash\npython train.py \\\n  --save_total_limit 2\n```\n"
    assert shown("checkpointing.best_k", {"README.md": readme, "train.py": code}) == ("present", "README.md:3")


def test_cells_of_a_notebook_know_each_other() -> None:
    book = notebook("import torch as t", "state = net.state_dict()", "t.save(state, p)")
    assert shown("checkpointing.weights", {"a.ipynb": book}) == ("present", "a.ipynb:2:1")


STORE = TORCH + "def save_model(m, p):\n    torch.save(m.state_dict(), p)\n"


@pytest.mark.parametrize(
    ("test", "line"),
    [
        pytest.param(
            "from store import save_model\ndef test_save(tmp_path):\n    save_model(m, tmp_path)\n", 3, id="calls it"
        ),
        pytest.param(TORCH + "def test_load(p):\n    torch.save(m.state_dict(), p)\n", 3, id="saves by itself"),
    ],
)
def test_a_test_saves_and_loads(test: str, line: int) -> None:
    files = {"store.py": STORE, "tests/test_store.py": test}
    assert shown("checkpointing.tests", files) == ("present", f"tests/test_store.py:{line}")


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("from store import other\ndef test_save():\n    other()\n", id="another function"),
        pytest.param(
            "from store import save_model\ndef test_shape():\n    save_model(m, p)\n", id="about something else"
        ),
    ],
)
def test_other_tests_are_no_checkpoint_tests(test: str) -> None:
    assert shown("checkpointing.tests", {"store.py": STORE, "tests/test_store.py": test}) == ("absent",)


def test_the_word_follows_the_core_facets() -> None:
    found = judged("checkpointing", {"train.py": TORCH + "torch.save(model.state_dict(), p)\n"})
    assert (found.status, found.present, found.core) == ("Partially Implemented", 1, 4)


def test_a_state_that_is_saved_through_a_wrapper_counts_where_it_is_packed() -> None:
    code = TORCH + "def save_on_master(*args):\n    torch.save(*args)\nsave_on_master({'model': net.state_dict()}, p)\n"
    assert shown("checkpointing.weights", {"train.py": code}) == ("present", "train.py:4")


def test_a_program_that_samples_does_not_resume() -> None:
    code = "if init == 'resume':\n    model.load_state_dict(torch.load(path))\n"
    assert shown("checkpointing.resume", {"sample.py": code}) == ("absent",)
    assert shown("checkpointing.resume", {"finetune.py": code}) == ("present", "finetune.py:2")
