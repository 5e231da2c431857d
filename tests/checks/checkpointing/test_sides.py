"""What is saved against what is restored: the finding is the one of the state that was lost, and no other."""

from __future__ import annotations

import time

import pytest

from ml_audit_hooks.checks.checkpointing import CHECK
from tests.checks.checkpointing.support import findings, places, sites

SAVED = {"model": "model.state_dict()", "optimizer": "optimizer.state_dict()", "epoch": "epoch", "best_acc": "best"}
LOAD = """\
    c = torch.load(path, weights_only=True)
    model.load_state_dict(c["model"])
    optimizer.load_state_dict(c["optimizer"])
    torch.set_rng_state(c["rng"])
    start, best = c["epoch"], c["best_acc"]
"""


def program(*without: str, load: str = LOAD) -> str:
    """A training function that resumes and saves a dictionary without some keys."""
    kept = ", ".join(f'"{key}": {value}' for key, value in {**SAVED, "rng": "rng"}.items() if key not in without)
    return (
        f"import torch\n\ndef main(path, model, optimizer, rng):\n{load}    for epoch in range(9):\n"
        f"        loss.backward()\n        optimizer.step()\n    torch.save({{{kept}}}, path)\n"
    )


def told(code: str) -> list[tuple[str, str]]:
    """(code, text up to its first colon) of every finding but the notes."""
    notes = {"CKP009", "CKP012", "CKP014", "CKP019"}
    return [(f.code, f.text.partition(":")[0]) for _, f in findings({"train.py": code}) if f.code not in notes]


NO_OPTIMIZER = [("CKP006", "the optimizer's state is not in the checkpoint")]


def test_what_is_saved_and_restored_is_silent() -> None:
    assert told(program()) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(program("optimizer"), NO_OPTIMIZER, id="optimizer"),
        pytest.param(program("optimizer", "epoch", "best_acc", "rng", load=""), NO_OPTIMIZER, id="all-but-weights"),
        pytest.param(
            program("optimizer", "epoch", "best_acc", load=LOAD.rpartition("    start")[0]),
            [("CKP016", "weights and optimizer are restored, but neither step nor epoch"), *NO_OPTIMIZER],
            id="all-but-weights-and-a-load",
        ),
        pytest.param(program("model"), [("CKP011", "`model` is restored and never saved")], id="model"),
        pytest.param(program("best_acc"), [("CKP011", "`best_acc` is restored and never saved")], id="metric"),
        pytest.param(program("epoch"), [("CKP011", "the epoch is restored and never saved")], id="epoch"),
    ],
)
def test_a_lost_entry_is_exactly_its_finding(code: str, expected: list[tuple[str, str]]) -> None:
    assert told(code) == expected


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("    best = c.get('best_acc', 0)\n", id="get"),
        pytest.param("    if 'best_acc' in c:\n        best = c['best_acc']\n", id="asked-for"),
        pytest.param("    best = c['best_acc'] if 'best_acc' in c else 0\n", id="asked-for-in-a-line"),
        pytest.param("    try:\n        best = c['best_acc']\n    except KeyError:\n        pass\n", id="handled"),
        pytest.param("    c['best_acc'] = 0\n", id="written"),
    ],
)
def test_an_entry_that_may_be_missing_is_silent(read: str) -> None:
    load = LOAD.rpartition("    start")[0] + '    start = c["epoch"]\n' + read
    assert told(program("best_acc", load=load)) == []


@pytest.mark.parametrize(
    "save",
    [
        pytest.param("    s.update(extra)\n", id="update"),
        pytest.param("    s[name] = value\n", id="key-unknown"),
        pytest.param("    add_metrics(s)\n", id="handed-on"),
    ],
)
def test_a_dictionary_that_may_have_more_is_silent(save: str) -> None:
    code = (
        "import torch\n\ndef save(path, extra, name, value):\n"
        "    s = {'model': m.state_dict(), 'optimizer': o.state_dict(), 'epoch': e, 'rng': r}\n"
        f"{save}    torch.save(s, path)\n\ndef load(path):\n{LOAD}"
    )
    assert told(code) == []


def test_entries_of_a_part_are_no_entries_of_the_whole() -> None:
    load = LOAD + "    missing = fill(model, c['model'])\n    n = c['model']['layer']\n"
    helper = "\ndef fill(model, state):\n    return state['embedding']\n"
    assert told(program(load=load) + helper) == []


EXPORTS = {
    "a best copy": (
        "import torch\n\ndef fit(p):\n    optimizer.step()\n    torch.save({'model': m.state_dict()}, best_path)\n"
    ),
    "a state dict": (
        "import torch\n\ndef fit(p):\n    optimizer.step()\n    torch.save({k: v for k, v in sd.items()}, p)\n"
    ),
    "with settings": (
        "import torch\n\ndef fit(p):\n    optimizer.step()\n"
        "    torch.save({'model': m.state_dict(), 'args': args}, p)\n"
    ),
    "by who does not train": (
        "import torch\n\ndef fit():\n    optimizer.step()\n\n"
        "def convert(p):\n    torch.save({'model': m.state_dict()}, p)\n"
    ),
}


@pytest.mark.parametrize("code", EXPORTS.values(), ids=EXPORTS)
def test_an_export_is_silent(code: str) -> None:
    assert places({"a.py": code}) == []


FULL = "{'net': net.state_dict(), 'optim': o.state_dict(), 'epoch': e, 'rng': r}"
STEPS = f"import torch\nloss.backward()\noptimizer.step()\nscheduler.step()\ntorch.save({FULL}, p)\n"
REBUILT = {
    "with last_epoch in another file": "def make(o, e):\n    return StepLR(o, 1, last_epoch=e)\n",
    "by steps up to the start": "def make(o, start_step):\n    for _ in range(start_step):\n        scheduler.step()\n",
}


@pytest.mark.parametrize("other", REBUILT.values(), ids=REBUILT)
def test_a_schedule_that_is_rebuilt_elsewhere_is_silent(other: str) -> None:
    assert places({"schedule.py": other, "train.py": STEPS}) == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("scheduler.step(epoch)", [], id="by-the-epoch"),
        pytest.param("scheduler.step(val_loss)", ["a.py:5 CKP007"], id="by-a-metric"),
        pytest.param("for _ in range(steps):\n    scheduler.step()", ["a.py:6 CKP007"], id="the-loop-itself"),
    ],
)
def test_a_schedule_is_state_unless_it_is_told_the_epoch(step: str, expected: list[str]) -> None:
    assert places({"a.py": STEPS.replace("scheduler.step()", step)}) == expected


def test_a_key_that_is_a_constant_of_another_file_is_restored() -> None:
    files = {
        "keys.py": "OPTIMIZER_KEY = 'optimizer'\nPART = 'scheduler'\n",
        "load.py": (
            "import torch\nfrom keys import OPTIMIZER_KEY, PART\nc = torch.load(p, weights_only=True)\n"
            "model.load_state_dict(c['model'])\no.load_state_dict(c[OPTIMIZER_KEY])\n"
            "scheduler.load_state_dict(c[PART])\nstart = c['epoch']\n"
        ),
        "save.py": (
            "import torch\nfrom keys import OPTIMIZER_KEY, PART\n"
            "torch.save({'model': m.state_dict(), OPTIMIZER_KEY: o.state_dict(), PART: scheduler.state_dict(),"
            " 'epoch': e}, p)\n"
        ),
    }
    assert places(files) == []


def test_parts_that_are_restored_in_a_loop_are_restored() -> None:
    files = {
        "a.py": (
            "import torch\n"
            "torch.save({'model': m.state_dict(), 'optimizer': o.state_dict(), 'scheduler': s.state_dict()}, p)\n"
            "c = torch.load(p, weights_only=True)\nmodel.load_state_dict(c['model'])\nstart = c['epoch']\n"
            "for name, part in parts.items():\n    part.load_state_dict(c[name])\n"
        )
    }
    assert "CKP010" not in [f.code for _, f in findings(files)]


def test_a_function_that_returns_itself_ends() -> None:
    returns = "".join(f"    if x == {n}:\n        return pack(x - {n})\n" for n in range(60))
    code = f"import torch\n\ndef pack(x):\n{returns}    return pack(x - 1)\n\ntorch.save(pack(9), p)\n"
    began = time.process_time()
    assert sites({"a.py": code}) == ["a.py:126 save weights"]
    assert time.process_time() - began < 2


OWN = {
    "a constant name": ("'stats.pkl'", "'stats.pkl'"),
    "in a folder": ("os.path.join(d, 'stats.pkl')", "Path(root) / 'stats.pkl'"),
    "with a number": ("f'{d}/part_{i}.pkl'", "'part_%d.pkl' % i"),
    "behind a name": ("STATS", "'out/stats.pkl'"),
}


@pytest.mark.parametrize(("written", "read"), OWN.values(), ids=OWN)
def test_a_file_that_the_repository_writes_is_a_note(written: str, read: str) -> None:
    files = {
        "make.py": f"import pickle\nSTATS = 'stats.pkl'\nwith open({written}, 'wb') as f:\n    pickle.dump(x, f)\n",
        "plot.py": f"import pickle\nwith open({read}, 'rb') as f:\n    x = pickle.load(f)\n",
    }
    found = [f for _, f in findings(files)]
    assert [(f.code, f.level) for f in found] == [("CKP002", "note")]
    assert [CHECK.fails(f, {}) for f in found] == [False]  # type: ignore[misc]


FOREIGN = {
    "another name": ("'stats.pkl'", "'figures.pkl'"),
    "a name that is given": ("path", "path"),
    "an ending alone": ("d + '.pkl'", "e + '.pkl'"),
}


@pytest.mark.parametrize(("written", "read"), FOREIGN.values(), ids=FOREIGN)
def test_a_file_from_elsewhere_is_an_error(written: str, read: str) -> None:
    files = {
        "make.py": f"import pickle\n\ndef make(path, d):\n    pickle.dump(x, open({written}, 'wb'))\n",
        "plot.py": f"import pickle\n\ndef plot(path, e):\n    return pickle.load(open({read}, 'rb'))\n",
    }
    found = [f for _, f in findings(files)]
    assert [(f.code, f.level) for f in found] == [("CKP002", "")]
    assert [CHECK.fails(f, {}) for f in found] == [True]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("code", "level"),
    [
        pytest.param(
            "joblib.dump(x, args.cache)\n\ndef f():\n    return joblib.load(args.cache)\n", "note", id="option"
        ),
        pytest.param(
            (
                "class A:\n    def w(self):\n        joblib.dump(1, self.file)\n"
                "    def r(self):\n        joblib.load(self.file)\n"
            ),
            "note",
            id="attribute",
        ),
        pytest.param("def w(p):\n    joblib.dump(1, p)\n\ndef r(p):\n    return joblib.load(p)\n", "", id="parameter"),
    ],
)
def test_what_one_script_writes_and_reads_is_a_note(code: str, level: str) -> None:
    found = findings({"a.py": "import joblib\n" + code})
    assert [(f.code, f.level) for _, f in found] == [("CKP002", level)]


def test_an_array_that_the_repository_writes_is_a_note() -> None:
    files = {
        "a.py": "import numpy as np\nnp.save('results.npy', x)\n",
        "b.py": "import numpy as np\nx = np.load('results.npy', allow_pickle=True)\n",
        "c.py": "import numpy as np\nx = np.load('others.npy', allow_pickle=True)\n",
    }
    assert [(path, f.code, f.level) for path, f in findings(files)] == [
        ("b.py", "CKP003", "note"),
        ("c.py", "CKP003", ""),
    ]


def test_a_key_that_is_read_and_never_saved_fails_a_commit() -> None:
    levels = {f.code: CHECK.fails(f, {}) for _, f in findings({"a.py": program("model")})}  # type: ignore[misc]
    assert levels["CKP011"] is True
    levels = {f.code: CHECK.fails(f, {}) for _, f in findings({"a.py": program("epoch")})}  # type: ignore[misc]
    assert levels["CKP011"] is False
