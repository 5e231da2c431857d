"""Evaluation: held-out data, named metrics, metrics on disk, tests of them."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, notebook, shown

ABSENT = ("absent",)
LOOP = """import torch


def {name}(model, {loader}):
    model.eval()
    for x, y in {loader}:
        model(x)
"""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"s.py": LOOP.format(name="generate", loader="prompts")}, ABSENT, id="generation"),
        pytest.param({"s.py": "import torch\nmodel.eval()\nmodel(x)\n"}, ABSENT, id="inference"),
        pytest.param({"m.py": "x = 3\nassert eval('x') == 3\n"}, ABSENT, id="eval of Python"),
        pytest.param({"v.py": "import torch\ndef validate_batch_size(n): return n > 0\n"}, ABSENT, id="a check"),
        pytest.param(
            {"t.py": "from transformers import Trainer\nTrainer(model, eval_dataset=None).train()\n"}, ABSENT, id="none"
        ),
        pytest.param(
            {"t.py": "from transformers import TrainingArguments as A\nA('o', eval_strategy='no')\n"}, ABSENT, id="off"
        ),
        pytest.param({"tests/test_m.py": LOOP.format(name="evaluate", loader="loader")}, ABSENT, id="test code"),
        pytest.param(
            {
                "m.py": "import torch\nclass A:\n    @torch.no_grad()\n    def apply(self, m):\n"
                "        for n, val in m.items(): val.copy_(n)\n"
            },
            ABSENT,
            id="a value is no validation",
        ),
        pytest.param({"t.py": LOOP.format(name="run", loader="val_loader")}, ("present", "t.py:5"), id="own loop"),
        pytest.param(
            {"t.py": LOOP.format(name="evaluate", loader="loader")}, ("present", "t.py:5", "t.py:4"), id="by name"
        ),
        pytest.param(
            {
                "t.py": "import torch\n@torch.no_grad()\ndef estimate(model):\n"
                "    for split in ['train', 'val']:\n        get(split)\n"
            },
            ("present", "t.py:3"),
            id="decorated",
        ),
        pytest.param(
            {
                "m.py": "import lightning as L\nclass M(L.LightningModule):\n"
                "    def validation_step(self, b, i):\n        self.log('a', self(b))\n"
            },
            ("present", "m.py:3"),
            id="Lightning",
        ),
        pytest.param(
            {
                "m.py": "import lightning as L\nclass M(L.LightningModule):\n"
                "    def validation_step(self, b, i):\n        pass\n"
            },
            ("stubbed", "m.py:3"),
            id="stub",
        ),
        pytest.param(
            {
                "k.ipynb": notebook(
                    "from tensorflow import keras", "import keras\nmodel.fit(x, y, validation_split=0.2)"
                )
            },
            ("present", "k.ipynb:1:2"),
            id="Keras in a notebook",
        ),
        pytest.param(
            {"t.py": "from transformers import TrainingArguments as A\nA('o', eval_strategy='steps')\n"},
            ("present", "t.py:2"),
            id="Hugging Face",
        ),
        pytest.param(
            {"t.py": "from sklearn.svm import SVC\nclf = SVC()\nprint(clf.score(x_test, y_test))\n"},
            ("present", "t.py:3"),
            id="scikit-learn",
        ),
        pytest.param(
            {
                "t.py": "from stable_baselines3.common.evaluation import evaluate_policy\n"
                "m, s = evaluate_policy(model, env)\n"
            },
            ("present", "t.py:2"),
            id="episodes",
        ),
    ],
)
def test_a_validation_loop_sees_held_out_data(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("evaluation.validation_loop", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "import torch\nloss = f(x).mean()\nval_loss = loss / 2\n"}, ABSENT, id="the loss"),
        pytest.param({"t.py": "import torch\ngrad_acc = batch / 4\n"}, ABSENT, id="accumulation"),
        pytest.param({"t.py": "import torch\naccuracy = 0.9\n"}, ABSENT, id="a constant"),
        pytest.param({"t.py": "import torch\naccuracy = results['accuracy']\n"}, ABSENT, id="a look-up"),
        pytest.param({"t.py": "import torch\ndef plot_accuracy(a): draw(a)\n"}, ABSENT, id="a plot"),
        pytest.param(
            {"t.py": "from sklearn.metrics.pairwise import cosine_similarity\ns = cosine_similarity(a, b)\n"},
            ABSENT,
            id="a distance",
        ),
        pytest.param(
            {"t.py": "from torchmetrics import MeanMetric\nloss = MeanMetric()\n"}, ABSENT, id="an average of the loss"
        ),
        pytest.param(
            {"t.py": "from torchmetrics import Accuracy\nacc = Accuracy(task='binary')\n"},
            ("present", "t.py:2"),
            id="torchmetrics",
        ),
        pytest.param({"t.py": "import evaluate\nm = evaluate.load('wer')\n"}, ("present", "t.py:2"), id="evaluate"),
        pytest.param(
            {"t.py": "import keras\nmodel.compile('sgd', metrics=['acc'])\n"}, ("present", "t.py:2"), id="Keras"
        ),
        pytest.param({"m.py": "def accuracy(a, b): return (a == b).mean()\n"}, ("present", "m.py:1"), id="own"),
        pytest.param({"m.py": "def accuracy(a, b):\n    pass\n"}, ("stubbed", "m.py:1"), id="stub"),
        pytest.param({"t.py": "import torch\nacc = correct / total\n"}, ("present", "t.py:2"), id="computed in place"),
        pytest.param(
            {"t.py": "import torch, math\nperplexity = math.exp(loss)\n"}, ("present", "t.py:2"), id="perplexity"
        ),
        pytest.param(
            {"r.py": "import gymnasium as gym\nw.add_scalar('charts/episodic_return', r, s)\nenv = gym.make('x')\n"},
            ("present", "r.py:2"),
            id="return of an episode",
        ),
    ],
)
def test_metrics_are_named(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("evaluation.metrics_api", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "import json\njson.dump(config, f)\n"}, ABSENT, id="a config"),
        pytest.param({"t.py": "import logging\nlogging.info('accuracy %s', acc)\n"}, ABSENT, id="a text log"),
        pytest.param({"t.py": "import torch\ntorch.save({'best_acc': acc}, p)\n"}, ABSENT, id="a checkpoint"),
        pytest.param({"t.py": "frame.to_csv('predictions.csv')\n"}, ABSENT, id="predictions"),
        pytest.param({"t.py": "import json\njson.dump(metrics, f)\n"}, ("present", "t.py:2"), id="JSON"),
        pytest.param(
            {"t.py": "import json\nwith open('eval.jsonl', 'a') as f:\n    f.write(json.dumps({'accuracy': a}))\n"},
            ("present", "t.py:3"),
            id="JSON lines",
        ),
        pytest.param(
            {"c/csv.yaml": "csv:\n  _target_: lightning.pytorch.loggers.CSVLogger\n"},
            ("present", "c/csv.yaml:2"),
            id="named by a config",
        ),
        pytest.param(
            {"t.py": "import keras\ncb = keras.callbacks.CSVLogger('log.csv')\n"}, ("present", "t.py:2"), id="Keras"
        ),
        pytest.param(
            {"t.py": "from transformers import Trainer\nt = Trainer(m)\nt.save_metrics('eval', r)\n"},
            ("present", "t.py:3"),
            id="Hugging Face",
        ),
        pytest.param({"t.py": "def save_metrics(metrics, path):\n    pass\n"}, ("stubbed", "t.py:1"), id="stub"),
    ],
)
def test_metrics_reach_files(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("evaluation.metrics_files", texts) == expected


METRIC = {"lib/metrics.py": "def accuracy(a, b): return (a == b).mean()\n"}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(METRIC, ABSENT, id="no test"),
        pytest.param({**METRIC, "tests/test_x.py": "def test_x():\n    assert 1\n"}, ABSENT, id="another test"),
        pytest.param(
            {**METRIC, "tests/test_x.py": "from lib.data import load\ndef test_x():\n    assert load()\n"},
            ABSENT,
            id="other code",
        ),
        pytest.param(
            {
                **METRIC,
                "tests/test_x.py": "from lib.metrics import accuracy\ndef test_x():\n    assert accuracy(1, 1)\n",
            },
            ("present", "tests/test_x.py:3"),
            id="calls the metric",
        ),
    ],
)
def test_a_test_of_evaluation_calls_it(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("evaluation.tests", texts) == expected


@pytest.mark.parametrize(
    ("facet", "text", "expected"),
    [
        pytest.param(
            "validation_loop",
            "import torch\nlog_prob = policy_net.evaluate(state)\nx = torch.min(log_prob)\n",
            ABSENT,
            id="likelihood of an action",
        ),
        pytest.param(
            "validation_loop",
            "import torch\ndef evaluate(instruction):\n"
            "    with torch.no_grad():\n        for s in stop: model.generate(s)\n",
            ABSENT,
            id="a demo called evaluate",
        ),
        pytest.param(
            "validation_loop",
            "import torch\ndef test_env(vis=False): return run(env, torch.tensor(vis))\n",
            ("present", "t.py:2"),
            id="an episode",
        ),
        pytest.param(
            "metrics_api",
            "import torch\ntest_acc = 100 * correct / total\n",
            ("present", "t.py:2"),
            id="of the test set",
        ),
    ],
)
def test_names_that_mean_two_things_are_told_apart(facet: str, text: str, expected: tuple[str, ...]) -> None:
    assert shown(f"evaluation.{facet}", {"t.py": text}) == expected
