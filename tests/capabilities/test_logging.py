"""Logging: where scalars, messages, machine figures and progress go."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown

ABSENT = ("absent",)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "import wandb\n"}, ABSENT, id="dead import"),
        pytest.param({"requirements.txt": "wandb\n"}, ABSENT, id="a requirement"),
        pytest.param(
            {"t.py": "from transformers import TrainingArguments as A\nA('o', report_to='none')\n"}, ABSENT, id="off"
        ),
        pytest.param({"t.py": "from transformers import TrainingArguments as A\nA('o')\n"}, ABSENT, id="by default"),
        pytest.param({"t.py": "# wandb.init()\n'wandb.init()'\n"}, ABSENT, id="only named"),
        pytest.param(
            {"t.py": "from torch.utils.tensorboard import SummaryWriter\nw = SummaryWriter()\n"},
            ("present", "t.py:2"),
            id="TensorBoard",
        ),
        pytest.param({"t.py": "import wandb\nwandb.init()\n"}, ("present", "t.py:2"), id="W&B"),
        pytest.param({"t.py": "import mlflow\nmlflow.log_metric('a', 1)\n"}, ("present", "t.py:2"), id="MLflow"),
        pytest.param(
            {"t.py": "from transformers import TrainingArguments as A\nA('o', report_to=['wandb'])\n"},
            ("present", "t.py:2"),
            id="report_to",
        ),
        pytest.param(
            {"README.md": "```bash\ntorchrun train.py --report_to wandb\n```\n"},
            ("present", "README.md:2"),
            id="command",
        ),
        pytest.param(
            {"c/tb.yaml": "tb:\n  _target_: lightning.pytorch.loggers.TensorBoardLogger\n"},
            ("present", "c/tb.yaml:2"),
            id="named by a config",
        ),
        pytest.param({"t.py": "def setup_wandb():\n    pass\n"}, ("stubbed", "t.py:1"), id="stub"),
    ],
)
def test_a_tracker_gets_scalars(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("logging.tracker", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "print('loss')\n"}, ABSENT, id="print"),
        pytest.param({"t.py": "import logging\n"}, ABSENT, id="dead import"),
        pytest.param({"t.py": "logging = make()\nlogging.info('x')\n"}, ABSENT, id="something of the name"),
        pytest.param(
            {"t.py": "import logging\nlog = logging.getLogger(__name__)\n"}, ("present", "t.py:2"), id="logging"
        ),
        pytest.param({"t.py": "from loguru import logger\nlogger.info('x')\n"}, ("present", "t.py:2"), id="loguru"),
        pytest.param({"t.py": "from absl import logging\nlogging.info('x')\n"}, ("present", "t.py:2"), id="absl"),
    ],
)
def test_python_logging_is_in_use(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("logging.python_logging", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "import psutil\nn = psutil.cpu_count()\n"}, ABSENT, id="number of cores"),
        pytest.param({"t.py": "import torch\nn = torch.cuda.device_count()\n"}, ABSENT, id="number of GPUs"),
        pytest.param(
            {
                "b.py": "import psutil\nclass Buffer:\n    def __init__(self):\n"
                "        assert psutil.virtual_memory().available > 9\n"
            },
            ABSENT,
            id="whether a buffer fits",
        ),
        pytest.param(
            {"g.py": "import subprocess\nsubprocess.run(['nvidia-smi', '--query-gpu=gpu_name'])\n"},
            ABSENT,
            id="a count",
        ),
        pytest.param({"t.py": "import time\nmfu = tokens / time.time()\n"}, ABSENT, id="throughput"),
        pytest.param(
            {"t.py": "import psutil\nm = psutil.virtual_memory().percent\n"}, ("present", "t.py:2"), id="memory"
        ),
        pytest.param(
            {"t.py": "import torch\nm = torch.cuda.max_memory_allocated()\n"}, ("present", "t.py:2"), id="GPU memory"
        ),
        pytest.param(
            {"t.py": "from lightning.pytorch.callbacks import DeviceStatsMonitor\ncb = DeviceStatsMonitor()\n"},
            ("present", "t.py:2"),
            id="Lightning",
        ),
        pytest.param(
            {"g.py": "import subprocess\nsubprocess.run(['nvidia-smi', '--query-gpu=memory.used'])\n"},
            ("present", "g.py:2"),
            id="nvidia-smi",
        ),
    ],
)
def test_system_metrics_are_recorded(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("logging.system_metrics", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"t.py": "from tqdm import tqdm\n"}, ABSENT, id="dead import"),
        pytest.param({"t.py": "import keras\nmodel.fit(x, y, verbose=0)\n"}, ABSENT, id="silent Keras"),
        pytest.param({"t.py": "from sklearn.svm import SVC\nSVC().fit(x, y)\n"}, ABSENT, id="scikit-learn"),
        pytest.param({"t.py": "from tqdm.auto import tqdm\nfor x in tqdm(y): x()\n"}, ("present", "t.py:2"), id="tqdm"),
        pytest.param({"t.py": "import tqdm\nb = tqdm.tqdm(total=3)\n"}, ("present", "t.py:2"), id="tqdm, dotted"),
        pytest.param({"t.py": "import keras\nmodel.fit(x, y)\n"}, ("present", "t.py:2"), id="Keras"),
        pytest.param(
            {"t.py": "from transformers import Trainer\nTrainer(model).train()\n"}, ("present", "t.py:2"), id="trainer"
        ),
        pytest.param(
            {"c.yaml": "bar:\n  _target_: lightning.pytorch.callbacks.RichProgressBar\n"},
            ("present", "c.yaml:2"),
            id="named by a config",
        ),
    ],
)
def test_progress_is_shown(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("logging.progress", texts) == expected
