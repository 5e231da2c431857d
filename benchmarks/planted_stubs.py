"""Are planted stubs found, and planted look-alikes left alone, wherever in real code they stand?

    python benchmarks/planted_stubs.py CHECKOUT [SEED [ROUNDS]]

Every stub form and every silent form is planted at random places of the checkout's own files, in memory: functions at
module level and nested ones, methods, async and decorated ones, notebook cells, comments and strings, configuration.
The check runs over all files with and without what is planted. Prints precision and recall per form; exits with 1 where
one of them is under 0.98 over all.
"""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ml_audit_hooks.checks.stubs import fold
from ml_audit_hooks.checks.stubs.detect import stubs
from ml_audit_hooks.core import places
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.finding import Finding, Record
from ml_audit_hooks.core.source import Content, Unreadable

GOAL = 0.98
MAX_FILES = 400  # of each kind that take part


class Form(NamedTuple):
    """Something to plant. ``NAME`` in the text becomes a name of its own."""

    name: str
    code: str  # the expected one; "" for a form that is to stay silent
    text: str
    where: str  # module, method, nested, comment, or a language of configuration
    line: int = 1  # of the text, from 1, on which the finding is expected


class Planted(NamedTuple):
    """A form at its place."""

    form: Form
    path: str
    cell: int | None
    first: int  # line from 1
    last: int


class Score(NamedTuple):
    """What became of one form."""

    form: Form
    planted: int
    found: int  # of a stub form: at the expected line with the expected code
    wrong: int  # findings in the planted lines that were not expected


# -- the forms --------------------------------------------------------------------------------------------------------

_BODIES = {  # name: (code, first word of the name, parameters, body, whether it says so itself)
    "pass": ("STB001", "load", "path", "pass", False),
    "docstring only": ("STB001", "fit", "rows", '"""Fit the rows."""', False),
    "pass after a plan": ("STB001", "export", "model", "# walk over the layers\npass", False),
    "ellipsis": ("STB002", "encode", "text", "...", False),
    "ellipsis after a docstring": ("STB002", "decode", "ids", '"""Ids to text."""\n...', False),
    "refusal": ("STB003", "resume", "path", "raise NotImplementedError", False),
    "refusal with words": ("STB003", "merge", "model", 'raise NotImplementedError("not written yet")', False),
    "refusal after a guard": (
        "STB003",
        "blend",
        "one, two",
        "if one is None:\n    raise ValueError(one)\nraise NotImplementedError",
        False,
    ),
    "sleeping epochs": (
        "STB004",
        "train",
        "model, epochs",
        'for epoch in range(epochs):\n    print("epoch", epoch)\n    time.sleep(1)  # simulate\nreturn {"loss": 0.1}',
        False,
    ),
    "made-up constants": ("STB004", "evaluate", "model", 'return {"accuracy": 0.95, "f1": 0.93}', False),
    "figures by chance": (
        "STB004",
        "measure",
        "model",
        '# simulated\nreturn {"latency_ms": random.uniform(80, 120)}',
        False,
    ),
    "argument handed back": ("STB004", "quantize", "model", 'print("Quantizing")\nreturn model', False),
    "empty container": ("STB004", "collect", "batches", 'print("Collecting")\nreturn []', False),
    "success and no effect": ("STB004", "save", "model, path", 'print("saved to", path)', False),
    "says placeholder": ("STB004", "compute", "graph", "# placeholder\nreturn 20", True),
    "real implementation": (
        "STB004",
        "apply",
        "model",
        "# in a real implementation, layers are replaced here\nreturn model",
        True,
    ),
    "would go here": ("STB004", "deploy", "service", '# the upload would go here\nprint("deploying", service)', True),
    "not implemented, other error": ("STB004", "restore", "path", 'raise RuntimeError("not implemented")', True),
    "passes over the data": (
        "STB004",
        "calibrate",
        "model, data",
        "for batch in data:\n    # in practice, you would run it\n    pass\nmodel.calibrated = data\nreturn model",
        False,
    ),
}
_SHAPES = {  # name: (head, first parameter, place)
    "function": ("def", "", "module"),
    "async function": ("async def", "", "module"),
    "decorated function": ("@functools.lru_cache(maxsize=None)\ndef", "", "module"),
    "method": ("def", "self, ", "method"),
    "async method": ("async def", "self, ", "method"),
    "static method": ("@staticmethod\ndef", "", "method"),
    "class method": ("@classmethod\ndef", "cls, ", "method"),
    "nested function": ("def", "", "nested"),
}


def _indented(text: str, by: str = "    ") -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


def loud_functions() -> Iterator[Form]:
    """Every stub body in every shape. A closure that says nothing of itself may do as it likes."""
    for body, (code, verb, parameters, text, says) in _BODIES.items():
        for shape, (head, own, where) in _SHAPES.items():
            if where == "nested" and code == "STB004" and not says:
                continue
            whole = f"{head} {verb}_NAME({own}{parameters}):\n{_indented(text)}"
            yield Form(f"{body}, {shape}", code, whole, where, whole.count("\n", 0, whole.index("def ")) + 1)


_SILENT_FUNCTIONS = {
    "abstract method": "class NAME(abc.ABC):\n    @abc.abstractmethod\n    def fit(self, x):\n        pass",
    "method of a protocol": "class NAME(typing.Protocol):\n    def fit(self, x): ...",
    "contract of an ABC": "class NAME(abc.ABC):\n    def load(self, x):\n        raise NotImplementedError",
    "overload": "@typing.overload\ndef load_NAME(x: int): ...",
    "base class": "class BaseNAME:\n    def load(self, x):\n        raise NotImplementedError",
    "overridden by a subclass": (
        "class NAME:\n    def load(self, x):\n        raise NotImplementedError\n\n\n"
        "class SubNAME(NAME):\n    def load(self, x):\n        return open(x)"
    ),
    "switched off by a subclass": (
        "class NAME:\n    def wake(self, x):\n        self.x = open(x)\n\n\n"
        "class SubNAME(NAME):\n    def wake(self, x):\n        pass"
    ),
    "says that subclasses write it": 'def load_NAME(x):\n    """To be overridden by subclasses."""\n    pass',
    "hook of a framework": "class NAME(Framework):\n    def on_train_begin(self, logs):\n        pass",
    "exception class": "class NAMEError(Exception):\n    pass",
    "except: pass": "def load_NAME(x):\n    try:\n        return open(x)\n    except OSError:\n        pass",
    "pass in a branch": "def load_NAME(x):\n    if x:\n        pass\n    else:\n        open(x)",
    "constructor without arguments": 'class NAME:\n    def __init__(self):\n        """Nothing to keep."""',
    "context without an end": "class NAME:\n    def __exit__(self, *exc):\n        pass",
    "null object": "class NullNAME:\n    def write(self, row):\n        pass",
    "no-op by name": "def noop_NAME(x):\n    pass",
    "no-op by words": 'def load_NAME(x):\n    """Does nothing by design."""',
    "reason in a comment": "def load_NAME(x):\n    # no loading is needed here\n    pass",
    "sink": "def quiet_NAME(*args, **kwargs):\n    pass",
    "type checking only": "if typing.TYPE_CHECKING:\n\n    def load_NAME(x): ...",
    "fallback of an import": "try:\n    import NAME\nexcept ImportError:\n\n    def load_NAME(x):\n        pass",
    "other branch has the body": (
        "if sys.platform:\n\n    def load_NAME(x):\n        return open(x)\n\n"
        "else:\n\n    def load_NAME(x):\n        pass"
    ),
    "registered": '@register("NAME")\ndef load_NAME(x):\n    pass',
    "body by the decorator": '@prompt("NAME")\ndef load_NAME(x): ...',
    "group of commands": '@click.group()\ndef load_NAME():\n    """The commands."""',
    "override": "class NAME(Framework):\n    @typing.override\n    def place(self, x):\n        pass",
    "refusal that sends elsewhere": (
        'class NAME:\n    def __iadd__(self, x):\n        raise NotImplementedError("use extend instead")'
    ),
    "refusal in one branch": ("def load_NAME(x):\n    if x:\n        return open(x)\n    raise NotImplementedError(x)"),
    "complete body, says placeholder": (
        "def train_NAME(model, data):\n    # a placeholder for the distributed one\n    for batch in data:\n"
        "        model.step(batch)\n    return model"
    ),
    "thin wrapper": "def evaluate_NAME(model):\n    return model.evaluate()",
    "table of constants": 'def load_NAME():\n    return {"lr": 3e-4, "epochs": 10}',
    "argument handed back, silently": "def prepare_NAME(batch):\n    return batch",
    "fallback for an empty input": "def scale_NAME(x):\n    if not x:\n        return x\n    return x * 2",
    "demonstration": (
        'def demo_NAME(n):\n    # simulated\n    for i in range(n):\n        time.sleep(1)\n    print("done")'
    ),
    "double": 'class MockNAME:\n    def load(self, x):\n        return {"accuracy": 0.5}',
    "chance is the method": "def augment_NAME(image):\n    return image.turn(random.uniform(-5, 5))",
    "figure by chance after an error": (
        "def measure_NAME(p):\n    try:\n        return p.memory()\n    except OSError:\n"
        "        latency = random.random()  # simulated\n        return latency"
    ),
    "waiting": (
        "def collect_NAME(rows, n):\n    # simulated users\n    while len(rows) < n:\n        time.sleep(1)\n"
        "    return rows"
    ),
    "rate limit": (
        "def fetch_NAME(urls):\n    import requests\n\n    for url in urls:  # for now\n"
        "        requests.get(url)\n        time.sleep(1)"
    ),
    "flag that is the job": "class NAME:\n    def train(self):\n        self.training = True",
    "counted by branches": (
        "def score_NAME(row):\n    # placeholder for the model\n    n = 0\n    if row > 3:\n        n += 1\n"
        "    return n"
    ),
    "closure that does as it likes": (
        "def load_NAME(x):\n    def key(row):\n        return 1.5\n\n    return sorted(x, key=key)"
    ),
    "property": "class NAME:\n    @property\n    def accuracy(self):\n        return 0.5",
}
_COMMENTS = {
    "marker, own line": ("STB005", "# TODO: NAME"),
    "marker with an owner": ("STB005", "# FIXME(NAME) this"),
    "marker, lower case, opens": ("STB005", "# todo NAME"),
    "marker behind code": ("STB005", "NAME = 1  # XXX: one"),
    "marker behind a string": ("STB005", 'NAME = "# one"  # HACK two'),
    "marker between the parts of a string": ("STB005", 'NAME = ("a"  # TBD\n    "b")'),
    "marker in a string": ("", 'NAME = "# TODO: no"'),
    "marker in a string of several lines": ("", 'NAME = """\n# TODO: no\n"""'),
    "marker in an f-string": ("", 'NAME = f"# FIXME {1}"'),
    "marker as a part of a word": ("", "# NAME XXXL, TODO_LIST, hacky"),
    "marker spoken of": ("", "# NAME counts TODO/FIXME comments"),
    "hack in prose": ("", "# NAME an ugly hack, but it works"),
}
_SETTINGS = {
    "YAML": {
        "value": ("STB006", "NAME: changeme"),
        "value in brackets": ("STB006", "NAME: <your token>"),
        "marker as value": ("STB006", "NAME: TODO"),
        "value to be set": ("", "NAME: ???"),
        "reference": ("", "NAME: ${oc.env:TOKEN}"),
        "marker in prose": ("", 'description_NAME: 1\ntitle: "TODO: say more"'),
        "hint of a form": ("", "NAME:\n  placeholder: your name"),
        "token of a model": ("", "NAME: <pad>"),
        "commented out": ("", "# NAME: changeme"),
    },
    "TOML": {
        "value": ("STB006", 'NAME = "changeme"'),
        "value of the owner": ("STB006", 'NAME = "your_project"'),
        "in a text": ("", 'NAME = """\nkey = "changeme"\n"""'),
        "number": ("", "NAME = 3"),
    },
    "JSON": {
        "value": ("STB006", '{"NAME": "changeme"}'),
        "value in brackets": ("STB006", '{"NAME": ["<your host>"]}'),
        "vocabulary": ("", '{"NAME": 1, "tags": ["TODO", "FIXME"]}'),
        "quoted marker": ("", '{"NAME": "a \\"TODO\\" b"}'),
    },
    "Env": {
        "value": ("STB006", "NAME=your-api-key"),
        "exported": ("STB006", 'export NAME="insert_here"'),
        "address": ("", "NAME=localhost"),
    },
}
_ENDINGS = {"YAML": "yaml", "TOML": "toml", "JSON": "json", "Env": "env"}


def forms() -> list[Form]:
    """All of them."""
    found = [*loud_functions()]
    found += [Form(name, "", text, "module") for name, text in _SILENT_FUNCTIONS.items()]
    found += [Form(name, code, text, "comment") for name, (code, text) in _COMMENTS.items()]
    for language, table in _SETTINGS.items():
        found += [Form(f"{language}, {name}", code, text, language) for name, (code, text) in table.items()]
    return found


# -- the places -------------------------------------------------------------------------------------------------------

_MEANING: tuple[str, ...] = (
    "base",
    "abstract",
    "interface",
    "mixin",
    "protocol",
    "mock",
    "fake",
    "dummy",
    "null",
    "noop",
    "example",
)
_MEANING += ("demo", "identity", "simulat", "noise", "stub", "empty", "spec", "abc", "unsupported", "passthrough")


def _is_plain(name: str) -> bool:
    """Whether a class of this name means nothing to the rules."""
    return not any(word in name.lower() for word in _MEANING)


def _spots(text: str) -> dict[str, list[tuple[int, str]]]:
    """(line from 0, indent) of the statements before which something can be planted, by kind of place."""
    tree = ast.parse(text)
    lines = text.split("\n")
    found: dict[str, list[tuple[int, str]]] = {"module": [], "method": [], "nested": []}
    future = [i for i, s in enumerate(tree.body) if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    body = tree.body[(future[-1] if future else 0) + 1 :]
    found["module"] = [*_starts(body, lines)]
    for statement in body:
        if isinstance(statement, ast.ClassDef) and _is_plain(statement.name) and not statement.keywords:
            if not any(
                ast.unparse(b).rpartition(".")[2].partition("[")[0] in ("ABC", "Protocol") for b in statement.bases
            ):
                found["method"] += _starts(statement.body[1:], lines)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found["nested"] += _starts(statement.body[1:], lines)
    return found


def _starts(body: list[ast.stmt], lines: list[str]) -> Iterator[tuple[int, str]]:
    for statement in body:
        heads = [statement, *getattr(statement, "decorator_list", ())]
        line = min(head.lineno for head in heads) - 1
        indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        if len(indent.encode()) == statement.col_offset:
            yield line, indent


def _takes_part(path: str, text: str) -> bool:
    """Whether stubs of this file would count, and it parses."""
    if places.is_test(path) or places.is_vendored(path) or places.is_generated(path) or "\r" in text or "\t" in text:
        return False
    if any(sign in text[:600].lower() for sign in ("generated", "do not edit")):
        return False
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


class Field:
    """The files of a checkout, what is planted in them, and a source of chance."""

    def __init__(self, root: Path, seed: int) -> None:
        listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], check=True, capture_output=True).stdout
        self.chance = random.Random(seed)
        self.texts: dict[str, str] = {}
        self.planted: list[Planted] = []
        for name in listing.decode("utf-8", "surrogateescape").split("\0"):
            path = root / name
            if places.language(name) in ("Python", "Notebook", "YAML", "TOML", "Env") and path.is_file():
                try:
                    self.texts[name] = path.read_text(encoding="utf-8")
                except (OSError, ValueError):
                    continue
        code = [p for p, t in self.texts.items() if places.language(p) == "Python" and _takes_part(p, t)]
        self.code = self.chance.sample(sorted(code), min(len(code), MAX_FILES))
        self._names = 0

    def _text(self, form: Form) -> str:
        self._names += 1
        return form.text.replace("NAME", f"Zq{self._names}")

    def plant(self, form: Form) -> None:
        """Put a form at a random place, if there is one for it."""
        if form.where in _ENDINGS:
            self._plant_setting(form)
        elif self.chance.random() < 0.1:
            self._plant_cell(form)
        else:
            self._plant_code(form)

    def _plant_code(self, form: Form) -> None:
        for path in self.chance.sample(self.code, len(self.code)):
            spots = _spots(self.texts[path])
            fitting = spots["module"] + spots["nested"] if form.where == "comment" else spots[form.where]
            taken = [p for p in self.planted if p.path == path and p.cell is None]
            fitting = [spot for spot in fitting if not any(p.first <= spot[0] < p.last for p in taken)]
            if fitting:
                line, indent = self.chance.choice(fitting)
                self._insert(form, path, line, indent)
                return

    def _insert(self, form: Form, path: str, line: int, indent: str) -> None:
        """Put the lines of a form before line `line` (from 0) of a file; what was planted below moves down."""
        text = self._text(form)
        is_text = form.where == "comment" and '"""\n' in text  # the lines of a string keep their place
        new = (indent + text if is_text else _indented(text, indent)).split("\n")
        lines = self.texts[path].split("\n")
        self.texts[path] = "\n".join([*lines[:line], *new, *lines[line:]])
        for i, old in enumerate(self.planted):
            if old.path == path and old.cell is None and old.first > line:
                self.planted[i] = old._replace(first=old.first + len(new), last=old.last + len(new))
        self.planted.append(Planted(form, path, None, line + 1, line + len(new)))

    def _plant_cell(self, form: Form) -> None:
        text = self._text(form)
        if form.where == "method":
            text = f"class Host{self._names}:\n{_indented(text)}"
        elif form.where == "nested":
            text = f"def host{self._names}():\n    x = 1\n{_indented(text)}\n    return x"
        shift = {"method": 1, "nested": 2}.get(form.where, 0)
        cell = {"cell_type": "code", "source": f"import time\n{text}\n", "metadata": {}, "outputs": []}
        path = f"planted/note{self._names}.ipynb"
        notes = [p for p in self.texts if p.endswith(".ipynb") and not p.startswith("planted/")]
        cells = []
        if notes and self.chance.random() < 0.7:
            try:
                cells = json.loads(self.texts[self.chance.choice(notes)]).get("cells", [])
            except ValueError:
                cells = []
        at = self.chance.randint(0, len(cells))
        self.texts[path] = json.dumps({"cells": [*cells[:at], cell, *cells[at:]], "metadata": {}, "nbformat": 4})
        self.planted.append(Planted(form, path, at, 2 + shift, 1 + shift + form.text.count("\n") + 1))

    def _plant_setting(self, form: Form) -> None:
        text = self._text(form)
        known = [p for p in self.texts if places.language(p) == form.where and not p.startswith("planted/")]
        known = [p for p in known if not ("example" in p or "sample" in p or "template" in p or places.is_vendored(p))]
        path = f"planted/setting{self._names}.{_ENDINGS[form.where]}"
        start = self.texts[self.chance.choice(known)] if known and form.where != "JSON" else ""
        start = start.rstrip("\n") + "\n" if start else ""
        self.texts[path] = f"{start}{text}\n"
        first = start.count("\n") + 1
        self.planted.append(Planted(form, path, None, first, first + text.count("\n")))


# -- the run ----------------------------------------------------------------------------------------------------------


def _audited(texts: dict[str, str]) -> dict[str, tuple[Finding, ...]]:
    records: dict[str, Record] = {}
    for path, text in texts.items():
        try:
            records[path] = stubs(File(path, Content(text.encode("utf-8", "surrogateescape"), "")))
        except Unreadable:
            continue
    family = fold.heirs(records.values())
    return {path: fold.counted(path, record, family) for path, record in records.items()}


def run(root: Path, seed: int, rounds: int) -> tuple[list[Score], int]:
    """(scores of all forms, findings outside of what was planted that planting brought about)."""
    field = Field(root, seed)
    before = _audited(field.texts)
    every = forms() * rounds
    field.chance.shuffle(every)
    for form in every:
        field.plant(form)
    after = _audited(field.texts)
    scores: dict[str, Score] = {}
    inside: set[tuple[str, Finding]] = set()
    for item in field.planted:
        there = [f for f in after.get(item.path, ()) if f.cell == item.cell and item.first <= f.line <= item.last]
        inside |= {(item.path, f) for f in there}
        hit = [f for f in there if f.code == item.form.code and f.line == item.first + item.form.line - 1]
        score = scores.get(item.form.name, Score(item.form, 0, 0, 0))
        wrong = score.wrong + len(there) - len(hit)
        scores[item.form.name] = Score(item.form, score.planted + 1, score.found + bool(hit), wrong)
    known = Counter((path, f.code, f.symbol, f.text) for path, found in before.items() for f in found)
    rest = [(path, f) for path, found in after.items() for f in found if (path, f) not in inside]
    now = Counter((path, f.code, f.symbol, f.text) for path, f in rest if not path.startswith("planted/"))
    return sorted(scores.values(), key=lambda s: s.form.name), (now - known).total()


def totals(scores: list[Score], collateral: int) -> tuple[float, float]:
    """(precision, recall) over all forms."""
    loud = [s for s in scores if s.form.code]
    found = sum(s.found for s in loud)
    wrong = sum(s.wrong for s in scores) + collateral
    return found / max(1, found + wrong), found / max(1, sum(s.planted for s in loud))


def main(checkout: str, seed: int, rounds: int) -> int:
    """0 where both goals are reached."""
    scores, collateral = run(Path(checkout), seed, rounds)
    for score in scores:
        kind = score.form.code or "silent"
        share = f"{score.found / score.planted:.3f}" if score.form.code else "     "
        print(f"{kind}  planted {score.planted:4}  recall {share}  wrong {score.wrong:3}  {score.form.name}")
    precision, recall = totals(scores, collateral)
    print(f"precision {precision:.4f}, recall {recall:.4f}, {collateral} findings elsewhere changed")
    return int(precision < GOAL or recall < GOAL)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3, 4):
        raise SystemExit(__doc__)
    numbers = [int(argument) for argument in sys.argv[2:]]
    raise SystemExit(main(sys.argv[1], *numbers, *(7, 3)[len(numbers) :]))
