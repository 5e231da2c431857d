"""The pages of the LCK0xx codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-lockfiles"
_PEP = "https://packaging.python.org/en/latest/specifications/"
_PIP = "https://pip.pypa.io/en/stable/"


def _rule(number: int, severity: str, kind: str, page: str) -> Rule:
    return Rule(f"LCK{number:03}", _NAME, severity, kind, page)  # type: ignore[arg-type]


RULES = (
    _rule(
        1,
        "warning",
        "lock-missing",
        f"""A project that nothing locks.

## Why it matters
The manifest says what would do, a lock says what was there. Without one the same commit gives another environment next
month, and a result that cannot be had again.

## Bad
`pyproject.toml`
```toml
[project]
name = "train"
requires-python = ">=3.11"
dependencies = ["torch>=2.1", "datasets"]
```

## Good
`pyproject.toml`
```toml
[project]
name = "train"
requires-python = ">=3.11"
dependencies = ["torch>=2.1"]
```
`pylock.toml`
```toml
lock-version = "1.0"
created-by = "uv"

[[packages]]
name = "torch"
version = "2.4.1"
```
Commit what `uv lock`, `poetry lock`, `pdm lock`, `pipenv lock` or `pip-compile` writes.

## How it is found
One finding a project: a Pipfile, or a pyproject.toml, setup.cfg or setup.py with packages, without a lock beside it, a
`uv.lock` above it, or a requirements file that pins everything. It fails a commit where the project says that it is no
library (no `build-system`, `package-mode = false`, a Pipfile), or with `profile = "application"`; else it is a note.

## What stays silent
Requirements files alone (LCK004 says what is not pinned), test code, examples, documents, and manifests without
packages.

## Source
{_PEP}pylock-toml/; the reproducibility checklist of this project.
""",
    ),
    _rule(
        2,
        "warning",
        "lock-ignored",
        """A lock that git ignores.

## Why it matters
The lock is made and thrown away: everybody has one, and nobody has the same.

## Bad
`pyproject.toml`
```toml
[tool.poetry]
name = "train"
package-mode = false

[tool.poetry.dependencies]
python = "^3.11"
torch = "^2.1"
```
`.gitignore`
```
*.lock
```

## Good
`pyproject.toml`
```toml
[tool.poetry]
name = "train"
package-mode = false

[tool.poetry.dependencies]
python = "^3.11"
torch = "^2.1"
```
`.gitignore`
```
*.lock
!poetry.lock
```
Take the pattern out and commit the lock.

## What stays silent
A lock that is tracked all the same; a pattern that does not spell the lock's name where nothing says that the project
uses that tool. For a library it is a note.

## Source
https://git-scm.com/docs/gitignore; the documentation of uv, poetry and pdm asks for the lock to be committed.
""",
    ),
    _rule(
        3,
        "error",
        "stale",
        """A lock that was made from another state of its manifest.

## Why it matters
`uv sync --locked`, `poetry install` and `pipenv install --deploy` refuse it, so the image does not build; where the
tool goes on, it installs without what was added.

## Bad
`package.json`
```json
{"dependencies": {"plotly.js": "^2.30.0"}}
```
`package-lock.json`
```json
{"lockfileVersion": 3, "packages": {"": {"dependencies": {"plotly.js": "^2.20.0"}}}}
```

## Good
`package.json`
```json
{"dependencies": {"plotly.js": "^2.30.0"}}
```
`package-lock.json`
```json
{"lockfileVersion": 3, "packages": {"": {"dependencies": {"plotly.js": "^2.30.0"}}}}
```
Run the tool's lock command and commit what it writes with the manifest.

## How it is found
By each tool's own rule, without running it: the content hash of poetry, pdm and pipenv, the requirements that uv and
npm keep in their locks, for pip-compile that each input is pinned within its range, for `uv export` that each pin is
in the lock, for conda-lock and pixi that nothing is missing altogether.

## What stays silent
Whatever only the tool can know: dynamic dependencies, other schema versions, locks without a hash. Unknown is never
told as stale.

## Source
poetry `Locker.is_fresh`, pdm `PyProject.content_hash`, pipenv `Pipfile.calculate_hash`, uv `Lock::satisfies`.
""",
    ),
    _rule(
        4,
        "warning",
        "unpinned",
        f"""A list of packages that are not pinned.

## Why it matters
pip takes the newest version on the day of the installation. A run that worked in March fails in June, or gives other
numbers, which is worse.

## Bad
`requirements.txt`
```
torch
transformers>=4.30
numpy==1.26.4
```

## Good
`requirements.txt`
```
torch==2.4.1
transformers==4.44.2
numpy==1.26.4
```
Write ranges into `requirements.in` and let `pip-compile` or `uv pip compile` write the pins.

## How it is found
One finding a file: requirements, conda environments, and install commands in Dockerfiles and notebooks (a note).
`==1.2.*` and conda's `=1.2` are no pins. Packages that `-c` constraints pin are pinned.

## What stays silent
`.in` files, ranges in pyproject.toml, and the tools of the installation itself. It is a note in lists for documents,
tests and examples, in those that setup.py reads for a library, and beside a lock.

## Source
{_PIP}topics/repeatable-installs/
""",
    ),
    _rule(
        5,
        "warning",
        "hashes-missing",
        f"""Hashes for some packages and not for all.

## Why it matters
With one hash in the file pip asks for all and refuses the file. In a lock, what has no hash can be exchanged on the
way.

## Bad
`requirements.txt`
```
numpy==1.26.4 --hash=sha256:2a02aba9ed12e4ac4eb3ea9421c420301a0c6460d9830d74a9df87efa4912010
requests==2.32.3
```

## Good
`requirements.txt`
```
numpy==1.26.4 --hash=sha256:2a02aba9ed12e4ac4eb3ea9421c420301a0c6460d9830d74a9df87efa4912010
requests==2.32.3 --hash=sha256:70761cfe03c773ceb22aa2f671b4757976145175cdfca038c02654d061d6dcc6
```
Write them with `pip-compile --generate-hashes` or `uv pip compile --generate-hashes`.

## What stays silent
Files without any hash, and packages of a lock that come from a checkout or a folder.

## Source
{_PIP}topics/secure-installs/
""",
    ),
    _rule(
        6,
        "warning",
        "moving",
        f"""A package from a repository, and no commit.

## Why it matters
The default branch is whatever was pushed last. It breaks without a change here, and whoever takes over the account puts
code into the training.

## Bad
`requirements.txt`
```
git+https://github.com/huggingface/peft.git
```

## Good
`requirements.txt`
```
git+https://github.com/huggingface/peft.git@9a5a2a6b1c7f0d3e4b5a69788c7d6e5f4a3b2c1d
```
Pin the commit, or take a release.

## What stays silent
Commits, whole or shortened, and what a lock pins. A tag is a note, and so are notebooks, CI, tests and documents.

## Source
{_PIP}topics/vcs-support/
""",
    ),
    _rule(
        7,
        "error",
        "plain-index",
        f"""An index or package over plain HTTP.

## Why it matters
What comes is run as code, at the latest on import. Over plain HTTP everybody on the way can answer in the index's
place.

## Bad
`requirements.txt`
```
--index-url http://packages.example.com/simple
torch==2.4.1
```

## Good
`requirements.txt`
```
--index-url https://packages.example.com/simple
torch==2.4.1
```

## How it is found
In requirements, pip.conf, pyproject.toml, Pipfile, conda channels, install commands and addresses of packages, `git://`
among them. A host of a private network is a warning.

## What stays silent
The machine itself (localhost), and packages with a hash or a commit.

## Source
CWE-319; {_PIP}cli/pip_install/#finding-packages
""",
    ),
    _rule(
        8,
        "error",
        "trusted-host",
        f"""The check of an index's certificate is switched off.

## Why it matters
`--trusted-host` takes any certificate, so HTTPS protects from nobody. It mostly hides a proxy whose certificate
should be trusted instead.

## Bad
`requirements.txt`
```
--trusted-host pypi.org
torch==2.4.1
```

## Good
`requirements.txt`
```
torch==2.4.1
```
Give pip the proxy's certificate (`--cert`, `PIP_CERT`), or use the system's store.

## How it is found
`--trusted-host` in files, pip.conf and install commands, uv's `allow-insecure-host`, `verify_ssl = false` of pipenv and
pdm. A host of a private network is a warning.

## What stays silent
localhost; a host that LCK007 names already.

## Source
CWE-295; {_PIP}cli/pip/#cmdoption-trusted-host
""",
    ),
    _rule(
        9,
        "warning",
        "extra-index",
        f"""Two indexes whose packages are mixed.

## Why it matters
pip asks all indexes and takes the highest version. Who registers the name of a private package on PyPI with version 99
has it installed: so `torchtriton` got into PyTorch's nightly builds in December 2022.

## Bad
`requirements.txt`
```
--extra-index-url https://packages.example.com/simple
our-models==1.4.0
```

## Good
`requirements.txt`
```
--index-url https://packages.example.com/simple
our-models==1.4.0
```
Use one index that proxies PyPI, or uv with an `explicit` index, or hashes.

## How it is found
`--extra-index-url` in files, pip.conf and install commands; uv only with another `index-strategy` than the default;
supplemental sources of poetry.

## What stays silent
Indexes of one publisher that serve builds (download.pytorch.org, pypi.nvidia.com and the like), files in which all
packages have hashes, localhost.

## Source
CWE-427; https://pytorch.org/blog/compromised-nightly-dependency/; {_PIP}cli/pip_install/
""",
    ),
    _rule(
        10,
        "warning",
        "no-index",
        """A build of torch that PyPI does not have, and no index that does.

## Why it matters
PyPI takes no local versions such as `+cu121`: the installation fails on every machine but the one that had it cached.

## Bad
`requirements.txt`
```
torch==2.1.0+cu121
```

## Good
`requirements.txt`
```
--extra-index-url https://download.pytorch.org/whl/cu121
torch==2.1.0+cu121
```

## What stays silent
Locks, and files that name any index or `--find-links`, their own or of one that takes them in. Where another file of
the repository names such an index it is a note.

## Source
https://pytorch.org/get-started/previous-versions/; PEP 440, local version identifiers.
""",
    ),
    _rule(
        11,
        "note",
        "build-differs",
        """A build of torch that depends on the machine.

## Why it matters
With PyTorch's index beside PyPI, pip takes the build of the index where it has one for the machine, and that of PyPI
where not: another CUDA, other kernels, other numbers in the last digits.

## Bad
`requirements.txt`
```
--extra-index-url https://download.pytorch.org/whl/cu121
torch==2.1.0
```

## Good
`requirements.txt`
```
--extra-index-url https://download.pytorch.org/whl/cu121
torch==2.1.0+cu121
```

## What stays silent
Builds that name their local version, and files without such an index.

## Source
PEP 440, local version identifiers: https://peps.python.org/pep-0440/#local-version-identifiers
""",
    ),
    _rule(
        12,
        "warning",
        "python-contradiction",
        f"""Two files that name Pythons which exclude each other.

## Why it matters
pip refuses the package under the Python that the other file asks for, or the image runs what nobody tests.

## Bad
`pyproject.toml`
```toml
[project]
name = "train"
requires-python = ">=3.11"
```
`.python-version`
```
3.9
```

## Good
`pyproject.toml`
```toml
[project]
name = "train"
requires-python = ">=3.11"
```
`.python-version`
```
3.11
```

## How it is found
`.python-version`, `.tool-versions`, `runtime.txt`, a Dockerfile's `FROM python`, environment.yml and Pipfile against
`requires-python`, `python_requires` and poetry's `python`.

## What stays silent
Versions of which any release is in the range, and files of tests, examples and documents.

## Source
{_PEP}core-metadata/#requires-python
""",
    ),
    _rule(
        13,
        "note",
        "python-unsaid",
        """No file says which Python the repository is for.

## Why it matters
Pins of packages hold for some versions of Python only; the first to clone the repository learns which by trying.

## Bad
`requirements.txt`
```
torch==1.7.1
```

## Good
`requirements.txt`
```
torch==1.7.1
```
`.python-version`
```
3.8
```

## What stays silent
Repositories with `requires-python`, `python_requires`, a conda environment with Python, `FROM python`, or a lock.

## Source
The reproducibility checklist of this project.
""",
    ),
    _rule(
        14,
        "warning",
        "pinned-twice",
        """Two files of a project that pin a package at two versions.

## Why it matters
Which one is right depends on who installs how: tests run with one, the image with the other.

## Bad
`requirements.txt`
```
numpy==1.26.4
```
`environment.yml`
```yaml
dependencies:
  - python=3.11
  - numpy==1.24.0
```

## Good
`requirements.txt`
```
numpy==1.26.4
```
`environment.yml`
```yaml
dependencies:
  - python=3.11
  - numpy==1.26.4
```

## What stays silent
Files in other folders, those named for a kind of machine, a Python or a use (`requirements-gpu.txt`), pins under a
marker or in an extra, local version segments, and two locks.

## Source
The reproducibility checklist of this project.
""",
    ),
    _rule(
        15,
        "note",
        "undeclared",
        """A package that is imported and declared nowhere.

## Why it matters
It is there by accident, because something else needs it, and goes away with the next release of that.

## Bad
`requirements.txt`
```
torch==2.4.1
transformers==4.44.2
```
`src/train.py`
```python
import torch
import transformers
import wandb
```

## Good
`requirements.txt`
```
torch==2.4.1
wandb==0.18.0
```
`src/train.py`
```python
import torch
import wandb
```

## How it is found
By the import's first name, for which a table knows the distributions (`cv2`, `PIL`, `yaml`), against all manifests,
locks and install commands. Three or more files make it a warning.

## What stays silent
Imports in functions, `try` and `if`; tests, examples, scripts and notebooks; modules of the repository under any path;
packages that several distributions share (`google`); repositories that declare next to nothing.

## Source
https://deptry.com/rules-violations/ (DEP001, DEP003)
""",
    ),
    _rule(
        16,
        "note",
        "unused",
        """A package that is declared and imported nowhere.

## Why it matters
Every package is time in the build, space in the image, and one more that may hold a vulnerability.

## Bad
`requirements.txt`
```
torch==2.4.1
numpy==1.26.4
catboost==1.2.5
```
`src/train.py`
```python
import numpy
import torch
```

## Good
`requirements.txt`
```
torch==2.4.1
numpy==1.26.4
```
`src/train.py`
```python
import numpy
import torch
```

## How it is found
One note a repository, for the main list at its root.

## What stays silent
Tools, plugins and back ends that are of use without an import (`gunicorn`, `accelerate`, `pyarrow`, `pytest-*`),
extras and groups, compiled files and whole environments.

## Source
https://deptry.com/rules-violations/ (DEP002)
""",
    ),
)
