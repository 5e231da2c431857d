"""The pages of the codes about loads."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-checkpoints"

RULES = (
    Rule(
        "CKP001",
        _NAME,
        "error",
        "torch-load",
        """`torch.load` unpickles its file.

## Why it matters
A pickle can run any code while it is read. A checkpoint from a hub, a colleague or a shared folder is a program until
it is read with `weights_only=True`. What the installed version of PyTorch does by default is not in the code: 2.6
changed it.

## Bad
```python
import torch

state = torch.load("model.pt", map_location="cpu")
```

## Good
```python
import torch

state = torch.load("model.pt", map_location="cpu", weights_only=True)
```

## What stays silent
`weights_only=True`; a variable, or `**options`, that may hold it; `torch.jit.load`; safetensors.

## Source
PyTorch documentation, `torch.load` (https://pytorch.org/docs/stable/generated/torch.load.html); TorchFix TOR102.
""",
    ),
    Rule(
        "CKP002",
        _NAME,
        "error",
        "unpickle",
        """A file is unpickled.

## Why it matters
pickle, joblib, dill, cloudpickle, `pandas.read_pickle` and `shelve` run what the file says. A model that is fetched or
shared can be a program.

## Bad
```python
import joblib

model = joblib.load("model.joblib")
```

## Good
```python
import skops.io

model = skops.io.load("model.skops", trusted=["sklearn.linear_model.LogisticRegression"])
```

## What stays silent
`pickle.loads` of what another process of the run sent, or of a copy made by `dumps`. A note, which fails no commit: a
file whose name the repository writes itself, and what one script writes and reads under one name.

## Source
Python documentation, `pickle`: warning at the top (https://docs.python.org/3/library/pickle.html); CWE-502.
""",
    ),
    Rule(
        "CKP003",
        _NAME,
        "error",
        "numpy-pickle",
        """`numpy.load` with `allow_pickle=True` unpickles.

## Why it matters
An array of objects is a pickle inside the `.npy` file, and runs what it says when it is read.

## Bad
```python
import numpy as np

data = np.load("data.npy", allow_pickle=True)
```

## Good
```python
import numpy as np

data = np.load("data.npy")
```

## What stays silent
`allow_pickle` off or not given; a file that the repository writes itself is a note.

## Source
NumPy documentation, `numpy.load` (https://numpy.org/doc/stable/reference/generated/numpy.load.html); CWE-502.
""",
    ),
    Rule(
        "CKP004",
        _NAME,
        "warning",
        "remote-code",
        """`trust_remote_code=True` runs Python from the hub.

## Why it matters
The code is whatever the repository on the hub holds on the day of the run.

## Bad
```python
from transformers import AutoModel

model = AutoModel.from_pretrained("org/model", trust_remote_code=True)
```

## Good
```python
from transformers import AutoModel

model = AutoModel.from_pretrained("org/model")
```

## What stays silent
`trust_remote_code=False`, and options decided elsewhere; with `revision=` and a whole commit hash it is a note.

## Source
Transformers documentation, "Custom models" (https://huggingface.co/docs/transformers/custom_models).
""",
    ),
    Rule(
        "CKP005",
        _NAME,
        "warning",
        "framework-load",
        """A framework unpickles a checkpoint.

## Why it matters
Lightning reads checkpoints with `torch.load`, and Keras lambdas are code: a checkpoint from elsewhere can run what it
wants.

## Bad
```python
from lightning import Trainer

Trainer().test(model, ckpt_path=path)
```

## Good
```python
from lightning import Trainer

Trainer().test(model, ckpt_path=path, weights_only=True)
```

## What stays silent
`weights_only=True`; `ckpt_path=None`. `load_model(…, safe_mode=False)` of Keras is an error.

## Source
Lightning documentation, `Trainer.fit`; Keras documentation, `keras.saving.load_model`.
""",
    ),
    Rule(
        "CKP018",
        _NAME,
        "note",
        "not-strict",
        """`strict=False`, and nobody looks at what did not fit.

## Why it matters
A renamed layer keeps its random weights, and nothing says so.

## Bad
```python
model.load_state_dict(state, strict=False)
```

## Good
```python
missing, unexpected = model.load_state_dict(state, strict=False)
assert not unexpected
```

## What stays silent
Results that are kept; `strict` decided elsewhere.

## Source
PyTorch documentation, `Module.load_state_dict`.
""",
    ),
    Rule(
        "CKP019",
        _NAME,
        "note",
        "map-location",
        """`torch.load` without `map_location` in a program that chooses its device.

## Why it matters
Tensors go to the device from which they were saved: a checkpoint of a GPU does not load on a machine without one, and
takes memory of the first GPU in every process.

## Bad
```python
torch.load(path, weights_only=True)
```

## Good
```python
torch.load(path, map_location=device, weights_only=True)
```

## What stays silent
Files that never ask `cuda.is_available()`.

## Source
PyTorch documentation, `torch.load` (https://pytorch.org/docs/stable/generated/torch.load.html).
""",
    ),
)
