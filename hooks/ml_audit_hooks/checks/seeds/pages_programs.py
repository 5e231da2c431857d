"""The pages of the codes that are about whole programs."""

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
)
