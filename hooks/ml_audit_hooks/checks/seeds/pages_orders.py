"""The pages of the codes about switches of determinism, keys and orders."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-seeds"
_PYTORCH = 'PyTorch documentation, "Reproducibility" (https://pytorch.org/docs/stable/notes/randomness.html)'

RULES = (
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
Keys that branches assign, which is not followed; keys that a loop assigns, splits or folds its round into.

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
        """The members of a set are numbered, or drawn from, in its order.

## Why it matters
For strings it differs from run to run: a vocabulary made so does not fit yesterday's checkpoint, and a sample from a
set is another one whatever the seed.

## Bad
```python
stoi = {c: i for i, c in enumerate(set(text))}
```

## Good
```python
stoi = {c: i for i, c in enumerate(sorted(set(text)))}
```

## What stays silent
Sorted sets; sets that are only tested, counted or joined.

## Source
Python documentation, `object.__hash__`, "hash randomization".
""",
    ),
    Rule(
        "SEED017",
        _NAME,
        "warning",
        "tensorflow-determinism",
        """`enable_op_determinism` without a seed for TensorFlow.

## Why it matters
With it TensorFlow raises an error at the first random operation, unless a seed was set.

## Bad
```python
tf.config.experimental.enable_op_determinism()
```

## Good
```python
tf.keras.utils.set_random_seed(42)
tf.config.experimental.enable_op_determinism()
```

## What stays silent
A seed set anywhere in the repository; programs that leave the switch off, which is a choice for speed.

## Source
TensorFlow API, `tf.config.experimental.enable_op_determinism`: "Random ops require a seed".
""",
    ),
)
