"""The pages of the SEED codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-seeds"
_PYTORCH = 'PyTorch documentation, "Reproducibility" (https://pytorch.org/docs/stable/notes/randomness.html)'
_ENTRY = """\
Silent: test code, vendored code, programs that neither train nor evaluate nor write data, draws that stand in for input
(dummy, example, benchmark, export), weights that a loaded checkpoint overwrites, a generator or seed handed to the call
itself, trainers that seed by themselves (from the line where they are made), helpers that the repository has for it
(they are read), libraries' helpers of the usual names."""

RULES = (
    Rule(
        "SEED001",
        _NAME,
        "error",
        "unseeded",
        f"""An entry point draws from a source of randomness that nothing seeds.

## Why it matters
Two runs of the same commit give two results, and nobody can tell a change from chance. The message names the source,
the first draw, and the function in which it stands, however many modules away.

## Bad
```python
model = torch.nn.Linear(784, 10)
train(model)
```

## Good
```python
torch.manual_seed(42)
model = torch.nn.Linear(784, 10)
train(model)
```

## What stays silent
{_ENTRY}

## Source
{_PYTORCH}; scikit-learn, "Controlling randomness".
""",
    ),
    Rule(
        "SEED002",
        _NAME,
        "error",
        "seeded-late",
        """A source of randomness is drawn from before it is seeded, or seeded only on some ways there.

## Why it matters
The seed looks as if it made the run repeatable; the weights or the split were drawn before it. Typical: the model
is built, then the trainer that seeds is made.

## Bad
```python
model = torch.nn.Linear(784, 10)
torch.manual_seed(42)
model(next(iter(loader))).sum().backward()
```

## Good
```python
torch.manual_seed(42)
model = torch.nn.Linear(784, 10)
model(next(iter(loader))).sum().backward()
```

## What stays silent
Loaders, samplers and transforms made before the seed (they draw later), a pretrained model's new rows, a question for
the GPU around the seeding of the GPU.

## Source
The rubric of this project, "Randomness"; transformers, "Trainer": `model_init` and `set_seed` before instantiation.
""",
    ),
    Rule(
        "SEED003",
        _NAME,
        "warning",
        "seed-unset",
        """A seed option whose default is none: unless somebody gives it, nothing is seeded.

## Why it matters
The default run is the one that gets reported. A default seed costs nothing, and who wants chance can still ask for it.
A test for truth (`if args.seed:`) also throws away the seed 0.

## Bad
```python
parser.add_argument("--seed", type=int, default=None)
args = parser.parse_args()
if args.seed is not None:
    torch.manual_seed(args.seed)
```

## Good
```python
parser.add_argument("--seed", type=int, default=42)
args = parser.parse_args()
torch.manual_seed(args.seed)
```

## What stays silent
Required options, defaults that cannot be found, programs that draw from nothing which the seed would fix.

## Source
The rubric of this project: "only if a setting is given" is unseeded when that setting's default is none.
""",
    ),
    Rule(
        "SEED004",
        _NAME,
        "warning",
        "moving-seed",
        """A seed that differs from run to run: the time, a process id, the system's entropy.

## Why it matters
It is no seed: the run cannot be repeated, unless the value is recorded.

## Bad
```python
random.seed(time.time())
```

## Good
```python
random.seed(args.seed)
```

## What stays silent
A fixed seed to which a rank or worker number is added.

## Source
Python Library Reference, `random.seed`.
""",
    ),
    Rule(
        "SEED005",
        _NAME,
        "warning",
        "own-generator",
        """A generator or sampler of its own is made without a seed.

## Why it matters
`numpy.random.default_rng()`, `RandomState()`, `random.Random()` and Optuna's samplers seed themselves from the system;
no global seed reaches them.

## Bad
```python
rng = numpy.random.default_rng()
```

## Good
```python
rng = numpy.random.default_rng(args.seed)
```

## What stays silent
`torch.Generator()`, whose default seed is a constant; a seed that cannot be known.

## Source
NumPy Reference, "Random Generator"; Optuna FAQ, "How can I obtain reproducible optimization results?".
""",
    ),
    Rule(
        "SEED006",
        _NAME,
        "warning",
        "re-seeded",
        """A fixed seed is set again in every step of a loop.

## Why it matters
Every step then draws the same numbers: the same dropout mask, the same augmentation, the same negative samples.

## Bad
```python
for batch in loader:
    torch.manual_seed(0)
    model(batch).sum().backward()
```

## Good
```python
torch.manual_seed(0)
for batch in loader:
    model(batch).sum().backward()
```

## What stays silent
A seed that depends on the round; seeding at the start of each fold or trial.

## Source
PyTorch documentation, `torch.manual_seed`.
""",
    ),
    Rule(
        "SEED007",
        _NAME,
        "warning",
        "same-workers",
        f"""A `worker_init_fn` gives every worker of a DataLoader the same seed.

## Why it matters
All workers then augment in the same way: with eight of them, the data holds eight times as little variety.

## Bad
```python
def seed_worker(worker_id):
    numpy.random.seed(0)
```

## Good
```python
def seed_worker(worker_id):
    numpy.random.seed(torch.initial_seed() % 2**32)
```

## What stays silent
Functions that use the worker's number, `torch.initial_seed()` or `get_worker_info()`.

## Source
{_PYTORCH}, "DataLoader".
""",
    ),
    Rule(
        "SEED008",
        _NAME,
        "note",
        "numpy-in-dataset",
        """numpy's global generator is drawn from in the items of a torch Dataset.

## Why it matters
Before PyTorch 1.9, forked workers inherit one state and draw the same numbers, in every epoch again.

## Bad
```python
class Images(torch.utils.data.Dataset):
    def __getitem__(self, i):
        return self.images[i] + numpy.random.normal()
```

## Good
```python
class Images(torch.utils.data.Dataset):
    def __getitem__(self, i):
        return self.images[i] + torch.randn(1)
```

## What stays silent
Files that pass a `worker_init_fn`.

## Source
Trail of Bits, semgrep-rules, `numpy-in-pytorch-datasets` (the fact, not the rule's text); PyTorch 1.9 release notes.
""",
    ),
    Rule(
        "SEED009",
        _NAME,
        "warning",
        "cudnn-switches",
        f"""`cudnn.benchmark` and `cudnn.deterministic` are both switched on.

## Why it matters
The first picks kernels by a measurement that differs from run to run, which the second is there to prevent.

## Bad
```python
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = True
```

## Good
```python
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False
```

## What stays silent
The two in different functions.

## Source
{_PYTORCH}, "CUDA convolution benchmarking".
""",
    ),
    Rule(
        "SEED010",
        _NAME,
        "note",
        "cublas-workspace",
        f"""`use_deterministic_algorithms(True)` without `CUBLAS_WORKSPACE_CONFIG`.

## Why it matters
On CUDA 10.2 and later, matrix products then raise an error at run time.

## Bad
```python
torch.use_deterministic_algorithms(True)
```

## Good
```python
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
torch.use_deterministic_algorithms(True)
```

## What stays silent
Any file of code of the repository that sets the variable.

## Source
{_PYTORCH}; `torch.use_deterministic_algorithms`.
""",
    ),
    Rule(
        "SEED011",
        _NAME,
        "note",
        "hash-seed",
        """`PYTHONHASHSEED` is set in a program that runs already.

## Why it matters
The interpreter reads it when it starts: the order of strings in sets stays random, in this program.

## Bad
```python
os.environ["PYTHONHASHSEED"] = "0"
```

## Good
```shell
PYTHONHASHSEED=0 python train.py
```

## What stays silent
The variable in scripts and container files.

## Source
Python documentation, "Command line and environment", `PYTHONHASHSEED`.
""",
    ),
    Rule(
        "SEED012",
        _NAME,
        "warning",
        "jax-key-reused",
        """A JAX key is used by two draws.

## Why it matters
Draws from one key are not independent: of the same shape they are equal.

## Bad
```python
weights = jax.random.normal(key, (3,))
noise = jax.random.normal(key, (3,))
```

## Good
```python
first, second = jax.random.split(key)
weights = jax.random.normal(first, (3,))
noise = jax.random.normal(second, (3,))
```

## What stays silent
Keys in branches and loops, which are not followed.

## Source
JAX documentation, "Pseudorandom numbers".
""",
    ),
    Rule(
        "SEED013",
        _NAME,
        "note",
        "file-order",
        """Files in the order of the file system feed a split, a shuffle or an index.

## Why it matters
The order differs between machines: the same seed then picks other files.

## Bad
```python
def split(folder):
    names = os.listdir(folder)
    random.shuffle(names)
    return names[:100]
```

## Good
```python
def split(folder):
    names = sorted(os.listdir(folder))
    random.shuffle(names)
    return names[:100]
```

## What stays silent
Functions that sort, listings that are only counted or tested.

## Source
Python Library Reference, `os.listdir`: "The list is in arbitrary order".
""",
    ),
    Rule(
        "SEED014",
        _NAME,
        "warning",
        "set-order",
        """The members of a set are numbered in its order.

## Why it matters
For strings it differs from run to run: a vocabulary made so does not fit yesterday's checkpoint.

## Bad
```python
stoi = {c: i for i, c in enumerate(set(text))}
```

## Good
```python
stoi = {c: i for i, c in enumerate(sorted(set(text)))}
```

## What stays silent
Sorted sets.

## Source
Python documentation, `object.__hash__`, "hash randomization".
""",
    ),
    Rule(
        "SEED015",
        _NAME,
        "warning",
        "action-space",
        """A Gym action space is sampled, and no action space is seeded.

## Why it matters
Spaces have a generator of their own, which neither `env.reset(seed=…)` nor a global seed reaches.

## Bad
```python
env.reset(seed=42)
action = env.action_space.sample()
```

## Good
```python
env.reset(seed=42)
env.action_space.seed(42)
action = env.action_space.sample()
```

## What stays silent
Libraries (files that nobody starts), and any `action_space.seed(…)` in the repository.

## Source
Gymnasium documentation, "Env.reset" and "Space.seed".
""",
    ),
)
