"""The pages of the CPX codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-complexity"
_APART = "Vendored and generated code. Test code is only noted."

RULES = (
    Rule(
        "CPX001",
        _NAME,
        "warning",
        "complex-function",
        f"""A function whose cyclomatic complexity is over `max_complexity` (15), or one that grew beyond it.

## Why it matters
Every `if`, loop, handler and `and` is a way through the function that a test has to take. In a training loop the ways
multiply: mixed precision or not, distributed or not, resumed or not; the pair that nobody tried is the run that fails
on the third day. What was complex in the base is no finding of a commit until it grows; shrinking it never is one.

The default: radon calls up to 10 low and up to 20 moderate. Over two dozen ML repositories (36,000 functions), 5.8 % of
the functions are over 10, among them many honest option parsers; 2.4 % are over 15, and these are what reviews ask to
split; 1.3 % are over 20. Set `max_complexity` in `[tool.ml-audit.complexity]`, or `--max-complexity`; 10, McCabe's own
limit, is the lowest that has an effect.

## Bad
```python
def train(model, loader, cfg):
    for batch in loader:
        if cfg.amp and cfg.cuda:
            if cfg.bf16 or cfg.fp16:
                batch = cast(batch, cfg)
        elif cfg.cuda:
            batch = batch.cuda()
        loss = model(batch) if not cfg.compile else model.compiled(batch)
        if cfg.accumulate and cfg.steps % cfg.accumulate:
            continue
        if cfg.clip or cfg.clip_value:
            clip(model, cfg)
        if cfg.ema and cfg.steps > cfg.ema_start:
            update_ema(model)
        if cfg.log and cfg.steps % cfg.log == 0 and cfg.rank == 0:
            log(loss)
        if cfg.save and cfg.steps % cfg.save == 0 and cfg.rank == 0:
            save(model)
```

## Good
```python
def train(model, loader, cfg):
    for step, batch in enumerate(loader):
        loss = forward(model, prepare(batch, cfg), cfg)
        if is_update(step, cfg):
            update(model, cfg)
        report(step, loss, cfg)
```
Give each decision a function of its own, or take it once before the loop; a table from name to class in place of a
chain of `elif`.

## What stays silent
{_APART} What is at the top level of a file belongs to no function. As with radon, decorators and defaults count
nothing, a closure counts for itself and not for the function around it, and the methods of a class inside a function
are not counted.

## Source
T. J. McCabe, "A Complexity Measure", IEEE Transactions on Software Engineering SE-2 (1976). The number is that of
radon 6 (https://radon.readthedocs.io), counted by a walk of our own and held equal to radon's by a test.
""",
    ),
    Rule(
        "CPX002",
        _NAME,
        "warning",
        "unmaintainable-file",
        f"""A file whose maintainability index is under `min_maintainability` (10), or one that fell further.

## Why it matters
The index falls with the amount of code, of decisions and of different names and operators, and rises with comments. By
itself it proves nothing about a line, but a file under 10 (radon's grade C) has hundreds of logical lines and decisions
in one place: half of those met had more than 800. Whoever changes one thing there has to know all the others. A fall by
a whole point is a growth; the index has no room under 0.

The default: over 4,600 files of two dozen ML repositories 1.1 % are under 10, in half of the repositories none; no
notebook of 141 was. Set `min_maintainability` in `[tool.ml-audit.complexity]`, or `--min-maintainability`; 20, the
end of radon's grade B, is the highest that has an effect.

## Bad
One `trainer.py` with arguments, data, model, loop, evaluation, checkpoints and plots.

## Good
`data.py`, `model.py`, `loop.py`, `checkpoints.py`, and a `train.py` that reads the arguments and puts them together.

## What stays silent
{_APART} A file whose lines radon's own counting cannot tell has no index. The cells of a notebook are counted together.

## Source
P. Oman and J. Hagemeister, "Metrics for Assessing a Software System's Maintainability", ICSM 1992, in the form of
radon 6 (https://radon.readthedocs.io/en/latest/intro.html#maintainability-index), to the last digit. As with radon, an
f-string counts other logical lines from Python 3.12 on, where what is in it is code.
""",
    ),
    Rule(
        "CPX003",
        _NAME,
        "warning",
        "import-cycle",
        """Modules of the repository that import each other.

## Why it matters
`from a import f` needs `f` to be there already. In a cycle that depends on which module is imported first: it works
from `train.py`, and fails from a notebook or from a worker of the data loader with "cannot import name … from partially
initialized module". Nor can any of the modules be used or tested without the others.

## Bad
```python
# package/__init__.py
from .layers import Block
VERSION = 1
# package/layers.py
from package import VERSION
```

## Good
What both need goes into a third module that imports neither; or the import moves into the function that needs it; or,
for annotations alone, under `if TYPE_CHECKING:`.

## What stays silent
Imports inside functions, under `TYPE_CHECKING` and under `if __name__ == "__main__"`; a module's import of the package
around it as a whole (`import package`, `from . import sibling`, `from . import __version__`), which is there already;
test code. A cycle that only holds because of imports of whole modules works in any order, and is a note. One finding a
group of modules, at the first of them.

## Source
The Python Language Reference, "The import system"; the Python FAQ, "What are the best practices for using import in a
module?".
""",
    ),
    Rule(
        "CPX004",
        _NAME,
        "warning",
        "god-module",
        """A large module that imports much of the repository and is imported by much of it.

## Why it matters
Every change anywhere reaches it, and every change of it reaches everything. It is where import cycles begin and where
two branches conflict.

## Bad
A `utils.py` of 2,000 lines with 60 functions and classes, imported by 20 modules and importing 10.

## Good
Cut it along its importers: what only the data code takes goes to the data code.

## What stays silent
Under 1,000 lines of code, 30 functions, methods and classes, or 5 modules of the repository in either direction: a
large file of model variants that nobody imports, tables of configurations, an `__init__.py` that hands names on; test
code.

## Source
A. J. Riel, "Object-Oriented Design Heuristics" (1996), on god classes; fan-in and fan-out after S. Henry and
D. Kafura, "Software Structure Metrics Based on Information Flow" (1981).
""",
    ),
    Rule(
        "CPX005",
        _NAME,
        "warning",
        "all-in-one",
        """A large program that holds model, data and training in one file.

## Why it matters
The model cannot be loaded for serving without the training code, nor the data be checked without the model. A note from
500 lines of code on, a warning from 1,000: a training script of moderate size that can be read from top to bottom is a
style, and a good one for research.

## Bad
A `main.py` of 1,500 lines with an `nn.Module`, a `Dataset` and the loop that trains them.

## Good
`model.py`, `data.py`, `train.py`.

## What stays silent
Smaller files; notebooks; files that lack one of the three: a class of a model (`nn.Module`, `LightningModule`, Keras),
data that is read or defined (`Dataset`, `load_dataset`, `read_csv`, a split), an update of weights (`backward`,
`GradientTape`, `value_and_grad`).

## Source
D. Sculley et al., "Hidden Technical Debt in Machine Learning Systems" (NeurIPS 2015), section 6.
""",
    ),
    Rule(
        "CPX006",
        _NAME,
        "warning",
        "copied-code",
        """Functions that stand in several files: between modules, or in a notebook and in a module.

## Why it matters
A mistake that is mended in one copy lives on in the other, and a metric that is computed by two copies is soon two
metrics. Between notebook and module it is worse: the figures of the notebook are not those of the code that is shipped.

## Bad
```python
# notebook.ipynb
def accuracy(outputs, labels): ...  # twenty lines that also stand in metrics.py
```

## Good
```python
from project.metrics import accuracy
```

## How it is found
The syntax trees of functions of 8 lines or more are compared, without docstrings, comments, annotations of parameters,
the function's own name and the names of its locals. All else must be equal. One finding a file, with the sum of the
lines, docstrings left out: from 10 on a note, from 30 on a warning.

## What stays silent
Copies in folders of examples, recipes, demos, documents and research are noted: each of them is meant to be read alone.
Test, vendored and generated code; two equal functions of one file.

## Source
D. Sculley et al., "Hidden Technical Debt in Machine Learning Systems" (NeurIPS 2015); C. K. Roy, J. R. Cordy and
R. Koschke, "Comparison and evaluation of code clone detection techniques" (2009): clones of types 1 and 2.
""",
    ),
    Rule(
        "CPX007",
        _NAME,
        "warning",
        "import-effect",
        """A file that trains, reads data or runs the program when another file imports it.

## Why it matters
`from train import build_model` starts a training run; so does a test, a worker process of the data loader, and the
server that only needs one function. Where the file reads the command line, it takes the importing program's.

## Bad
```python
# train.py, which evaluate.py imports
def build_model(): ...

model = build_model()
trainer = Trainer(model)
trainer.train()
```

## Good
```python
def build_model(): ...

def main():
    trainer = Trainer(build_model())
    trainer.train()

if __name__ == "__main__":
    main()
```

## What stays silent
Scripts that nobody imports, in no package; what stands under `if __name__ == "__main__"`; `model.train()`, which only
sets a mode; a loop that others cannot reach. Reading the command line, and training in a module of a package that
nobody imports yet, are notes.

## Source
The Python Library Reference, "__main__ — Top-level code environment"; the PyTorch documentation of
`torch.utils.data.DataLoader`, on workers that import the main script again.
""",
    ),
)
