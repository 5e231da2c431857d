"""The pages of the STB codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-stubs"
_SILENT = """\
Silent: abstract methods, those of a `Protocol` or ABC and of classes named base, mixin or interface; `@overload`;
methods that a subclass in the repository writes; hooks that are empty by design (`on_train_begin`, `teardown`); a body
that says why it is empty ("no-op", "subclasses override this", "no cleanup is needed"); the other branch of an `if`
or `try` that has the body; what stands for a failed import; constructors without arguments; null objects and doubles;
exception and marker classes; `TYPE_CHECKING` blocks; test doubles, vendored and generated code."""

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
so in the docstring ("no-op by design", "subclasses override this") or suppress it with the reason. A reason counts for
nothing beside a word such as "yet", "for now" or "TODO".

## What stays silent
{_SILENT} An override that switches off what a class of the repository does, or defines what an abstract one asks for
under a name that promises no work. A test without a body counts in test code too.

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
{_SILENT} Also a `...` under a decorator that supplies the body (`@prompt(...)`), and overrides as with `pass`.

## Source
The rubric of this project, "Stubs"; the Python Language Reference, section 3.2, "Ellipsis".
""",
    ),
    Rule(
        "STB003",
        _NAME,
        "warning",
        "not-implemented",
        f"""A function whose body can only `raise NotImplementedError`.

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
{_SILENT} A refusal that sends the caller elsewhere or says that the call can never make sense ("use `x.extend`
instead", "rows are not iterable"), unless it says "yet". One branch that raises it in a function that works otherwise
is a gap, not a stub. A function that first checks its arguments and then can only refuse is one.

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
implementation", "this would …", "would go here"), or when its name promises work (`train`, `load_model`, `quantize`, …)
and what it returns is an unchanged argument, an empty container, constants that ignore its parameters, or figures by
chance under a metric's name, or when it claims success and returns nothing. A body with calls in it is reported only
for a loop that does nothing but sleep, a loop over its data that passes, an optimizer that only stubs get, or figures
by chance, and only when it also says so itself and the calls are few. Calls of functions of the same file that are
stubs count as nothing.

## What stays silent
Complete bodies that merely mention "placeholder" or "simplified", or say that something "more sophisticated" is
possible; thin wrappers; tables of constants; functions and classes named demo, mock, dummy, example; simulators and
noise; figures in an `except` branch or a fallback; data made by chance; waiting for a condition; rate limiting;
closures and properties that say nothing of themselves; tests; methods of abstract classes, and those that a subclass
in the repository writes.

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
Strings and docstrings (comments are told from strings by the parser), Markdown, words that merely contain a marker
(`XXXL`, `TODO_LIST`, `TODO.md`), small letters in prose ("an ugly hack"), and comments that speak of markers
(`TODO/FIXME comments`, "see TODO above").

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
named placeholder, marker words in prose and in lists (`title: "TODO: …"`, `tags: [TODO]`), tokens of a model (`<pad>`),
commands (`run: |`), and templates to be copied (`.env.example`, `config.sample.yaml`, `config_template.toml`).

## Source
The rubric of this project, "Stubs".
""",
    ),
)
