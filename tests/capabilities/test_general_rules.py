"""Rules that a first blind test asked for: other spellings of what the capabilities know, followed through a step."""

from __future__ import annotations

import pytest

from ml_audit_hooks.capabilities.matcher import Matcher
from ml_audit_hooks.capabilities.model import Bases, Calls, Files, Keywords, Uses
from ml_audit_hooks.capabilities.rows import rows
from tests.capabilities.support import Texts, judged, notebook, shown, verdict, view

ABSENT = ("absent",)
TEST = "def test_sum():\n    assert sum([1]) == 1\n"


@pytest.mark.parametrize(
    "detector",
    [
        pytest.param(Calls(("s",), ("",)), id="empty"),
        pytest.param(Calls(("s",), ("a.*.b.*",)), id="two stars"),
        pytest.param(Calls(("s",), ("*Trainer",)), id="star without a dot"),
        pytest.param(Calls(("s",), ("*.log_*",)), id="stars at both ends"),
        pytest.param(Calls(("s",), ("a.b()",)), id="a result"),
        pytest.param(Uses(("s",), ("*x",)), id="uses"),
        pytest.param(Bases(("s",), ("*.a.*",)), id="bases"),
        pytest.param(Keywords(("s",), ("k",), of=("*.a*",)), id="keywords of"),
        pytest.param(Keywords(("s",), ("k*",)), id="keyword"),
        pytest.param(Files(lambda file: (), names=("*a*",)), id="files"),
    ],
)
def test_a_pattern_that_can_never_match_is_refused(detector: Bases | Calls | Files | Keywords | Uses) -> None:
    with pytest.raises(ValueError, match="can never match"):
        Matcher([detector])


@pytest.mark.parametrize(
    "detector",
    [
        pytest.param(Calls(("s",), ("a.b", "a.*", "*.b", "a.*.b", "*Trainer().train")), id="calls"),
        pytest.param(Keywords(("s",), ("k",), of=("*Trainer",)), id="keywords"),
        pytest.param(Bases(("s",), ("*Model",)), id="bases"),
    ],
)
def test_a_pattern_that_can_match_is_taken(detector: Bases | Calls | Files | Keywords | Uses) -> None:
    Matcher([detector])


STORE = "import mlflow\nclass S:\n    uri: str = '{}'\n    def go(self): mlflow.set_tracking_uri(self.uri)\n"
HANDED = "from keras_helpers import submodules\nlayers, models = submodules()\n"
CASES = [
    # models
    pytest.param(
        "modeling.model_init",
        {"m.py": "from django.db import models\nx = models.Model(a, b)\n"},
        ABSENT,
        id="another models",
    ),
    pytest.param("modeling.model_init", {"m.py": HANDED + "m = models.BaseModel(a, b)\n"}, ABSENT, id="other class"),
    pytest.param(
        "modeling.model_init", {"m.py": HANDED + "m = models.Model(a, b)\n"}, ("present", "m.py:3"), id="handed"
    ),
    pytest.param(
        "modeling.model_init",
        {"m.py": "import tensorflow as tf\nmodels = tf.keras.models\nm = models.Model(inputs=a, outputs=b)\n"},
        ("present", "m.py:3"),
        id="alias",
    ),
    pytest.param("training.train_loop", {"t.py": "encoder.fit_transform(x)\n"}, ABSENT, id="no fit_generator"),
    pytest.param(
        "training.train_loop",
        {"t.ipynb": notebook("import keras", "model = build()", "model.fit_generator(d, epochs=2)")},
        ("present", "t.ipynb:2:1"),
        id="fit_generator",
    ),
    pytest.param(
        "training.train_loop",
        {"t.ipynb": notebook("import keras\nk = keras.__version__", "model = build()", "model.fit(d, epochs=2)")},
        ("present", "t.ipynb:2:1"),
        id="package of an earlier cell",
    ),
    pytest.param(
        "evaluation.validation_loop",
        {"t.py": "s = model.evaluate_generator(d)\n"},
        ("present", "t.py:1"),
        id="generator",
    ),
    pytest.param(
        "extensibility.registry",
        {
            "r.py": "class One: pass\nclass Two: pass\ndef p(): return 1\n"
            "class F:\n    TABLE = {'a': [One, p], 'b': [Two, p]}\n"
        },
        ("present", "r.py:5"),
        id="table of lists",
    ),
    # tests that call indirectly
    pytest.param(
        "evaluation.tests",
        {"p/metrics.py": "class IOUScore:\n    def __call__(self): return 1\n", "tests/test_a.py": TEST},
        ABSENT,
        id="a test of something else",
    ),
    pytest.param(
        "evaluation.tests",
        {
            "p/metrics.py": "def iou_score(a, b):\n    return a & b\n",
            "tests/test_a.py": "import p as sm\ndef test_iou():\n    assert sm.metrics.iou_score(1, 1) == 1\n",
        },
        ("present", "tests/test_a.py:3"),
        id="package alias",
    ),
    pytest.param(
        "modeling.tests",
        {
            "p/net.py": "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n",
            "tests/test_a.py": "from p.net import Net\ndef check(cls):\n    assert cls()\n"
            "def test_net():\n    check(Net)\n",
        },
        ("present", "tests/test_a.py:5"),
        id="handed to a helper",
    ),
    pytest.param(
        "modeling.tests",
        {
            "p/net.py": "from torch import nn\nclass Net(nn.Module):\n    def forward(self, x): return x\n",
            "tests/test_a.py": "import pytest\nfrom p.net import Net\n"
            "@pytest.mark.parametrize('cls', [Net])\ndef test_net(cls):\n    assert cls()\n",
        },
        ("present", "tests/test_a.py:4"),
        id="parametrized",
    ),
    # trackers
    pytest.param("tracking.local_tracker", {"t.py": "import u\nl = u.FileLogger()\n"}, ABSENT, id="plain logger"),
    pytest.param("tracking.local_tracker", {"t.py": "import u\nl = u.wandb_logger_name()\n"}, ABSENT, id="function"),
    pytest.param(
        "tracking.local_tracker", {"t.py": "import u\nl = u.WandBLogger()\n"}, ("present", "t.py:2"), id="wrapper"
    ),
    pytest.param(
        "tracking.local_tracker",
        {"t.py": "from u.track import MLflowTracker\nl = MLflowTracker(x)\n"},
        ("present", "t.py:2"),
        id="tracker",
    ),
    pytest.param(
        "tracking.params_logged",
        {"t.py": "import u\nl = u.WandBLogger(config=F.logger, variant=v)\n"},
        ("present", "t.py:2"),
        id="variant",
    ),
    pytest.param("tracking.params_logged", {"t.py": "import u\nl = u.WandBLogger()\n"}, ABSENT, id="no settings"),
    pytest.param("tracking.offline_mode", {"t.py": "import u\nl = u.WandBLogger(online=True)\n"}, ABSENT, id="online"),
    pytest.param(
        "tracking.offline_mode",
        {"t.py": "import u\nl = u.WandBLogger(online=False)\n"},
        ("present", "t.py:2"),
        id="not online",
    ),
    pytest.param(
        "tracking.offline_mode",
        {"t.py": "import u\nl = u.WandBLogger()\n", "d.md": "W&B (wandb)\n* `online`: whether to upload\n"},
        ("present", "d.md:2"),
        id="documented option",
    ),
    pytest.param(
        "tracking.offline_mode",
        {"t.py": STORE.format("http://h")},
        ABSENT,
        id="remote default",
    ),
    pytest.param(
        "tracking.offline_mode",
        {"t.py": STORE.format("./mlruns")},
        ("present", "t.py:4"),
        id="local default",
    ),
    pytest.param(
        "logging.tracker",
        {"t.py": "class A:\n    report_to: str = field(default='none')\n"},
        ABSENT,
        id="a field that nothing parses",
    ),
    pytest.param(
        "logging.tracker",
        {
            "t.py": "import transformers\nfrom dataclasses import field\n"
            "class A(transformers.TrainingArguments):\n    report_to: str = field(default='none')\n"
            "p = transformers.HfArgumentParser((A, transformers.TrainingArguments))\n"
        },
        ("present", "t.py:4"),
        id="off by default",
    ),
    pytest.param(
        "tracking.params_logged",
        {"g.py": "import yaml, numpy\nconfig = {'session': 'all', 'windows': []}\nyaml.dump(config, open('r', 'w'))\n"},
        ABSENT,
        id="another program's file",
    ),
    pytest.param(
        "tracking.params_logged",
        {"g.py": "import yaml, numpy\nconfig = {'lr': 0.1}\nyaml.dump(config, open('r', 'w'))\n"},
        ("present", "g.py:3"),
        id="settings of a run",
    ),
    # settings
    pytest.param("configuration.overrides", {"t.py": "import u\nu.define_flags(name='x')\n"}, ABSENT, id="no setting"),
    pytest.param(
        "configuration.overrides",
        {"t.py": "import u\nF, D = u.define_flags_with_default(seed=1, total_steps=9)\n"},
        ("present", "t.py:2"),
        id="flags",
    ),
    # evaluation
    pytest.param("evaluation.metrics_api", {"t.py": "import torch\nx = np.mean(losses)\n"}, ABSENT, id="losses"),
    pytest.param("evaluation.metrics_api", {"t.py": "import torch\nx = rewards.mean()\n"}, ABSENT, id="batch rewards"),
    pytest.param(
        "evaluation.metrics_api",
        {"t.py": "import torch\nimport numpy as np\nprint(np.mean(eval_episode_rewards))\n"},
        ("present", "t.py:3"),
        id="episode rewards",
    ),
    pytest.param(
        "evaluation.validation_loop",
        {"t.py": "import torch\n@torch.no_grad()\ndef stats(split):\n    x = {'train': a}[split]\n    loss = f(x)\n"},
        ABSENT,
        id="train split only",
    ),
    pytest.param(
        "evaluation.validation_loop",
        {"t.py": "import torch\n@torch.no_grad()\ndef part(split):\n    x = {'val': a}[split]\n    loss = f(x)\n"},
        ("present", "t.py:3"),
        id="named split",
    ),
    pytest.param(
        "evaluation.validation_loop",
        {"t.ipynb": notebook("import torch", "with torch.no_grad():\n    preds = model(X_test)\n")},
        ("present", "t.ipynb:1:1"),
        id="held-out block",
    ),
    # documentation and CI
    pytest.param("documentation.docs_site", {"Makefile": "docs:\n\tpdoc --version\n"}, ABSENT, id="version only"),
    pytest.param(
        "documentation.docs_site", {"Makefile": "docs:\n\tpdoc -o out src\n"}, ("present", "Makefile:2"), id="pdoc"
    ),
    pytest.param(
        "ci_tests.ci",
        {
            "t/test_a.py": TEST,
            ".github/workflows/a.yml": "x:\n  run: mise run lint\n",
            "mise.toml": "[tasks.test]\nrun = 'pytest'\n",
        },
        ABSENT,
        id="another task",
    ),
    pytest.param(
        "ci_tests.ci",
        {
            "t/test_a.py": TEST,
            ".github/workflows/a.yml": "x:\n  run: mise run check\n",
            "mise.toml": "[tasks.check]\ndepends = ['test']\n[tasks.test]\nrun = 'uv run pytest'\n",
        },
        ("present", ".github/workflows/a.yml:2"),
        id="mise",
    ),
    pytest.param(
        "ci_tests.ci",
        {
            "t/test_a.py": TEST,
            ".github/workflows/a.yml": "x:\n  run: make check\n",
            "Makefile": "check: lint test\n\ntest:\n\tpytest\n",
        },
        ("present", ".github/workflows/a.yml:2"),
        id="make prerequisite",
    ),
    pytest.param(
        "ci_tests.ci",
        {
            "t/test_a.py": TEST,
            ".github/workflows/a.yml": "x:\n  run: npm run check\n",
            "package.json": '{\n  "scripts": {\n    "check": "pytest -q"\n  }\n}\n',
        },
        ("present", ".github/workflows/a.yml:2"),
        id="npm",
    ),
    pytest.param(
        "security.secrets_scanning", {"mise.toml": "[tasks.leaks]\nrun = 'gitleaks git'\n"}, ABSENT, id="by hand"
    ),
    pytest.param(
        "security.secrets_scanning",
        {
            "lefthook.yml": "pre-commit:\n  commands:\n    c:\n      run: mise run check\n",
            "mise.toml": "[tasks.check]\ndepends = ['leaks']\n[tasks.leaks]\nrun = 'gitleaks git'\n",
        },
        ("present", "mise.toml:4"),
        id="task of a git hook",
    ),
]


@pytest.mark.parametrize(("facet", "texts", "expected"), CASES)
def test_a_facet_is_seen_in_its_other_spellings(facet: str, texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown(facet, texts) == expected


FLAX = (
    "import jax\nfrom flax.training.train_state import TrainState\n"
    "model = Net(dtype={dtype})\nstate = TrainState.create(params=p, tx=tx)\nstate = state.apply_gradients(grads=g)\n"
)


@pytest.mark.parametrize(
    ("dtype", "state", "note"),
    [
        pytest.param("jax.numpy.float32", "absent", "", id="float32"),
        pytest.param("FLAGS.name", "absent", "", id="another setting"),
        pytest.param("get(FLAGS.dtype)", "present", "off by default", id="option"),
        pytest.param("jax.numpy.bfloat16", "present", "reduced, not mixed", id="bfloat16"),
    ],
)
def test_flax_modules_take_their_type_from_a_setting(dtype: str, state: str, note: str) -> None:
    found = verdict("training.precision", {"train.py": FLAX.format(dtype=dtype)})
    assert (found.state, found.note) == (state, note)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param("params", "absent", id="parameters"),
        pytest.param("train_state", "present", id="state"),
    ],
)
def test_a_saved_train_state_holds_the_optimizer(what: str, expected: str) -> None:
    code = f"from flax.serialization import to_state_dict\ndef save_it({what}):\n    f.write(to_state_dict({what}))\n"
    texts = {"c.py": code, "train.py": FLAX.format(dtype="x")}
    assert verdict("checkpointing.optimizer_state", texts).state == expected


@pytest.mark.parametrize(
    ("body", "state"),
    [
        pytest.param("    s.save(m)\n", "absent", id="saves only"),
        pytest.param("    s.save(m)\n    r.Loader().load(p)\n", "present", id="saves and loads"),
    ],
)
def test_a_round_trip_is_a_checkpoint_test_by_any_name(body: str, state: str) -> None:
    registry = "import torch\nclass Saver:\n    def save(self, model): torch.save(model.state_dict(), 'm.pt')\n"
    test = f"from p import r\ndef test_pipeline():\n    s = r.Saver()\n{body}"
    assert verdict("checkpointing.tests", {"p/r.py": registry, "tests/test_a.py": test}).state == state


@pytest.mark.parametrize("name", ["training", "checkpointing", "tracking", "data", "evaluation"])
def test_a_repository_without_model_code_has_no_ground(name: str) -> None:
    assert not judged(name, {"a.py": "import json\nprint(json.dumps({}))\n"}).grounded
    assert judged(name, {"m.py": "from torch import nn\nclass Net(nn.Module): pass\n"}).grounded
    assert judged(name, {"t.py": "def train(model): pass\n"}).grounded


def test_a_noted_gap_asks_for_no_change() -> None:
    texts = {"a.py": "import torch\n"}
    (row,) = rows([judged("security", texts)], view(texts), (), {})
    assert row.gaps[-1].startswith("No language model is prompted or served here")
    assert len(row.risks) == len(row.patch_plan) == len(row.gaps) - 1
