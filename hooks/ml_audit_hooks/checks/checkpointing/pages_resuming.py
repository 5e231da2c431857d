"""The pages of the codes about resuming."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-checkpoints"

RULES = (
    Rule(
        "CKP010",
        _NAME,
        "warning",
        "never-restored",
        """State is saved and never restored.

## Why it matters
The checkpoint looks complete, and the resumed run still starts that part anew.

## Bad
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)
...
model.load_state_dict(torch.load(path, weights_only=True)["model"])
```

## Good
```python
checkpoint = torch.load(path, weights_only=True)
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
```

## What stays silent
Repositories that never resume; values that go to functions that are not followed, or are read by keys in a variable.

## Source
PyTorch tutorial, "Saving and Loading a General Checkpoint" (https://pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html).
""",
    ),
    Rule(
        "CKP011",
        _NAME,
        "warning",
        "never-saved",
        """State is restored and never saved.

## Why it matters
Reading it fails, or an `if` leaves it out: the key is in no checkpoint that this repository writes. A key that is read
by subscript, unasked, beside keys that are saved is an error: such a resume ends with a KeyError.

## Bad
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)
...
scheduler.load_state_dict(checkpoint["scheduler"])
```

## Good
```python
torch.save({
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "scheduler": scheduler.state_dict(),
}, path)
```

## What stays silent
Repositories that save through a trainer, or in a way that is not followed; keys read with `get`, after `in`, or under a
`try`; checkpoints of others, which share no key with the saved ones.

## Source
PyTorch tutorial, "Saving and Loading a General Checkpoint" (https://pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html).
""",
    ),
    Rule(
        "CKP016",
        _NAME,
        "warning",
        "partial-resume",
        """A resume starts the schedule or the data order anew.

## Why it matters
Weights and optimizer are those of the middle of the run, and the count of steps says that it has just begun: the
schedule, the number of epochs and the order of the data are wrong.

## Bad
```python
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
```

## Good
```python
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
start = checkpoint["epoch"]
```

## What stays silent
Loads of weights alone; resumes that restore a step, an epoch or the scheduler.

## Source
Transformers documentation, `TrainingArguments.ignore_data_skip`.
""",
    ),
    Rule(
        "CKP017",
        _NAME,
        "warning",
        "unread-flag",
        """A resume option that nothing reads.

## Why it matters
Who gives it thinks that the run goes on, and it starts from the beginning.

## Bad
```python
parser.add_argument("--resume")
args = parser.parse_args()  # and args.resume nowhere
```

## Good
```python
parser.add_argument("--resume")
args = parser.parse_args()
if args.resume:
    restore(args.resume)
```

## What stays silent
Options that any file reads by name, and programs that hand all options on.

## Source
Python documentation, `argparse`.
""",
    ),
)
