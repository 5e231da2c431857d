"""Training is shown by code that updates weights and by settings that reach it, not by flags and names."""

from __future__ import annotations

import pytest

from tests.capabilities.support import judged, notebook, shown, verdict

HF = "from transformers import Trainer, TrainingArguments as TA\n"
PL = "import lightning as L\n"
TORCH = "import torch\n"
LOOP = "for x in data:\n    loss = model(x)\n    loss.backward()\n    optimizer.step()\n"
PARSED = (
    "from transformers import HfArgumentParser, Trainer, TrainingArguments\n"
    "args, = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses()\n"
    "trainer = Trainer(model, args)\n"
    "trainer.train()\n"
)

SILENT = [
    pytest.param("train_loop", "def train_names(rows):\n    return rows[:10]\n", id="only a name"),
    pytest.param("train_loop", "x.grad = None\nloss.backward()\nshow(x.grad)\n", id="gradients without a step"),
    pytest.param("train_loop", "obs, reward = env.step(action)\nscheduler.step()\n", id="other steps"),
    pytest.param("train_loop", "# loss.backward()\n'''optimizer.step()'''\n", id="comment and docstring"),
    pytest.param("train_loop", HF + "trainer = Trainer(model)\n", id="built, never started"),
    pytest.param("train_loop", "from sklearn.preprocessing import StandardScaler as S\nS().fit(x)\n", id="a scaler"),
    pytest.param(
        "train_loop", "import sklearn.pipeline as p\np.x\nscaler.fit(x)\nlabel_encoder.fit(y)\n", id="encoders"
    ),
    pytest.param("train_loop", "from scipy.optimize import minimize\nminimize(f, x0)\n", id="scipy"),
    pytest.param(
        "train_loop", "class Layer:\n    def backward(self, g):\n        return g\n", id="a layer's own backward"
    ),
    pytest.param("train_loop", "lr = lr_max - decay * lr\n", id="arithmetic of a rate"),
    pytest.param("train_loop", "ema += alpha * (x - ema)\n", id="moving average"),
    pytest.param("precision", "parser.add_argument('--fp16', action='store_true')\n", id="a flag nobody reads"),
    pytest.param("precision", TORCH + "with torch.autocast('cuda', enabled=False):\n    f()\n", id="switched off"),
    pytest.param("precision", HF + "a = TA(bf16=False, fp16=None)\n", id="off-values"),
    pytest.param("precision", PL + "t = L.Trainer(precision='32-true')\n", id="full precision"),
    pytest.param("precision", "import accelerate\na = accelerate.utils.x\n", id="accelerate elsewhere"),
    pytest.param("precision", TORCH + "x = torch.zeros(3, dtype=torch.float16)\n", id="a tensor's type"),
    pytest.param("precision", TORCH + "model.half()\n", id="halved, never trained"),
    pytest.param("precision", "from torch.cuda.amp import autocast\n", id="dead import"),
    pytest.param("grad_accumulation", "steps = n // gradient_accumulation_steps\n", id="only counts steps"),
    pytest.param("grad_accumulation", HF + "a = TA(gradient_accumulation_steps=1)\n", id="one"),
    pytest.param("grad_accumulation", PL + "t = L.Trainer(accumulate_grad_batches=1)\n", id="one of Lightning"),
    pytest.param("grad_accumulation", LOOP + "    if step % 10 == 0:\n        log(loss)\n", id="logs every n"),
    pytest.param(
        "grad_accumulation",
        "for i in n:\n    if i % freq == 0:\n        loss.backward()\n        optimizer.step()\n",
        id="learns every n, nothing summed",
    ),
    pytest.param("grad_accumulation", "itertools.accumulate(xs)\nnp.maximum.accumulate(ys)\n", id="other sums"),
    pytest.param("grad_clipping", "x = torch.clip(x, 0, 1)\n", id="clips values"),
    pytest.param("grad_clipping", "print(gradient_norm)\n", id="reads a norm"),
    pytest.param("grad_clipping", PL + "t = L.Trainer(gradient_clip_val=None)\n", id="off-value"),
    pytest.param("grad_clipping", HF + "t = Trainer(model, TA(max_grad_norm=0))\n", id="the default switched off"),
    pytest.param("lr_schedule", "config['lr'] = 1e-3\noptimizer = Adam(lr=1e-3)\n", id="a fixed rate"),
    pytest.param("lr_schedule", "x = noise_scheduler.step(out, t, x).prev_sample\n", id="a noise scheduler"),
    pytest.param("lr_schedule", "from diffusers import DDPMScheduler\ns = DDPMScheduler()\n", id="diffusion"),
    pytest.param("lr_schedule", "eps = linear_schedule(1.0, 0.05, n, t)\n", id="exploration"),
    pytest.param("lr_schedule", "import optax\no = optax.sgd(optax.constant_schedule(1.0))\n", id="constant"),
    pytest.param("lr_schedule", HF + "t = Trainer(model, TA(lr_scheduler_type='constant'))\n", id="constant by name"),
    pytest.param("distributed", "model = torch.nn.DataParallel(model)\n", id="DataParallel"),
    pytest.param("distributed", "from torch.nn.parallel import DistributedDataParallel\n", id="dead import"),
    pytest.param("distributed", PL + "t = L.Trainer(strategy='auto', devices=1)\n", id="one device"),
    pytest.param("distributed", HF + "a = TA(fsdp='', deepspeed=None)\n", id="off-values"),
    pytest.param("tests", LOOP, id="no test at all"),
]

LOUD = [
    pytest.param("train_loop", LOOP, (3, 4), id="torch"),
    pytest.param("train_loop", "scaler.scale(loss).backward()\nscaler.step(optG)\n", (1, 2), id="scaled"),
    pytest.param("train_loop", "accelerator.backward(loss)\nself.optimizers['g'].step()\n", (1, 2), id="accelerate"),
    pytest.param("train_loop", "loss.backward()\nfor p in ps:\n    p.data += -0.1 * p.grad\n", (1, 3), id="by grad"),
    pytest.param("train_loop", "self.w -= self.lr * dw\n", (1,), id="numpy in place"),
    pytest.param("train_loop", "step = lambda p, g: p - learning_rate * g\n", (1,), id="a lambda"),
    pytest.param("train_loop", "state = state.apply_gradients(grads=grads)\n", (1,), id="flax"),
    pytest.param("train_loop", "import optax\np = optax.apply_updates(p, u)\n", (2,), id="optax"),
    pytest.param("train_loop", "import mlx.nn as nn\nnn.x\noptimizer.update(model, grads)\n", (3,), id="mlx"),
    pytest.param("train_loop", "loss_scaler(loss, optimizer, clip_grad=1.0)\n", (1,), id="a loss scaler"),
    pytest.param("train_loop", HF + "t = Trainer(m)\nt.train()\n", (3,), id="transformers"),
    pytest.param("train_loop", "from sklearn.svm import SVC\nSVC().fit(x, y)\n", (2,), id="scikit-learn"),
    pytest.param("train_loop", "import keras\nkeras.x\ntransformer.fit(x, y, epochs=3)\n", (3,), id="keras"),
    pytest.param("train_loop", "import xgboost as xgb\nb = xgb.train(p, d)\n", (2,), id="xgboost"),
    pytest.param("train_loop", "agent.learn(total_timesteps=1000)\n", (1,), id="reinforcement"),
    pytest.param("train_loop", "trainer.fit(model, datamodule=dm)\n", (1,), id="lightning by its arguments"),
    pytest.param("precision", TORCH + "with torch.autocast('cuda'):\n    f()\n", (2,), id="autocast"),
    pytest.param("precision", TORCH + "cast = partial(torch.autocast, 'cuda')\n", (2,), id="handed over"),
    pytest.param("precision", "from torch.cuda.amp import GradScaler as G\ns = G()\n", (2,), id="GradScaler"),
    pytest.param("precision", HF + "a = TA(\n    bf16=True,\n)\n", (3,), id="bf16="),
    pytest.param("precision", PL + "t = L.Trainer(precision=args.p)\n", (2,), id="precision= that may be anything"),
    pytest.param("precision", PL + "o = {'precision': 16}\nt = L.Trainer(**o)\n", (2,), id="opened options"),
    pytest.param(
        "precision", "from accelerate import Accelerator\na = Accelerator()\n", (2,), id="left to the launcher"
    ),
    pytest.param("precision", TORCH + "model.half()\n" + LOOP, (2,), id="halved and trained"),
    pytest.param("grad_accumulation", HF + "a = TA(gradient_accumulation_steps=4)\n", (2,), id="transformers"),
    pytest.param(
        "grad_accumulation",
        "for i in n:\n    loss.backward()\n    if (i + 1) % k == 0:\n        optimizer.step()\n",
        (3,),
        id="every n",
    ),
    pytest.param(
        "grad_accumulation",
        "while True:\n    for m in range(k):\n        loss = loss / k\n        loss.backward()\n    optimizer.step()\n",
        (2,),
        id="micro-batches",
    ),
    pytest.param("grad_accumulation", "loss /= args.accum_steps\n", (1,), id="divided"),
    pytest.param(
        "grad_accumulation", "import accelerate\nwith accelerate.x.accumulate(model):\n    f()\n", (2,), id="accelerate"
    ),
    pytest.param("grad_clipping", TORCH + "torch.nn.utils.clip_grad_norm_(ps, 1.0)\n", (2,), id="torch"),
    pytest.param("grad_clipping", "import optax\no = optax.clip_by_global_norm(1.0)\n", (2,), id="optax"),
    pytest.param("grad_clipping", "import keras\no = keras.optimizers.Adam(clipnorm=1.0)\n", (2,), id="keras"),
    pytest.param("lr_schedule", "for group in optimizer.param_groups:\n    group['lr'] = lr\n", (2,), id="by hand"),
    pytest.param("lr_schedule", "for k in range(9):\n    lr = 0.1 if k < 5 else 0.01\n", (2,), id="in the loop"),
    pytest.param("lr_schedule", "lr_scheduler.step()\n", (1,), id="stepped"),
    pytest.param(
        "lr_schedule", "import torch.optim.lr_scheduler as s\nx = getattr(s, name)\n", (2,), id="taken by its name"
    ),
    pytest.param("lr_schedule", "import optax\ns = optax.cosine_decay_schedule(1.0, 9)\n", (2,), id="optax"),
    pytest.param(
        "distributed", "from torch.nn.parallel import DistributedDataParallel as D\nm = D(m)\n", (2,), id="DDP"
    ),
    pytest.param("distributed", "import deepspeed\ne = deepspeed.initialize(model=m)\n", (2,), id="deepspeed"),
    pytest.param("distributed", PL + "t = L.Trainer(strategy='fsdp')\n", (2,), id="strategy"),
    pytest.param("distributed", PL + "t = L.Trainer(devices=4)\n", (2,), id="several devices"),
    pytest.param("distributed", "import jax\nf = jax.pmap(step)\n", (2,), id="jax"),
]


@pytest.mark.parametrize(("facet", "code"), SILENT)
def test_what_only_looks_like_training_shows_nothing(facet: str, code: str) -> None:
    assert shown(f"training.{facet}", {"train.py": code}) == ("absent",)


@pytest.mark.parametrize(("facet", "code", "lines"), LOUD)
def test_training_is_shown_at_its_line(facet: str, code: str, lines: tuple[int, ...]) -> None:
    expected = ("present", *(f"train.py:{line}" for line in lines))
    assert shown(f"training.{facet}", {"train.py": code}) == expected


@pytest.mark.parametrize(
    ("facet", "code"),
    [
        pytest.param("train_loop", "def train_model(data):\n    raise NotImplementedError\n", id="training"),
        pytest.param("precision", "def enable_mixed_precision(model):\n    pass\n", id="precision"),
        pytest.param("grad_accumulation", "def accumulate_gradients(g):\n    ...\n", id="accumulation"),
        pytest.param("grad_clipping", "def clip_gradients(model):\n    raise NotImplementedError\n", id="clipping"),
        pytest.param("lr_schedule", "def create_lr_scheduler(o):\n    pass\n", id="schedule"),
        pytest.param("distributed", "def setup_distributed(rank):\n    pass\n", id="distribution"),
    ],
)
def test_a_place_whose_body_is_a_stub_is_stubbed(facet: str, code: str) -> None:
    assert shown(f"training.{facet}", {"train.py": code}) == ("stubbed", "train.py:1")


def test_the_step_may_stand_in_another_file() -> None:
    files = {"loss.py": "def f(loss):\n    loss.backward()\n", "opt.py": "def g(optimizer):\n    optimizer.step()\n"}
    assert shown("training.train_loop", files) == ("present", "loss.py:2", "opt.py:2")


def test_the_program_that_trains_comes_before_benchmarks() -> None:
    assert shown("training.train_loop", {"bench.py": LOOP, "train.py": LOOP})[1] == "train.py:3"


def test_cells_of_a_notebook_know_each_other() -> None:
    book = notebook("from transformers import Trainer", "t = Trainer(m)", "t.train()")
    assert shown("training.train_loop", {"a.ipynb": book}) == ("present", "a.ipynb:2:1")


def test_a_trainer_of_ones_own_class_trains_where_it_is_built() -> None:
    files = {
        "mine.py": "from transformers import Trainer\nclass MyTrainer(Trainer):\n    def f(self):\n        return 1\n",
        "train.py": "from mine import MyTrainer\ntrainer = MyTrainer(model)\ntrainer.train()\n",
    }
    assert shown("training.train_loop", files) == ("present", "train.py:2")


@pytest.mark.parametrize("facet", ["grad_clipping", "lr_schedule"])
def test_a_trainer_of_transformers_does_it_by_default(facet: str) -> None:
    found = verdict(f"training.{facet}", {"train.py": HF + "t = Trainer(model)\nt.train()\n"})
    assert (found.state, found.note, found.evidence[0].line) == ("present", "by default", 2)


@pytest.mark.parametrize("facet", ["precision", "grad_accumulation", "distributed"])
def test_what_a_command_line_can_choose_is_present_but_off(facet: str) -> None:
    found = verdict(f"training.{facet}", {"train.py": PARSED})
    assert (found.state, found.note, found.evidence[0].line) == ("present", "off by default", 2)


COMMAND = "# Run\n\n```bash\n{}\n```\n"


@pytest.mark.parametrize(
    ("facet", "command", "line"),
    [
        pytest.param("precision", "torchrun train.py \\\n    --bf16 True", 5, id="a flag on its own line"),
        pytest.param("precision", "accelerate launch --mixed_precision=fp16 train.py", 4, id="the launcher's flag"),
        pytest.param("grad_accumulation", "python train.py --gradient_accumulation_steps 8", 4, id="accumulation"),
        pytest.param("distributed", "torchrun --nproc_per_node 4 train.py", 4, id="torchrun"),
        pytest.param("distributed", "python -m torch.distributed.launch train.py", 4, id="the older launcher"),
    ],
)
def test_a_documented_command_shows_what_it_sets(facet: str, command: str, line: int) -> None:
    files = {"README.md": COMMAND.format(command), "train.py": PARSED}
    assert shown(f"training.{facet}", files) == ("present", f"README.md:{line}")


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"README.md": COMMAND.format("python other.py --bf16 True"), "train.py": LOOP}, id="no such program"
        ),
        pytest.param({"README.md": COMMAND.format("python train.py --bf16 True"), "train.py": LOOP}, id="not accepted"),
        pytest.param({"README.md": "Pass --bf16 True to train.py.\n", "train.py": LOOP}, id="prose"),
        pytest.param(
            {"README.md": COMMAND.format("# python train.py --bf16 True"), "train.py": LOOP}, id="commented out"
        ),
    ],
)
def test_other_words_about_a_setting_show_nothing(files: dict[str, str]) -> None:
    assert shown("training.precision", files) == ("absent",)


LIGHTNING_YAML = "_target_: lightning.Trainer\nmax_epochs: 3\nprecision: {}\ngradient_clip_val: 0.5\n"


@pytest.mark.parametrize(
    ("facet", "path", "text", "line"),
    [
        pytest.param("precision", "configs/trainer/a.yaml", LIGHTNING_YAML.format("16-mixed"), 3, id="lightning"),
        pytest.param("grad_clipping", "configs/trainer/a.yaml", LIGHTNING_YAML.format("32"), 4, id="clipping"),
        pytest.param(
            "precision",
            "ds.json",
            '{\n  "zero_optimization": {\n    "stage": 2\n  },\n  "bf16": {\n    "enabled": true\n  }\n}\n',
            6,
            id="deepspeed",
        ),
        pytest.param(
            "distributed", "acc.yaml", "distributed_type: MULTI_GPU\nmixed_precision: 'no'\n", 1, id="accelerate"
        ),
        pytest.param(
            "lr_schedule", "m.yaml", "scheduler:\n  _target_: torch.optim.lr_scheduler.StepLR\n", 2, id="schedule"
        ),
    ],
)
def test_a_configuration_file_of_a_framework_counts(facet: str, path: str, text: str, line: int) -> None:
    assert shown(f"training.{facet}", {path: text, "run.py": "print(1)\n"}) == ("present", f"{path}:{line}")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("configs/trainer/a.yaml", LIGHTNING_YAML.format("32"), id="full precision"),
        pytest.param("configs/trainer/a.yaml", LIGHTNING_YAML.format("null"), id="null"),
        pytest.param("configs/trainer/a.yaml", "_target_: lightning.Trainer\n# precision: 16\n", id="commented out"),
        pytest.param("acc.yaml", "distributed_type: 'NO'\nmixed_precision: 'no'\n", id="accelerate off"),
        pytest.param("own.yaml", "training:\n  use_amp: true\n  precision: fp16\n", id="nobody's setting"),
    ],
)
def test_a_configuration_file_that_switches_off_shows_nothing(path: str, text: str) -> None:
    assert shown("training.precision", {path: text, "run.py": "print(1)\n"}) == ("absent",)


TRAIN = "def train_step(model):\n    loss.backward()\n    optimizer.step()\n"


@pytest.mark.parametrize(
    ("test", "line"),
    [
        pytest.param("from train import train_step\ndef test_it():\n    train_step(m)\n", 3, id="calls it"),
        pytest.param(
            "import subprocess\ndef test_it():\n    subprocess.run('python train.py -n 1')\n", 3, id="starts it"
        ),
        pytest.param("def test_it():\n    loss.backward()\n    optimizer.step()\n", 2, id="trains by itself"),
    ],
)
def test_a_test_runs_a_training_step(test: str, line: int) -> None:
    assert shown("training.tests", {"train.py": TRAIN, "tests/test_train.py": test})[:2] == (
        "present",
        f"tests/test_train.py:{line}",
    )


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("from train import Config\ndef test_it():\n    Config()\n", id="another name"),
        pytest.param("from train import train_step\ndef test_it():\n    assert train_step\n", id="never called"),
        pytest.param("import subprocess\ndef test_it():\n    subprocess.run('python eval.py')\n", id="another program"),
    ],
)
def test_a_test_of_something_else_is_no_training_test(test: str) -> None:
    assert shown("training.tests", {"train.py": TRAIN, "tests/test_train.py": test}) == ("absent",)


def test_the_word_follows_the_core_facets() -> None:
    found = judged("training", {"train.py": LOOP})
    assert (found.status, found.present, found.core) == ("Partially Implemented", 1, 3)
