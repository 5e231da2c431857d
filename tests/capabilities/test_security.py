"""Security facets: locks, secret scanners, safe loads, guards around a language model, linters."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, judged, shown, verdict

ABSENT = ("absent",)
MODEL = "from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef answer(prompt):\n    return ask(client, prompt)\n"
HOOKS = "repos:\n  - repo: https://example.org/hooks\n    hooks:\n"

LOCKS = [
    pytest.param({"requirements.txt": "torch==2.1.0\nnumpy>=1.26\n"}, ABSENT, id="one loose requirement"),
    pytest.param({"requirements.txt": "torch\n"}, ABSENT, id="unpinned"),
    pytest.param({"requirements.txt": "torch==2.*\n"}, ABSENT, id="wildcard"),
    pytest.param({"requirements.txt": "# torch==2.1.0\n-e .\n"}, ABSENT, id="nothing but the project itself"),
    pytest.param({"requirements-dev.txt": "pytest==8.3.0\n"}, ABSENT, id="only the tools are pinned"),
    pytest.param({"docs/requirements.txt": "sphinx==7.0\n"}, ABSENT, id="only the docs are pinned"),
    pytest.param({"notes.txt": "torch==2.1.0\n"}, ABSENT, id="no requirements file"),
    pytest.param({"uv.lock": "\n"}, ABSENT, id="empty lock"),
    pytest.param({"third_party/x/poetry.lock": "[[package]]\n"}, ABSENT, id="lock of a vendored copy"),
    pytest.param({"setup.py": "", "lib/uv.lock": "version = 1\n"}, ABSENT, id="lock of a part"),
    pytest.param(
        {"requirements.txt": "-r base.txt\ntorch==2.1.0\n", "base.txt": "", "requirements/base.txt": "numpy\n"},
        ("present", "requirements.txt:2"),
        id="takes in another file than the loose one",
    ),
    pytest.param(
        {"requirements.txt": "-r requirements/base.txt\ntorch==2.1.0\n", "requirements/base.txt": "numpy\n"},
        ABSENT,
        id="takes in a loose one",
    ),
    pytest.param({"environment.yml": "dependencies:\n  - python=3.10\n  - numpy=1.26\n"}, ABSENT, id="fuzzy conda"),
    pytest.param({"uv.lock": "version = 1\n"}, ("present", "uv.lock:1"), id="uv"),
    pytest.param({"env/conda-lock.yml": "version: 1\n"}, ("present", "env/conda-lock.yml:1"), id="no manifest above"),
    pytest.param(
        {"requirements.txt": "# pinned\ntorch==2.1.0 ; python_version > '3.8'\nnumpy[x]==1.26.4  # abi\n"},
        ("present", "requirements.txt:2"),
        id="all pinned",
    ),
    pytest.param(
        {"requirements.txt": "torch==2.1.0 \\\n    --hash=sha256:00\nnumpy==1.26.4 \\\n    --hash=sha256:11\n"},
        ("present", "requirements.txt:1"),
        id="by hash",
    ),
    pytest.param(
        {"requirements.txt": f"peft @ git+https://example.org/peft@{'a' * 40}\n"},
        ("present", "requirements.txt:1"),
        id="by commit",
    ),
    pytest.param(
        {"environment.yml": "dependencies:\n  - python=3.10\n  - numpy=1.26.4=py310_0\n  - pip:\n    - torch==2.1.0\n"},
        ("present", "environment.yml:3"),
        id="exported conda environment",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), LOCKS)
def test_a_lock_pins_every_dependency(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("security.dependency_lock", texts) == expected


SECRETS = [
    pytest.param({".pre-commit-config.yaml": HOOKS + "      - id: black\n"}, ABSENT, id="other hooks"),
    pytest.param({".pre-commit-config.yaml": HOOKS + "      # - id: gitleaks\n"}, ABSENT, id="commented out"),
    pytest.param({".gitleaks.toml": "title = 'x'\n"}, ABSENT, id="a configuration that nothing runs"),
    pytest.param({"ci/test.yml": "steps:\n  - run: gitleaks detect\n"}, ABSENT, id="a workflow that does not run"),
    pytest.param({"README.md": "```\ngitleaks detect\n```\n"}, ABSENT, id="a document"),
    pytest.param(
        {".pre-commit-config.yaml": HOOKS + "      - id: detect-private-key\n"},
        ("present", ".pre-commit-config.yaml:4"),
        id="pre-commit",
    ),
    pytest.param(
        {".github/workflows/ci.yml": "jobs:\n  scan:\n    steps:\n      - uses: gitleaks/gitleaks-action@v2\n"},
        ("present", ".github/workflows/ci.yml:4"),
        id="action",
    ),
    pytest.param(
        {".gitlab-ci.yml": "scan:\n  script:\n    - trufflehog git file://.\n"},
        ("present", ".gitlab-ci.yml:3"),
        id="command in CI",
    ),
    pytest.param(
        {".gitlab-ci.yml": "include:\n  - template: Security/Secret-Detection.gitlab-ci.yml\n"},
        ("present", ".gitlab-ci.yml:2"),
        id="template of GitLab",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), SECRETS)
def test_a_secret_scanner_runs_in_pre_commit_or_ci(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("security.secrets_scanning", texts) == expected


SAFE = "import torch\n\nstate = torch.load('a.pt', weights_only=True)\n"
LOADS = [
    pytest.param({"a.py": "import json\n\njson.load(open('a.json'))\n"}, ABSENT, id="nothing that could be unsafe"),
    pytest.param({"a.py": "import torch\n\ntorch.load('a.pt')\n"}, ABSENT, id="bare load"),
    pytest.param({"a.py": "import torch\n\ntorch.load('a.pt', weights_only=False)\n"}, ABSENT, id="switched off"),
    pytest.param({"a.py": SAFE, "b.py": "import pickle\n\npickle.load(f)\n"}, ABSENT, id="a pickle elsewhere"),
    pytest.param({"a.py": SAFE + "import yaml\n\nyaml.load(f)\n"}, ABSENT, id="yaml without a loader"),
    pytest.param({"a.py": SAFE + "import yaml\n\nyaml.load(f, Loader=yaml.FullLoader)\n"}, ABSENT, id="full loader"),
    pytest.param({"a.py": "# torch.load('a.pt', weights_only=True)\n"}, ABSENT, id="comment"),
    pytest.param({"a.py": "from safetensors.torch import save_file\n\nsave_file({}, 'a')\n"}, ABSENT, id="a save"),
    pytest.param({"tests/test_a.py": SAFE}, ABSENT, id="only in tests"),
    pytest.param({"a.py": SAFE}, ("present", "a.py:3"), id="weights only"),
    pytest.param(
        {"a.py": SAFE, "tests/test_a.py": "import torch\n\ntorch.load('a')\n"}, ("present", "a.py:3"), id="test"
    ),
    pytest.param(
        {"a.py": SAFE + "import yaml\n\nyaml.load(f, Loader=yaml.SafeLoader)\nyaml.safe_load(f)\n"},
        ("present", "a.py:3"),
        id="safe yaml",
    ),
    pytest.param(
        {"a.py": "from safetensors.torch import load_file\n\nstate = load_file('a.safetensors')\n"},
        ("present", "a.py:3"),
        id="safetensors",
    ),
    pytest.param(
        {"a.py": "from functools import partial\nimport torch\n\nload = partial(torch.load, weights_only=True)\n"},
        ("present", "a.py:4"),
        id="partial",
    ),
    pytest.param(
        {"a.py": "from transformers import AutoModel\n\nAutoModel.from_pretrained(n, use_safetensors=True)\n"},
        ("present", "a.py:3"),
        id="from_pretrained",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), LOADS)
def test_loading_is_safe_where_every_load_is(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("security.safe_loading", texts) == expected


GUARDS = [
    pytest.param({"a.py": MODEL}, ABSENT, id="a model without a guard"),
    pytest.param({"a.py": "def is_harmful_check(text):\n    return 'x' in text\n"}, ABSENT, id="a guard of no model"),
    pytest.param({"a.py": MODEL + "\n\ndef inject_noise(x):\n    return x + 1\n"}, ABSENT, id="injection of noise"),
    pytest.param({"a.py": MODEL + "\n\ndef filter_short(texts):\n    return texts[1:]\n"}, ABSENT, id="data quality"),
    pytest.param({"a.py": MODEL + "\n\ndef is_safe_path(p):\n    return p[0] != '/'\n"}, ABSENT, id="a safe path"),
    pytest.param({"a.py": MODEL + "# client.moderations.create\n"}, ABSENT, id="comment"),
    pytest.param(
        {"a.py": MODEL + "\n\ndef moderate_text(text):\n    raise NotImplementedError\n"},
        ("stubbed", "a.py:10"),
        id="stub",
    ),
    pytest.param(
        {"a.py": MODEL + "\n\ndef flagged(text):\n    return client.moderations.create(input=text)\n"},
        ("present", "a.py:11"),
        id="moderation endpoint",
    ),
    pytest.param(
        {"a.py": MODEL + "\n\ndef detect_prompt_injection(prompt):\n    return 'ignore all' in prompt\n"},
        ("present", "a.py:10"),
        id="own check",
    ),
    pytest.param(
        {
            "a.py": MODEL
            + "\nfrom transformers import pipeline\n\nguard = pipeline(model='meta-llama/Llama-Guard-3-8B')\n"
        },
        ("present", "a.py:11"),
        id="guard model",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), GUARDS)
def test_prompts_are_guarded_against_harm_where_a_model_is_prompted(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("security.prompt_safety", texts) == expected


def test_a_repository_without_a_language_model_is_told_so() -> None:
    told = "No language model is prompted or served here; mark security.prompt_safety as not applicable"
    assert verdict("security.prompt_safety", {"a.py": "import torch\n"}).note.startswith(told)
    assert verdict("security.prompt_safety", {"a.py": MODEL}).note == ""
    assert judged("security", {"a.py": "import torch\n"}).grounded


LINTS = [
    pytest.param({"pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "SIM"]\n'}, ABSENT, id="other rules"),
    pytest.param({"pyproject.toml": '[tool.ruff.lint]\nselect = ["S"]\nignore = ["S"]\n'}, ABSENT, id="ignored again"),
    pytest.param({"requirements-dev.txt": "bandit==1.8\n"}, ABSENT, id="a dependency alone"),
    pytest.param({"ops/dependabot.yml": "updates:\n  - package-ecosystem: pip\n"}, ABSENT, id="dependabot elsewhere"),
    pytest.param({".flake8": "[flake8]\nmax-line-length = 120\n"}, ABSENT, id="style"),
    pytest.param(
        {"pyproject.toml": '[tool.ruff.lint]\nselect = [\n    "E",\n    "S",\n]\n'},
        ("present", "pyproject.toml:4"),
        id="ruff",
    ),
    pytest.param(
        {".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n"},
        ("present", ".github/dependabot.yml:3"),
        id="dependabot",
    ),
    pytest.param({"Makefile": "audit:\n\tuv run pip-audit\n"}, ("present", "Makefile:2"), id="task"),
    pytest.param(
        {".github/workflows/scan.yml": "steps:\n  - uses: github/codeql-action/init@v3\n"},
        ("present", ".github/workflows/scan.yml:2"),
        id="CodeQL",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), LINTS)
def test_a_security_linter_is_one_that_is_configured_or_run(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("security.security_lint", texts) == expected
