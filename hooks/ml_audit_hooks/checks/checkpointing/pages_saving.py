"""The pages of the codes about saves."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-checkpoints"

RULES = (
    Rule(
        "CKP006",
        _NAME,
        "error",
        "no-optimizer",
        """A checkpoint lacks the state of the optimizer that its loop steps.

## Why it matters
Adam's moments and momentum are as much of the run as the weights. A run that is resumed without them takes wrong steps
until they have filled again, which shows as a bump in the loss.

## Bad
```python
torch.save({"model": model.state_dict(), "epoch": epoch}, path)
```

## Good
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
```

## What stays silent
Exports: a bare `state_dict()`, weights with settings, a copy called best, final or ema, and a dictionary of weights
alone where its function does not train or where the repository keeps the optimizer elsewhere, unless a load reads the
optimizer from it; state saved to a file of its own; what is saved by functions that are not followed.

## Source
PyTorch tutorial, "Saving and Loading a General Checkpoint" (https://pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html).
""",
    ),
    Rule(
        "CKP007",
        _NAME,
        "error",
        "no-scheduler",
        """A checkpoint lacks the state of the scheduler that its loop steps.

## Why it matters
The resumed run starts its schedule anew: warm-up again, and the learning rate of the first epoch on nearly trained
weights.

## Bad
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
```

## Good
```python
torch.save({
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "scheduler": scheduler.state_dict(),
    "epoch": epoch,
}, path)
```

## What stays silent
A scheduler that any file rebuilds with `last_epoch` or by steps up to the start, where the step or the epoch is saved;
`scheduler.step(epoch)`; a schedule that is computed from the saved step; exports.

## Source
PyTorch tutorial, "Saving and Loading a General Checkpoint" (https://pytorch.org/tutorials/recipes/recipes/saving_and_loading_a_general_checkpoint.html).
""",
    ),
    Rule(
        "CKP008",
        _NAME,
        "error",
        "no-scaler",
        """A checkpoint lacks the state of the gradient scaler that its loop steps.

## Why it matters
The scale is found by trial: without it the resumed run skips steps until it has halved its way down again.

## Bad
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
```

## Good
```python
torch.save({
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "scaler": scaler.state_dict(),
    "epoch": epoch,
}, path)
```

## What stays silent
Loops without a `GradScaler`; exports.

## Source
PyTorch documentation, "Automatic Mixed Precision examples", saving and resuming.
""",
    ),
    Rule(
        "CKP009",
        _NAME,
        "note",
        "no-rng",
        """A checkpoint to resume from lacks the states of the random generators.

## Why it matters
Dropout, augmentation and the order of the data go on differently than they would have: the resumed run is not the
interrupted one.

## Bad
```python
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
```

## Good
```python
torch.save({
    "model": model.state_dict(),
    "optimizer": optimizer.state_dict(),
    "epoch": epoch,
    "rng": torch.get_rng_state(),
}, path)
```

## What stays silent
Checkpoints without an optimizer; trainers that save it by themselves.

## Source
PyTorch documentation, "Reproducibility" (https://pytorch.org/docs/stable/notes/randomness.html).
""",
    ),
    Rule(
        "CKP012",
        _NAME,
        "note",
        "in-place",
        """A checkpoint is overwritten in place.

## Why it matters
A run that is stopped while it writes leaves half a file, and the one before is gone.

## Bad
```python
torch.save(state, "last.pt")
```

## Good
```python
torch.save(state, "last.pt.tmp")
os.replace("last.pt.tmp", "last.pt")
```

## What stays silent
Paths that are renamed after the write; numbered files; paths that are decided elsewhere.

## Source
Python documentation, `os.replace`.
""",
    ),
    Rule(
        "CKP013",
        _NAME,
        "warning",
        "every-rank",
        """Every rank writes the same file.

## Why it matters
Processes that write one file at a time leave a broken one, and each waits for the disk.

## Bad
```python
torch.save(model.state_dict(), path)
```

## Good
```python
if dist.get_rank() == 0:
    torch.save(model.state_dict(), path)
```

## What stays silent
Saves behind a test of the rank, in the function or at all of its calls, or after one that returns; savers that look at
the rank themselves (Accelerate, `torch.distributed.checkpoint`); programs of one process.

## Source
PyTorch tutorial, "Getting Started with Distributed Data Parallel", save and load checkpoints.
""",
    ),
    Rule(
        "CKP014",
        _NAME,
        "note",
        "never-pruned",
        """A new checkpoint each time, and old ones are never removed.

## Why it matters
With the optimizer's state each is three times the model: a long run fills the disk, and dies of it.

## Bad
```python
torch.save(state, f"checkpoint-{epoch}.pt")
```

## Good
```python
torch.save(state, f"checkpoint-{epoch}.pt")
if epoch >= 3:
    os.remove(f"checkpoint-{epoch - 3}.pt")
```

## What stays silent
Files whose program removes any file, or has a limit.

## Source
Transformers documentation, `TrainingArguments.save_total_limit`.
""",
    ),
    Rule(
        "CKP015",
        _NAME,
        "warning",
        "no-metric",
        """Several best checkpoints are kept, and no metric says which are best.

## Why it matters
Lightning refuses `save_top_k` above 1 without `monitor` when the run starts.

## Bad
```python
ModelCheckpoint(save_top_k=3)
```

## Good
```python
ModelCheckpoint(save_top_k=3, monitor="val_loss")
```

## What stays silent
`save_top_k` of 0, 1 or -1; a `monitor` that another configuration sets.

## Source
Lightning documentation, `ModelCheckpoint`.
""",
    ),
)
