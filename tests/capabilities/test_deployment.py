"""Deployment facets: packaging, a documented command line, containers, serving and export."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, shown

ABSENT = ("absent",)

PACKAGING = [
    pytest.param({"pyproject.toml": "[tool.ruff]\nline-length = 120\n"}, ABSENT, id="tool tables only"),
    pytest.param({"setup.cfg": "[flake8]\nmax-line-length = 100\n"}, ABSENT, id="settings of a linter"),
    pytest.param({"setup.py": "print('run make')\n"}, ABSENT, id="a setup.py that sets up nothing"),
    pytest.param({"requirements.txt": "torch\n"}, ABSENT, id="requirements"),
    pytest.param(
        {"models/ops/setup.py": "from setuptools import setup\n\nsetup(name='ops', ext_modules=[])\n"},
        ABSENT,
        id="a compiled extension",
    ),
    pytest.param({"pyproject.toml": "[project]\nname = 'x'\n"}, ("present", "pyproject.toml:1"), id="project table"),
    pytest.param({"pyproject.toml": "[tool.poetry]\nname = 'x'\n"}, ("present", "pyproject.toml:1"), id="poetry"),
    pytest.param(
        {"setup.py": "from setuptools import setup\n\nsetup(name='x')\n"}, ("present", "setup.py:3"), id="setup.py"
    ),
    pytest.param({"setup.cfg": "[metadata]\nname = x\n"}, ("present", "setup.cfg:2"), id="setup.cfg"),
]


@pytest.mark.parametrize(("texts", "expected"), PACKAGING)
def test_packaging_makes_the_repository_installable(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("deployment.packaging", texts) == expected


PARSED = "import argparse\n\nargs = argparse.ArgumentParser().parse_args()\n"
PLAIN = "print('training')\n"
CLI = [
    pytest.param({"train.py": PARSED}, ABSENT, id="not documented"),
    pytest.param({"train.py": PLAIN, "README.md": "```\npython train.py\n```\n"}, ABSENT, id="reads no command line"),
    pytest.param({"train.py": PARSED, "README.md": "Run train.py as you like.\n"}, ABSENT, id="prose"),
    pytest.param({"train.py": PARSED, "README.md": "`train.py` does it\n"}, ABSENT, id="a file's name in code"),
    pytest.param({"a.py": PARSED, "README.md": "```\npython other/b.py\n```\n"}, ABSENT, id="another's program"),
    pytest.param({"train.py": PARSED, "run.sh": "python train.py\n"}, ABSENT, id="a script that no document runs"),
    pytest.param(
        {"train.py": PARSED, "README.md": "Try `python train.py --lr 1`.\n"},
        ("present", "train.py:3", "README.md:1"),
        id="between backticks",
    ),
    pytest.param(
        {"pkg/train.py": PARSED, "README.md": "```bash\nuv run python -m pkg.train\n```\n"},
        ("present", "pkg/train.py:3", "README.md:2"),
        id="module",
    ),
    pytest.param(
        {"train.py": PARSED, "README.md": "```\ntorchrun --nproc_per_node 4 train.py\n```\n"},
        ("present", "train.py:3", "README.md:2"),
        id="launcher",
    ),
    pytest.param(
        {"train.py": PARSED, "run.sh": "python train.py\n", "README.md": "```\nbash run.sh\n```\n"},
        ("present", "train.py:3", "run.sh:1"),
        id="through a script",
    ),
    pytest.param(
        {"train.py": "from args import parsed\n", "args.py": PARSED, "README.md": "```\npython train.py --lr 1\n```\n"},
        ("present", "args.py:3", "README.md:2"),
        id="parser in another module",
    ),
    pytest.param(
        {
            "train.py": "import hydra\n\n\n@hydra.main(config_path='c')\ndef main(cfg):\n    pass\n",
            "README.md": "`python train.py`\n",
        },
        ("present", "train.py:4", "README.md:1"),
        id="Hydra",
    ),
    pytest.param(
        {"pyproject.toml": "[project.scripts]\nx = 'pkg:main'\n"}, ("present", "pyproject.toml:2"), id="console script"
    ),
    pytest.param(
        {"setup.cfg": "[options.entry_points]\nconsole_scripts =\n    x = pkg:main\n"},
        ("present", "setup.cfg:3"),
        id="console script of setup.cfg",
    ),
    pytest.param(
        {"setup.py": "from setuptools import setup\n\nsetup(entry_points={'console_scripts': ['x = pkg:main']})\n"},
        ("present", "setup.py:3"),
        id="console script of setup.py",
    ),
    pytest.param(
        {"pkg/__main__.py": "from pkg import main\n\nmain()\n"}, ("present", "pkg/__main__.py:3"), id="package"
    ),
]


@pytest.mark.parametrize(("texts", "expected"), CLI)
def test_a_command_line_is_installed_or_documented(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("deployment.cli", texts) == expected


CONTAINERS = [
    pytest.param({"Dockerfile": "# FROM python:3.12\n"}, ABSENT, id="commented out"),
    pytest.param({"README.md": "```\ndocker run x\n```\n"}, ABSENT, id="a document"),
    pytest.param({"compose.yaml": "version: '3'\n"}, ABSENT, id="no services"),
    pytest.param({"cog.yaml": "name: x\n"}, ABSENT, id="another cog"),
    pytest.param(
        {"docker/Dockerfile.gpu": "ARG X\nFROM python:3.12\n"}, ("present", "docker/Dockerfile.gpu:2"), id="Docker"
    ),
    pytest.param({"docker-compose.yml": "services:\n  a:\n"}, ("present", "docker-compose.yml:1"), id="compose"),
    pytest.param(
        {".devcontainer/devcontainer.json": "{}\n"}, ("present", ".devcontainer/devcontainer.json:1"), id="devcontainer"
    ),
    pytest.param({"cog.yaml": "build:\n  gpu: true\n"}, ("present", "cog.yaml:1"), id="Cog"),
    pytest.param({"env.def": "Bootstrap: docker\nFrom: x\n"}, ("present", "env.def:1"), id="Apptainer"),
]


@pytest.mark.parametrize(("texts", "expected"), CONTAINERS)
def test_a_container_is_defined(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("deployment.container", texts) == expected


SERVING = [
    pytest.param({"a.py": "import torch\n\nmodel = torch.jit.script(model)\n"}, ABSENT, id="scripted for speed"),
    pytest.param({"a.py": "import torch\n\nmodel = torch.compile(model)\n"}, ABSENT, id="compiled"),
    pytest.param({"a.py": "import flask\n\napp = flask.Flask()\napp.show(figures)\n"}, ABSENT, id="a dashboard"),
    pytest.param({"a.py": "from fastapi import FastAPI\n"}, ABSENT, id="unused import"),
    pytest.param({"a.py": "frame.export('csv')\n"}, ABSENT, id="export of a table"),
    pytest.param({"tests/test_a.py": "import torch\n\ntorch.onnx.export(m, x, 'a')\n"}, ABSENT, id="only in tests"),
    pytest.param(
        {"a.py": "import fastapi\n\napp = fastapi.FastAPI()\napp.post(model.predict)\n"},
        ("present", "a.py:3"),
        id="server",
    ),
    pytest.param({"a.py": "import gradio as gr\n\ngr.Interface(model.generate)\n"}, ("present", "a.py:3"), id="gradio"),
    pytest.param({"a.py": "import torch\n\ntorch.onnx.export(m, x, 'a')\n"}, ("present", "a.py:3"), id="ONNX"),
    pytest.param(
        {"a.py": "import torch\n\ntraced = torch.jit.trace(m, x)\ntraced.save('a.pt')\n"},
        ("present", "a.py:4"),
        id="traced",
    ),
    pytest.param({"a.py": "model.export(format='onnx')\n"}, ("present", "a.py:1"), id="format of an exporter"),
    pytest.param(
        {"a.py": "import litserve\n\n\nclass Api(litserve.LitAPI):\n    def predict(self, x):\n        return x + 1\n"},
        ("present", "a.py:4"),
        id="class of a server",
    ),
    pytest.param(
        {"a.py": "def export_onnx(model):\n    raise NotImplementedError\n"},
        ("stubbed", "a.py:1"),
        id="an export that is a stub",
    ),
    pytest.param({"serve.sh": "vllm serve out/\n"}, ("present", "serve.sh:1"), id="a server's command"),
]


@pytest.mark.parametrize(("texts", "expected"), SERVING)
def test_a_model_is_served_or_exported(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("deployment.serving", texts) == expected
