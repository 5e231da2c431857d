"""One command that runs the tests with the hubs and trackers switched off, where no command runs the gates."""

from __future__ import annotations

import re

from ml_audit_hooks.core import commands
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.patches import settings_text
from ml_audit_hooks.patches.model import Change, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.patches.model import Ground

_FACET = "ci_tests.local_gates"
_TARGET = "test-offline"
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")  # in the order in which make looks for them
_OTHERS = re.compile(r"(?:^|/)(?:\.?justfile|dodo\.py|noxfile\.py|Taskfile\.ya?ml|tasks\.py|tox\.(?:ini|toml))$", re.I)
_HUB = "accelerate datasets diffusers evaluate huggingface_hub open_clip peft sentence_transformers timm tokenizers"
_SWITCHES = (  # (variable, value, packages that read it)
    ("HF_DATASETS_OFFLINE", "1", ("datasets", "evaluate")),
    ("HF_HUB_OFFLINE", "1", (*_HUB.split(), "transformers")),
    ("MLFLOW_TRACKING_URI", "file:./mlruns", ("mlflow",)),
    ("TRANSFORMERS_OFFLINE", "1", ("transformers",)),
    ("WANDB_MODE", "offline", ("wandb",)),
)
_IMPORTED = re.compile(rb"(?m)^\s*(?:import|from)\s+(\w+)")
_FETCHES = re.compile(
    rb"download=True|encoding_for_model\(|fetch_openml\(|from_pretrained\(|get_encoding\(|hf_hub_download\(|load_dataset\("
    rb"|requests\.get|snapshot_download\(|torch\.hub\.|urlopen\(|urlretrieve\("
)
_PLAIN = re.compile(r"[\w./=:-]+")


def build(ground: Ground) -> Iterator[Patch]:
    """One patch: a target of the Makefile that is there, or of a new one where the repository has no other runner."""
    if ground.state(_FACET) != "absent" or ground.state("ci_tests.pytest_targets") != "present":
        return
    told = _command(ground)
    path = next((path for path in _MAKEFILES if ground.has(path)), "")
    if not told[0] or (not path and any(_OTHERS.search(one) for one in ground.paths)):
        return
    old = settings_text.text_of(ground, path) if path else ""
    if (path and not old) or ".RECIPEPREFIX" in old or re.search(rf"(?m)^{_TARGET}\s*:", old):
        return
    command, document = told
    switches = _switches(ground)
    new = _appended(old, command, switches)
    change = Change(path or "Makefile", old.encode() if path else None, new.encode())
    yield _patch(ground, change, command, document, switches)


def _command(ground: Ground) -> tuple[str, str]:
    """(how the tests are run, the document that says so); ("", "") where one cannot tell."""
    for path in ground.paths:
        if path.lower() in ("readme.md", "contributing.md", "docs/contributing.md", "docs/development.md"):
            for command in commands.in_markdown(settings_text.text_of(ground, path)):
                if runs := _plain(ground, command.words):
                    return runs, path
    for path in ground.paths:
        if path.startswith(".github/workflows/"):
            for command in commands.in_workflow(settings_text.text_of(ground, path)):
                if runs := _plain(ground, command.words):
                    return runs, path
    return _by_tests(ground)


def _plain(ground: Ground, words: Sequence[str]) -> str:
    """A test command without the folder of its Python and without reports; "" for other ones and for templates."""
    left = list(words)
    if left[0].rpartition("/")[2] in ("python", "python3") and left[1:2] == ["-m"]:
        left = left[2:]
    elif left[0] != "pytest":
        return ""
    if left[:1] not in (["pytest"], ["unittest"]):
        return ""
    left = [word for word in left if not word.startswith(("--cov", "--junit", "--html"))]
    named = [word for word in left[1:] if not word.startswith("-") and word != "discover"]
    whole = all(_PLAIN.fullmatch(word) for word in left) and all(_is_folder(ground, word) for word in named)
    return f"python -m {' '.join(left)}" if whole else ""


def _is_folder(ground: Ground, word: str) -> bool:
    """Whether a word names a folder with tests: what names one test is no gate."""
    folder = word.removeprefix("./").rstrip("/.")
    return not folder or any(path.startswith(f"{folder}/") for path in ground.tests)


def _by_tests(ground: Ground) -> tuple[str, str]:
    """By what the tests are written in."""
    texts = [_data(ground, path) for path in ground.tests if path.endswith(".py")]
    named = [p for p in ground.paths if p in ("pytest.ini", "pyproject.toml", "setup.cfg", "requirements.txt")]
    if any(b"import pytest" in text for text in texts) or any(b"pytest" in _data(ground, path) for path in named):
        return "python -m pytest", next((path for path in named if b"pytest" in _data(ground, path)), ground.tests[0])
    if texts and all(b"unittest.TestCase" in text for text in texts if b"def test" in text):
        folders = {path.partition("/")[0] for path in ground.tests if "/" in path and "/test_" in path}
        if len(folders) == 1:
            return f"python -m unittest discover {min(folders)}", ground.tests[0]
    return "", ""


def _data(ground: Ground, path: str) -> bytes:
    try:
        return ground.file(path).data
    except Unreadable:
        return b""


def _switches(ground: Ground) -> list[tuple[str, str]]:
    """The variables that packages of this repository read, and pip's."""
    imported: set[str] = set()
    for path in ground.paths:
        if path.endswith(".py"):
            imported.update(name.decode() for name in _IMPORTED.findall(_data(ground, path)))
    found = [(name, value) for name, value, packages in _SWITCHES if not imported.isdisjoint(packages)]
    return sorted([*found, ("PIP_NO_INDEX", "1")])


def _said(switches: Sequence[tuple[str, str]]) -> list[str]:
    """What the variables switch, for people."""
    words = {"HF_HUB_OFFLINE": "the hub", "MLFLOW_TRACKING_URI": "MLflow", "PIP_NO_INDEX": "pip", "WANDB_MODE": "W&B"}
    return [words[name] for name, _ in switches if name in words]


def _appended(old: str, command: str, switches: Sequence[tuple[str, str]]) -> str:
    """The Makefile with one target more at its end: the default target stays the first."""
    rows = [
        f"# The tests with {', '.join(_said(switches))} offline: what they load must lie in the local caches.",
        f".PHONY: {_TARGET}",
        *(f"{_TARGET}: export {name} = {value}" for name, value in switches),
        f"{_TARGET}:",
        f"\t{command}",
    ]
    end = settings_text.newline(old)
    lead = old if not old or old.endswith("\n") else old + end
    return lead + (end if lead else "") + "".join(row + end for row in rows)


def _patch(ground: Ground, change: Change, command: str, document: str, switches: Sequence[tuple[str, str]]) -> Patch:
    files = [path for path in ground.tests if b"def test" in _data(ground, path) and path.endswith(".py")]
    fetching = [path for path in files if _FETCHES.search(_data(ground, path))]
    names = ", ".join(name for name, _ in switches)
    risk = (
        f"A test in {files[0] if files else 'a fixture'} or beside it that fetches something turns red, as it should."
    )
    if fetching:
        risk = f"`{command}` is red where {fetching[0]} finds nothing in the cache: it loads from a hub or the web."
    made = "is new, and its only target" if change.old is None else "gets one target more at its end, which"
    return Patch(
        id="offline-gate",
        title=f"make {_TARGET}",
        why=f"No single command runs the gates: how the tests are run is known from {document} alone, and nothing "
        f"shows whether they pass without a network. The target runs `{command}` under {names}.",
        risk=risk,
        rollback=f"Remove the target {_TARGET} from {change.path}."
        if change.old is not None
        else f"Delete {change.path}.",
        tests=(f"{change.path} {made} runs `{command}`: make {_TARGET} ends alike with and without a network.",),
        changes=(change,),
        facets=(_FACET,),
    )


KIND = Kind("offline_gate", 30, build)
