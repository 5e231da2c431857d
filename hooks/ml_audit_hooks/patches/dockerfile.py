"""A Dockerfile from what the repository says of itself: its Python, its requirements, its documented program."""

from __future__ import annotations

import re

from ml_audit_hooks.core import commands
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import settings_text
from ml_audit_hooks.patches.model import Change, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.patches.model import Ground

_FACET = "deployment.container"
_REQUIREMENTS = "requirements.txt"
_LOCKS = ("Pipfile.lock", "pdm.lock", "poetry.lock", "uv.lock")  # installing by them is another image
_VERSIONS = re.compile(r"(?<![\d.])3\.(\d{1,2})(?![\d])")
_CI_VERSIONS = re.compile(r"(?m)^[^#\n]*python(?:-version)?s?:(.*)$")
_CLASSIFIER = re.compile(r"Programming Language :: Python :: 3\.(\d+)")
_CONDA = re.compile(r"(?im)^(?!\s*#).*\bpython\s*={1,2}\s*3\.(\d+)")
_REQUIRES = re.compile(r"""(?m)^\s*["']?(?:requires-python|python_requires)["']?\s*[=:]\s*["']?([^"'\n#]+)""")
_BOUND = re.compile(r"(>=|>|<=|<|~=|==|!=|\^)?\s*3\.(\d+)")
_SENTENCE = re.compile(r"(?i)\bpython\s*(?:version\s*)?(?:>=\s*)?3\.(\d+)")
_OLDEST, _NEWEST = 6, 14  # minor versions of Python 3 of which there are slim images
_READS = re.compile(
    r"argparse|ArgumentParser|hydra\.main|\bclick\.|\btyper\b|fire\.Fire|absl|HfArgumentParser|tyro\.cli"
)
_NEEDS_COMPILER = re.compile(
    r"(?im)^\s*[\"']?(?:apex|box2d(?:-py)?|causal-conv1d|deepspeed|detectron2|flash[-_]attn|horovod|mamba-ssm|mpi4py"
    r"|mujoco-py|pesq|psycopg2(?!-)|pyaudio|pygraphviz|xformers)\b|ext_modules|setuptools[-_]scm|hatch[-_]vcs"
    r"|cythonize|CUDAExtension|CppExtension"
)
_OPENCV = re.compile(r"(?im)^\s*[\"']?opencv[-_](?:contrib[-_])?python(?![-_]headless)\b")
_APT = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_TRAINS = re.compile(r"(?i)train|fine_?tune")
_TO_LEAVE_OUT = frozenset(
    ".venv artifacts checkpoints ckpt ckpts data dataset datasets env log logs mlruns models out output outputs results"
    " runs venv wandb weights".split()
)


class Program(NamedTuple):
    """What the image runs."""

    words: tuple[str, ...]  # ("python", "train.py")
    file: str  # train.py; "" for a console script
    document: str  # that runs it


def build(ground: Ground) -> Iterator[Patch]:
    """One patch, where all of the image's lines can be told from the repository."""
    if ground.state(_FACET) != "absent" or any(ground.has(name) for name in (*_LOCKS, "Dockerfile", ".dockerignore")):
        return
    asked = _asked(ground)
    version = _version(ground)
    program = _program(ground)
    if not asked or version is None or program is None or _NEEDS_COMPILER.search(asked):
        return
    where, minor = version
    text = "\n".join(_rows(ground, minor, program, _system(ground, asked))) + "\n"
    ignored = [".git", *_left_out(ground)]
    changes = (
        Change(".dockerignore", None, "".join(f"{name}\n" for name in ignored).encode()),
        Change("Dockerfile", None, text.encode()),
    )
    yield _patch(ground, changes, where, minor, program)


def _asked(ground: Ground) -> str:
    """The texts that name what is installed; "" where nothing says it."""
    project = settings_text.toml(settings_text.text_of(ground, settings_text.PYPROJECT))
    packaged = ground.has("setup.py") or "project" in project
    if not (packaged or ground.has(_REQUIREMENTS)):
        return ""
    names = [_REQUIREMENTS, "setup.py", "setup.cfg", settings_text.PYPROJECT]
    return "\n".join(settings_text.text_of(ground, name) for name in names)


def _is_package(ground: Ground) -> bool:
    document = settings_text.toml(settings_text.text_of(ground, settings_text.PYPROJECT))
    return ground.has("setup.py") or ("project" in document and "build-system" in document)


def _version(ground: Ground) -> tuple[str, int] | None:
    """(file that says it, minor version of Python 3) that the project is run with; None where it does not say."""
    allowed = _allowed(ground)
    for path, found in _said(ground):
        fitting = [minor for minor in found if minor in allowed and _OLDEST <= minor <= _NEWEST]
        if fitting:
            return path, max(fitting)
    return None


def _said(ground: Ground) -> Iterator[tuple[str, list[int]]]:
    """The versions that files name, the file that binds most first."""
    yield ".python-version", _minors(_VERSIONS, settings_text.text_of(ground, ".python-version"))
    for path in ("environment.yaml", "environment.yml", "conda.yaml"):
        yield path, _minors(_CONDA, settings_text.text_of(ground, path))
    workflows = [path for path in ground.paths if path.startswith(".github/workflows/")]
    for path in workflows:
        text = settings_text.text_of(ground, path)
        if "pytest" in text or "unittest" in text:  # what is tested, not what publishes
            yield path, _minors(_VERSIONS, "\n".join(_CI_VERSIONS.findall(text)))
    for path in (settings_text.PYPROJECT, "setup.cfg", "setup.py"):
        yield path, _minors(_CLASSIFIER, settings_text.text_of(ground, path))
    for path in (settings_text.PYPROJECT, "setup.cfg", "setup.py"):
        required = _REQUIRES.search(settings_text.text_of(ground, path))
        lowest = (
            [int(n) for sign, n in _BOUND.findall(required[1]) if sign in (">=", "~=", "==", "^", "")]
            if required
            else []
        )
        yield path, [n for n in lowest if n > _OLDEST]
    text = settings_text.text_of(ground, "README.md")
    yield "README.md", _minors(_CONDA, text) or _minors(_SENTENCE, text)[:1]


def _minors(pattern: re.Pattern[str], text: str) -> list[int]:
    return [int(found) for found in pattern.findall(text)]


def _allowed(ground: Ground) -> frozenset[int]:
    """The minor versions that the project's own requirement lets in."""
    allowed = set(range(_OLDEST, _NEWEST + 1))
    for path in (settings_text.PYPROJECT, "setup.cfg", "setup.py"):
        required = _REQUIRES.search(settings_text.text_of(ground, path))
        for sign, given in _BOUND.findall(required[1]) if required else ():
            bound = int(given)
            tests = {">=": range(bound, 99), "~=": range(bound, 99), "^": range(bound, 99), ">": range(bound, 99)}
            tests |= {"<": range(bound), "<=": range(bound + 1), "==": range(bound, bound + 1)}
            allowed &= set(tests.get(sign, range(99)))
    return frozenset(allowed)


def _program(ground: Ground) -> Program | None:
    """The program that the documents run: one that trains before others."""
    found = []
    for path in _documents(ground):
        for command in commands.in_markdown(settings_text.text_of(ground, path)):
            one = _started(ground, command.words, path)
            if one is not None:
                found.append(one)
    own = [one for one in found if one.file in ground.programs]
    if own and _has_more_to_install(ground):
        return None
    trains = [one for one in own if _TRAINS.search(one.file)]
    return next(iter([*trains, *own, *found]), None)


def _has_more_to_install(ground: Ground) -> bool:
    """Whether training has requirements of its own, which the image would lack."""
    document = settings_text.toml(settings_text.text_of(ground, settings_text.PYPROJECT))
    groups = settings_text.at(document, "project.optional-dependencies") or {}
    lists = [path.rpartition("/")[2] for path in ground.paths if "requirements" in path and path.endswith(".txt")]
    return any(_TRAINS.search(name) for name in [*groups, *lists])


def _documents(ground: Ground) -> list[str]:
    return [path for path in ground.paths if path.lower() in ("readme.md", "docs/quickstart.md", "docs/usage.md")]


def _started(ground: Ground, words: Sequence[str], document: str) -> Program | None:
    """What a command starts: a file of the repository, a module of it, or its console script."""
    if words[0] in ("python", "python3") and len(words) > 1:
        if words[1].endswith(".py") and ground.has(words[1].removeprefix("./")):
            file = words[1].removeprefix("./")
            return None if file in ground.tests or file == "setup.py" else Program(("python", file), file, document)
        stem = words[2].replace(".", "/") if words[1] == "-m" and len(words) > 2 else ""
        file = next((p for p in (f"{stem}.py", f"{stem}/__main__.py", f"src/{stem}.py") if stem and ground.has(p)), "")
        return Program(("python", "-m", words[2]), file, document) if file and file not in ground.tests else None
    if words[0] == "torchrun":
        file = next((word for word in words if word.endswith(".py") and ground.has(word)), "")
        return Program(("torchrun", file), file, document) if file else None
    document_of = settings_text.toml(settings_text.text_of(ground, settings_text.PYPROJECT))
    scripts = settings_text.at(document_of, "project.scripts")
    if isinstance(scripts, dict) and words[0] in scripts and _is_package(ground):
        return Program((words[0],), "", document)
    return None


def _system(ground: Ground, asked: str) -> list[str]:
    """System packages that a slim image lacks: what the documents install, and what is known of two requirements."""
    found = {"git"} if "git+" in asked else set()
    found |= {"libgl1", "libglib2.0-0"} if _OPENCV.search(asked) else set()
    for path in _documents(ground):
        for command in commands.in_markdown(settings_text.text_of(ground, path)):
            words = [word for word in command.words if word not in ("sudo", "-y", "--yes", "-qq", "-q")]
            if words[:1] in (["apt"], ["apt-get"]) and words[1:2] == ["install"]:
                found |= {word for word in words[2:] if _APT.fullmatch(word)}
    return sorted(found - {"python3", "python3-pip", "python3-venv", "python3-dev"})


def _left_out(ground: Ground) -> list[str]:
    """Folders of data and results at the root that git ignores, too."""
    rows = settings_text.text_of(ground, ".gitignore").splitlines()
    names = {row.strip().strip("/") for row in rows}
    return sorted(name for name in names & _TO_LEAVE_OUT if not any(p.startswith(f"{name}/") for p in ground.paths))


def _rows(ground: Ground, minor: int, program: Program, system: Sequence[str]) -> list[str]:
    rows = [f"FROM python:3.{minor}-slim", "", "WORKDIR /app", ""]
    if system:
        rows += ["RUN apt-get update \\"]
        rows += [f"    && apt-get install -y --no-install-recommends {' '.join(system)} \\"]
        rows += ["    && rm -rf /var/lib/apt/lists/*", ""]
    listed = ground.has(_REQUIREMENTS)
    by_itself = listed and not re.search(r"(?m)^\s*(?:-[re]|--requirement|--editable|\.)", _text(ground, _REQUIREMENTS))
    rows += [f"COPY {_REQUIREMENTS} ./"] if by_itself else ["COPY . ."]
    rows += [f"RUN pip install --no-cache-dir -r {_REQUIREMENTS}"] if listed else []
    rows += ["", "COPY . ."] if by_itself else []
    rows += ["RUN pip install --no-cache-dir ."] if _is_package(ground) else []
    quoted = ", ".join(f'"{word}"' for word in program.words)
    reads = not program.file or _READS.search(_text(ground, program.file))
    return [*rows, "", *([f"ENTRYPOINT [{quoted}]", 'CMD ["--help"]'] if reads else [f"CMD [{quoted}]"])]


def _text(ground: Ground, path: str) -> str:
    return settings_text.text_of(ground, path)


def _patch(ground: Ground, changes: tuple[Change, ...], where: str, minor: int, program: Program) -> Patch:
    command = " ".join(program.words)
    source = _REQUIREMENTS if ground.has(_REQUIREMENTS) else "what its own packaging names"
    return Patch(
        id="dockerfile",
        title=f"An image that runs {command}",
        why=f"{program.document} runs `{command}` and nothing fixes what it runs in: the image takes Python 3.{minor} "
        f"from {where} and installs {source}.",
        risk="Nothing reads the two files until somebody builds the image. It holds no driver: on a GPU run it with "
        "--gpus all, and mount data and results.",
        rollback="Delete Dockerfile and .dockerignore.",
        tests=(
            "docker build -t audited . ends without an error.",
            f"docker run --rm audited starts `{command}`.",
        ),
        changes=changes,
        facets=(_FACET,),
    )


KIND = Kind("dockerfile", 15, build)
