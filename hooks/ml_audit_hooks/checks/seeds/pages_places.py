"""The pages of the codes about steps, workers, ranks and environments."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-seeds"
_PYTORCH = 'PyTorch documentation, "Reproducibility" (https://pytorch.org/docs/stable/notes/randomness.html)'

RULES = (
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
A `worker_init_fn` or `seed_everything(…, workers=True)` anywhere in the repository.

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
    Rule(
        "SEED016",
        _NAME,
        "note",
        "same-ranks",
        f"""Every rank of a distributed program seeds Python or numpy alike, in a function that knows its rank.

## Why it matters
All ranks then augment and sample in the same way. (The same seed for torch is right while the model is made: every
rank needs the same weights.)

## Bad
```python
def worker(rank, seed):
    torch.distributed.init_process_group("nccl", rank=rank)
    numpy.random.seed(seed)
```

## Good
```python
def worker(rank, seed):
    torch.distributed.init_process_group("nccl", rank=rank)
    numpy.random.seed(seed + rank)
```

## What stays silent
Seeds that are made of the rank, torch, functions without a parameter for the rank, files that start no ranks.

## Source
{_PYTORCH}; accelerate, "Reproducibility": `set_seed(device_specific=True)`.
""",
    ),
)
