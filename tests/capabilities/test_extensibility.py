"""Extensibility: names that select implementations, and places for those of others."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown

ABSENT = ("absent",)
TABLE = "from m import Big, Small\n\nMODELS = {'a': Big, 'b': Small}\nmodel = MODELS[args.model]()\n"
DECORATOR = """
MODELS = {}


def register(name):
    def keep(cls):
        MODELS[name] = cls
        return cls
    return keep
"""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(
            {"t.py": "import torch\ndtype = {'f16': torch.float16, 'f32': torch.float32}[name]\n"}, ABSENT, id="dtypes"
        ),
        pytest.param(
            {"t.py": "sizes = {'s': dict(n=1), 'm': dict(n=2)}\nmodel = GPT(**sizes[name])\n"}, ABSENT, id="sizes"
        ),
        pytest.param(
            {"t.py": "class P: ...\nPROFILES = {'a': P(1), 'b': P(2)}\nx = PROFILES[n]\n"}, ABSENT, id="one class"
        ),
        pytest.param({"t.py": "from m import A\nMODELS = {'a': A}\nm = MODELS[n]\n"}, ABSENT, id="one entry"),
        pytest.param({"t.py": "if name == 'a':\n    m = A()\nelse:\n    m = B()\n"}, ABSENT, id="a chain"),
        pytest.param({"t.py": "import logging\nlevel = getattr(logging, name)\n"}, ABSENT, id="log level"),
        pytest.param({"t.py": "x = getattr(args, name)\n"}, ABSENT, id="an attribute"),
        pytest.param(
            {"t.py": "import importlib\ntry:\n    importlib.import_module(n).x\nexcept ImportError: print(n)\n"},
            ABSENT,
            id="whether a package is there",
        ),
        pytest.param({"t.py": TABLE}, ("present", "t.py:3"), id="table"),
        pytest.param({"t.py": DECORATOR}, ("present", "t.py:5"), id="decorator"),
        pytest.param(
            {"t.py": "import models\nm = getattr(models, config['type'])(**kw)\n"}, ("present", "t.py:2"), id="by name"
        ),
        pytest.param(
            {"t.py": "def make(self, name, module):\n    return getattr(module, self[name]['type'])()\n"},
            ("present", "t.py:2"),
            id="module given",
        ),
        pytest.param(
            {"t.py": "import hydra\nm = hydra.utils.instantiate(cfg.model)\n", "c/m.yaml": "_target_: lib.M\n"},
            ("present", "t.py:2", "c/m.yaml:1"),
            id="_target_",
        ),
    ],
)
def test_a_registry_selects_by_name(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("extensibility.registry", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"m.py": "class A:\n    def f(self): return 1\n"}, ABSENT, id="a class"),
        pytest.param(
            {"m.py": "class A(B):\n    def f(self, x):\n        if x: raise NotImplementedError\n        return 1\n"},
            ABSENT,
            id="a branch",
        ),
        pytest.param({"m.py": "for h in hooks:\n    h.remove()\n"}, ABSENT, id="hooks taken away"),
        pytest.param({"c/m.yaml": "_target_: lib.M\n"}, ABSENT, id="a config that nothing builds"),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(entry_points={'console_scripts': ['a=b:c']})\n"},
            ABSENT,
            id="console script",
        ),
        pytest.param(
            {"m.py": "import abc\n\nclass Base(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"},
            ("present", "m.py:3"),
            id="abstract base class",
        ),
        pytest.param(
            {"m.py": "class Base:\n    def f(self):\n        raise NotImplementedError\n"},
            ("present", "m.py:1"),
            id="open",
        ),
        pytest.param(
            {"m.py": "for callback in self.callbacks:\n    callback.on_step(x)\n"},
            ("present", "m.py:1"),
            id="callbacks",
        ),
        pytest.param(
            {"setup.py": "from setuptools import setup\nsetup(entry_points={\n    'lib.models': ['a=b:c']})\n"},
            ("present", "setup.py:3"),
            id="entry points",
        ),
        pytest.param(
            {"m.py": "import importlib\nplugin = importlib.import_module(cfg.plugin)\nplugin.register()\n"},
            ("present", "m.py:2"),
            id="module by name",
        ),
    ],
)
def test_plugin_points_are_open(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("extensibility.plugin_points", texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param({"lib/r.py": DECORATOR}, ABSENT, id="no test"),
        pytest.param(
            {"lib/r.py": DECORATOR, "tests/test_r.py": "from lib.m import f\ndef test_f():\n    assert f()\n"},
            ABSENT,
            id="other code",
        ),
        pytest.param(
            {
                "lib/r.py": DECORATOR,
                "tests/test_r.py": "from lib.r import register\ndef test_r():\n    register('x')(A)\n",
            },
            ("present", "tests/test_r.py:3"),
            id="registers",
        ),
    ],
)
def test_a_test_of_extensions_uses_one(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("extensibility.tests", texts) == expected


def test_entry_points_of_pyproject_other_than_scripts_are_open() -> None:
    scripts = '[project]\nname = "x"\n[project.scripts]\nx = "x:main"\n'
    assert shown("extensibility.plugin_points", {"pyproject.toml": scripts}) == ABSENT
    plugins = scripts + '[project.entry-points."x.models"]\nsmall = "x:Small"\n'
    assert shown("extensibility.plugin_points", {"pyproject.toml": plugins}) == ("present", "pyproject.toml:5")
