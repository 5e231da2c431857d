"""Modeling is shown by what builds, types, places and adapts a model."""

from __future__ import annotations

import pytest

from tests.capabilities.support import notebook, shown, verdict

NN = "import torch.nn as nn\n"

SILENT = [
    pytest.param("model_init", "from torch import nn\n", id="dead import"),
    pytest.param("model_init", "class Model:\n    name = 'x'\n", id="a class of that name"),
    pytest.param(
        "model_init", "import transformers as t\nc = t.AutoConfig.from_pretrained('x')\n", id="a configuration"
    ),
    pytest.param(
        "model_init", "import transformers as t\nc = t.AutoTokenizer.from_pretrained('x')\n", id="a tokenizer"
    ),
    pytest.param(
        "model_init", "from sklearn.preprocessing import StandardScaler\ns = StandardScaler()\n", id="a scaler"
    ),
    pytest.param(
        "model_init", "from pydantic import BaseModel\nclass Settings(BaseModel):\n    a: int\n", id="pydantic"
    ),
    pytest.param(
        "dtype", "import torch\nwith torch.autocast('cuda', dtype=torch.bfloat16):\n    pass\n", id="autocast alone"
    ),
    pytest.param("dtype", "y = x.to(other.dtype)\n", id="the type of another tensor"),
    pytest.param("dtype", "y = y.long()\nm = (a > b).float()\n", id="indices and masks"),
    pytest.param("dtype", "m = AutoModel.from_pretrained('x', torch_dtype=None)\n", id="off-value"),
    pytest.param("dtype", "from gym.spaces import Box\ns = Box(0, 1, dtype=np.float32)\n", id="a space"),
    pytest.param("device", "def f(device: torch.device):\n    return device\n", id="an annotation"),
    pytest.param("device", "m = AutoModel.from_pretrained('x', device_map=None)\n", id="off-value"),
    pytest.param("device", "y = x.to(torch.float32)\n", id="a type"),
    pytest.param("device", "parser.add_argument('--device', default='cuda')\n", id="a flag nobody reads"),
    pytest.param("peft", "for p in model.parameters():\n    p.requires_grad = False\n", id="freezing"),
    pytest.param(
        "peft", "import logging\nclass TaskAdapter(logging.LoggerAdapter):\n    x = 1\n", id="another adapter"
    ),
    pytest.param("peft", "class Explorer:\n    def forward(self):\n        return exploration()\n", id="exploration"),
    pytest.param("peft", "from peft import LoraConfig\n", id="dead import"),
]

LOUD = [
    pytest.param("model_init", NN + "class Net(nn.Module):\n    x = 1\n", 2, id="torch by an alias"),
    pytest.param("model_init", "class Base(nn.Module):\n    pass\nfrom torch import nn\n", 1, id="a base of torch"),
    pytest.param("model_init", "from flax import linen as nn\nclass Net(nn.Module):\n    x = 1\n", 2, id="flax"),
    pytest.param("model_init", "import tensorflow as tf\nm = tf.keras.Sequential([])\n", 2, id="keras by tensorflow"),
    pytest.param("model_init", "from keras.models import Model\nm = Model(a, b)\n", 2, id="keras functional"),
    pytest.param("model_init", "from sklearn.svm import SVC as S\nclf = S()\n", 2, id="an estimator"),
    pytest.param("model_init", "import xgboost as xgb\nb = xgb.train({}, d)\n", 2, id="a booster"),
    pytest.param("model_init", "from stable_baselines3 import PPO\nm = PPO('MlpPolicy', env)\n", 2, id="an agent"),
    pytest.param("model_init", "import timm\nm = timm.create_model('vit')\n", 2, id="timm"),
    pytest.param(
        "model_init", "import transformers as t\nm = t.AutoModel.from_pretrained('x')\n", 2, id="transformers"
    ),
    pytest.param("model_init", "import hydra\nm = hydra.utils.instantiate(cfg.model)\n", 2, id="configured"),
    pytest.param("model_init", "import torch\nmodel = MODELS[name](4)\nx = torch.ones(1)\n", 2, id="from a table"),
    pytest.param(
        "model_init", "import torch\nfor p in parameters:\n    p.requires_grad = True\ntorch.ones(1)\n", 3, id="by hand"
    ),
    pytest.param(
        "model_init",
        "class Net:\n    def forward(self, x):\n        return x @ w\n    def backward(self):\n        return w\n",
        1,
        id="without framework",
    ),
    pytest.param(
        "dtype", "m = AutoModel.from_pretrained(\n    'x',\n    torch_dtype=torch.float16,\n)\n", 3, id="torch_dtype="
    ),
    pytest.param("dtype", "model.half()\n", 1, id="half"),
    pytest.param("dtype", "m = net.to(torch.bfloat16)\n", 1, id="to"),
    pytest.param("dtype", "import torch\ntorch.set_default_dtype(torch.float64)\n", 2, id="set for all"),
    pytest.param("dtype", "from transformers import BitsAndBytesConfig\nq = BitsAndBytesConfig()\n", 2, id="quantised"),
    pytest.param("dtype", "x = nn.Dense(4, dtype=self.dtype)(x)\n", 1, id="a flax layer"),
    pytest.param("dtype", "x = images.astype('float32') / 255\n", 1, id="stored inputs"),
    pytest.param("device", "model.to(device)\n", 1, id="to a device"),
    pytest.param("device", "x = x.to(self.device, non_blocking=True)\n", 1, id="of the object"),
    pytest.param("device", "model = Net().cuda()\n", 1, id="cuda"),
    pytest.param("device", "import torch as t\nd = t.device('cpu')\n", 2, id="torch.device"),
    pytest.param("device", "m = AutoModel.from_pretrained('x', device_map='auto')\n", 1, id="device_map="),
    pytest.param("device", "from accelerate import Accelerator\na = Accelerator()\n", 2, id="accelerate"),
    pytest.param("device", "import tensorflow as tf\nwith tf.device('/gpu:0'):\n    x = 1\n", 2, id="tensorflow"),
    pytest.param("device", "import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '0'\n", 2, id="visible devices"),
    pytest.param("peft", "from peft import get_peft_model as g\nm = g(m, c)\n", 2, id="peft by an alias"),
    pytest.param(
        "peft",
        "class LoRALinear(nn.Module):\n    def forward(self, x):\n        return x @ self.a @ self.b\n",
        1,
        id="own layer",
    ),
    pytest.param("peft", "def inject_lora(model):\n    return swap(model)\n", 1, id="own function"),
]


@pytest.mark.parametrize(("facet", "code"), SILENT)
def test_what_is_no_modeling_shows_nothing(facet: str, code: str) -> None:
    assert shown(f"modeling.{facet}", {"train.py": code}) == ("absent",)


@pytest.mark.parametrize(("facet", "code", "line"), LOUD)
def test_modeling_is_found_on_its_line(facet: str, code: str, line: int) -> None:
    assert shown(f"modeling.{facet}", {"train.py": code})[:2] == ("present", f"train.py:{line}")


@pytest.mark.parametrize(
    ("facet", "code"),
    [
        pytest.param("model_init", "def build_model(config):\n    pass\n", id="model_init"),
        pytest.param("dtype", "def quantize_model(model):\n    raise NotImplementedError\n", id="dtype"),
        pytest.param("device", "def select_device():\n    ...\n", id="device"),
        pytest.param("peft", "def apply_lora(model):\n    pass\n", id="peft function"),
        pytest.param(
            "peft", "class LoRALayer:\n    def forward(self, x):\n        raise NotImplementedError\n", id="peft class"
        ),
    ],
)
def test_a_place_without_a_body_is_stubbed(facet: str, code: str) -> None:
    assert shown(f"modeling.{facet}", {"lib.py": code}) == ("stubbed", "lib.py:1")


def test_a_trainer_places_the_model_by_default() -> None:
    found = verdict("modeling.device", {"train.py": "from transformers import Trainer\nt = Trainer(model=m)\n"})
    assert (found.state, found.evidence[0].line, found.note) == ("present", 2, "by default")


def test_the_type_of_inputs_is_noted_as_such() -> None:
    found = verdict("modeling.dtype", {"data.py": "import numpy as np\nx = np.memmap('a.bin', dtype=np.uint16)\n"})
    assert (found.state, found.note) == ("present", "of the inputs only")


def test_a_configuration_names_model_and_accelerator() -> None:
    texts = {
        "conf/a.yaml": "model:\n  _target_: torchvision.models.resnet18\n"
        "trainer:\n  _target_: lightning.pytorch.Trainer\n  accelerator: gpu\n"
    }
    assert shown("modeling.model_init", texts) == ("present", "conf/a.yaml:2")
    assert shown("modeling.device", texts) == ("present", "conf/a.yaml:5")


def test_a_notebook_knows_the_imports_of_its_earlier_cells() -> None:
    book = notebook("from torch import nn", "x = 1", "class Net(nn.Module):\n    pass")
    assert shown("modeling.model_init", {"a.ipynb": book}) == ("present", "a.ipynb:2:1")


@pytest.mark.parametrize(
    ("test", "found"),
    [
        pytest.param("def test_sum():\n    assert 1 + 1 == 2\n", ("absent",), id="nothing of the model"),
        pytest.param("import torch\ndef test_x():\n    assert torch.device('cpu')\n", ("absent",), id="only a device"),
        pytest.param(
            "from pkg.net import Net\ndef test_net():\n    assert Net()\n", ("present", "tests/test_a.py:3"), id="built"
        ),
        pytest.param(
            "import subprocess\ndef test_run():\n    assert not subprocess.call(['python', 'train.py'])\n",
            ("present", "tests/test_a.py:3"),
            id="its program is run",
        ),
        pytest.param(
            "import subprocess\ndef test_run():\n    assert not subprocess.call(['python', 'other.py'])\n",
            ("absent",),
            id="a program of somebody else",
        ),
    ],
)
def test_tests_build_a_model_or_run_what_does(test: str, found: tuple[str, ...]) -> None:
    texts = {"pkg/net.py": NN + "class Net(nn.Module):\n    x = 1\n", "train.py": "print(1)\n", "tests/test_a.py": test}
    assert shown("modeling.tests", texts) == found
