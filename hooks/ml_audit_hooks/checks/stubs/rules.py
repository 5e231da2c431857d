"""The pages of the STB codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-stubs"
_SILENT = """\
Silent: abstract methods and those of a `Protocol`, `@overload`, hooks of a base class or framework that are empty by
design, methods that a subclass in the repository overrides, exception and marker classes, `TYPE_CHECKING` blocks,
test doubles in test code, vendored and generated code."""

RULES = (
    Rule(
        "STB001",
        _NAME,
        "warning",
        "pass-body",
        f"""A function whose body is only `pass` (or only a docstring).

## Why it matters
Callers get `None` and no error: a `save_checkpoint` that passes loses the run, and nothing says so.

## Bad
```python
def save_checkpoint(model, path):
    \"\"\"Save the weights.\"\"\"
    pass
```

## Good
```python
def save_checkpoint(model, path):
    \"\"\"Save the weights.\"\"\"
    torch.save(model.state_dict(), path)
```
Write the body, delete the function, or raise `NotImplementedError` so that the gap is loud. Where empty is right, say
so in the docstring ("no-op by design", "subclasses override this") or suppress it with the reason.

## What stays silent
{_SILENT}

## Source
The rubric of this project, "Stubs"; the Python Language Reference, section 7.4, "The pass statement".
""",
    ),
    Rule(
        "STB002",
        _NAME,
        "warning",
        "ellipsis-body",
        f"""A function whose body is only `...`.

## Why it matters
As with `pass`, the call succeeds and returns `None`. In ordinary code `...` is a note to write the body later.

## Bad
```python
def evaluate(model, loader):
    ...
```

## Good
```python
def evaluate(model, loader):
    return sum(step(model, batch) for batch in loader) / len(loader)
```

## What stays silent
{_SILENT} Also a `...` under a decorator that supplies the body.

## Source
The rubric of this project, "Stubs"; the Python Language Reference, section 3.2, "Ellipsis".
""",
    ),
    Rule(
        "STB003",
        _NAME,
        "warning",
        "not-implemented",
        f"""A function whose body is only `raise NotImplementedError`.

## Why it matters
The first call in production ends the run. It is honest, but it is still missing.

## Bad
```python
class Trainer:
    def resume(self, path):
        raise NotImplementedError
```

## Good
Write the body; or, where subclasses are meant to, make the contract visible:
```python
class Trainer(ABC):
    @abstractmethod
    def resume(self, path): ...
```

## What stays silent
{_SILENT} One branch that raises it in a function that works otherwise is a gap, not a stub.

## Source
The rubric of this project, "Stubs"; the Python Library Reference, "NotImplementedError".
""",
    ),
    Rule(
        "STB004",
        _NAME,
        "warning",
        "placeholder-body",
        """A function that only pretends: it prints, sleeps or returns made-up values in place of its work.

## Why it matters
It reports success. Nothing fails until somebody relies on the model that was never trained or on the accuracy that was
never measured. Code written in a hurry, or by an agent, is full of it, and tests that only check the shape pass.

## Bad
```python
def train(model, data, epochs=10):
    for epoch in range(epochs):
        print(f"epoch {epoch}")
        time.sleep(0.1)  # simulate training
    print("Training completed")
    return {"accuracy": 0.95}
```

## Good
```python
def train(model, data, epochs=10):
    raise NotImplementedError("training is not written yet")
```
Better still, write it. A placeholder that must stay should at least fail.

## How it is found
Every statement is read. The body is *inert* when it only prints, logs, sleeps, or moves constants, its own arguments
and random numbers through local names. An inert body is reported when it says so itself ("placeholder", "in a real
implementation", "would go here", …), or when its name promises work (`train`, `load_model`, `quantize`, …) and what
it returns is an unchanged argument, an empty container, constants that ignore its parameters, or figures by chance
under a metric's name. A body with real calls is reported only for a training loop that does nothing but sleep, a loop
over its data that passes, or figures by chance, and only when it also says so itself.

## What stays silent
Complete bodies that merely mention "placeholder" or "simplified"; thin wrappers; tables of constants; functions named
demo, mock, dummy, sample, show; fallbacks for an empty input; test doubles; methods of abstract classes.

## Source
The rubric of this project, "Stubs".
""",
    ),
    Rule(
        "STB005",
        _NAME,
        "note",
        "todo-comment",
        """A `TODO`, `FIXME`, `XXX`, `HACK` or `TBD` marker in a comment.

## Why it matters
It is the author's own list of what is missing. It is reported, and fails a commit only with `--strict`.

## Bad
```python
loss = criterion(output, target)  # TODO: mask the padding
```

## Good
Do it, or move it to the issue tracker and name the issue:
```python
loss = criterion(output, target)  # padding counts too, see issue 12
```

## What stays silent
Strings and docstrings (comments are told from strings by the parser), Markdown, and words that merely contain a marker
(`XXXL`, `hacky`).

## Source
PEP 350 (rejected, but the list of codetags stands), "Mnemonics".
""",
    ),
    Rule(
        "STB006",
        _NAME,
        "warning",
        "placeholder-value",
        """A placeholder value in a configuration file: `changeme`, `TODO`, `<your token>`.

## Why it matters
A run that starts with it fails late (a wrong bucket) or, worse, works with a known password.

## Bad
```yaml
wandb:
  entity: <your entity>
```

## Good
```yaml
wandb:
  entity: ${oc.env:WANDB_ENTITY}
```

## What stays silent
Values that a tool treats as "must be set" (`???` of OmegaConf), references to the environment, keys that are merely
named placeholder, and templates to be copied (`.env.example`, `config.sample.yaml`).

## Source
The rubric of this project, "Stubs".
""",
    ),
)
