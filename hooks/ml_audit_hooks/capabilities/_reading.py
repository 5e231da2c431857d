"""Signals of documents: what they tell a reader to install and run, and what they show."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities import _documents, _programs, _told
from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.capabilities.model import Files, Signal
from ml_audit_hooks.core import commands, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ml_audit_hooks.capabilities.model import Detector
    from ml_audit_hooks.core.file import File

CODE = "reading.code"  # symbol: the packages that a code block imports
README = "reading.readme"
IMAGE = "reading.image"  # symbol: the target
FURTHER = "reading.document"
DOCS = frozenset(("doc", "docs", "documentation", "wiki"))
LANGUAGES = ("Markdown", "reStructuredText", "Text")
_HEADING = Pattern(
    r"\b(?:usage|quick\s*-?start|getting\s+started|how\s+to|install(?:ation|ing)?|run(?:ning)?|train(?:ing)?|set\s*-?up"
    r"|tutorial|examples?|requirements|reproduc\w+)\b",
    ignore_case=True,
)
_NO_PICTURE = Pattern(
    r"badge|shields\.io|badgen|\blogo|[_/-]logo|logo[_.-]|icon|banner|avatar|contrib\.rocks|contributor|sponsor|star-history"
    r"|opencollective|travis-ci|circleci|codecov|coveralls|readthedocs|zenodo|pepy\.tech|colab|actions/workflows"
    r"|workflows/|discord|twitter|slack|wechat|buymeacoffee|ko-fi|paypal|favicon|emoji|flags?/|header|cover\.|sticker"
    r"|screenshot|terminal|open-in-|deploy.*button|huggingface\.co/datasets/huggingface/badges|camo\.|visitor|hits\."
    r"|github-readme-stats|license|stars|forks|qr[-_]?code|spaces?\b.*open|title\.|deepwiki|gitpod|binder|mybinder|ytimg|youtube",
    ignore_case=True,
)
_FIGURE = Pattern(
    r"arch|overview|framework|pipeline|diagram|result|curve|plot|figure|fig|teaser|flow|structure|benchmark|loss|chart"
    r"|graph|mermaid|schema|model|design|comparison|performance|reward|accuracy|visuali|analysis|demo|example|sample|\.gif",
    ignore_case=True,
)
_NOT_DOCUMENTS = frozenset(
    (
        "changelog",
        "changes",
        "history",
        "news",
        "license",
        "licence",
        "copying",
        "notice",
        "code_of_conduct",
        "security",
    )
    + (
        "contributing",
        "contributors",
        "authors",
        "citation",
        "maintainers",
        "governance",
        "support",
        "claude",
        "agents",
    )
    + (
        "pull_request_template",
        "issue_template",
        "todo",
        "gemini",
        "release",
        "releases",
        "release_notes",
        "codeowners",
    )
    + (
        "codebase_audit",
        "copilot-instructions",
        "skill",
        "requirements",
        "acknowledgements",
        "credits",
        "code-of-conduct",
    )
)
_DATA_FOLDERS = frozenset(
    ("data", "datasets", "prompts", "templates", "assets", "fixtures", "samples", "outputs", "results")
    + ("literature", "papers", "references", "archive")
)


def is_readme(path: str) -> bool:
    """README.md, README.rst, README_zh.md, README.txt, README."""
    name = path.rpartition("/")[2].lower()
    return name.startswith("readme") and places.suffix(name) in ("md", "rst", "txt", "org", "mdx", "")


def reader_rank(path: str) -> tuple[int, int, bool, str]:
    """The order in which a newcomer reads: the README, what lies beside it, the docs folder, the rest."""
    folders, _, name = path.lower().rpartition("/")
    plain = name.rpartition(".")[0] in ("readme", "")
    if not folders:
        return (0 if is_readme(path) else 1), 0, not plain, path
    in_docs = not DOCS.isdisjoint(folders.split("/"))
    return (2 if in_docs else 3), path.count("/"), not is_readme(path), path


def is_document(path: str) -> bool:
    """Whether a file is written for readers of the repository, beyond its READMEs."""
    parts = path.lower().split("/")
    stem = parts[-1].rpartition(".")[0].replace(" ", "_").replace("-", "_")
    if is_readme(path) or stem in _NOT_DOCUMENTS or stem.replace("_", "-") in _NOT_DOCUMENTS:
        return False
    if any(part.startswith(".") for part in parts[:-1]) or not _DATA_FOLDERS.isdisjoint(parts[:-1]):
        return False
    return parts[-1].endswith((".md", ".rst", ".mdx"))


def of_document(file: File) -> Iterator[Signal]:
    """All that one document shows."""
    language = file.language
    if language == "Text" and not is_readme(file.path):
        return
    if places.is_test(file.path) or file.path.startswith(".github/"):
        return
    text = file.text
    told: list[commands.Command] = []
    if is_readme(file.path) or is_document(file.path):
        told = sorted(_documents.commands(text, language), key=lambda command: command.line)
        yield from _of_commands(told)
        yield from _of_code(text, language)
    for picture in _documents.pictures(text, language):
        target = picture.target
        named = f"{picture.alt} {target.rpartition('/')[2]}"
        remote = "://" in target
        if _NO_PICTURE.search(f"{picture.alt} {target}") or (picture.linked and (remote or target.endswith(".svg"))):
            continue
        if (picture.early or (remote and not is_readme(file.path))) and not _FIGURE.search(named):
            continue
        why = "draws a diagram" if not target else f"shows {target}"
        yield Signal(IMAGE, picture.line, None, target or "mermaid", why)
    if is_readme(file.path):
        yield from _of_readme(text, language, bool(told))
    elif is_document(file.path) and len(text.split()) >= 30:
        yield Signal(FURTHER, 1, None, "<module>", "a document")


def _of_readme(text: str, language: str | None, commanded: bool) -> Iterator[Signal]:
    """A README that says in sentences what it is, and how it is run."""
    rows = text.split("\n")
    prose = [n for n, line in enumerate(rows, 1) if _documents.is_sentence(line.strip().lstrip("*->0123456789. "))]
    shown = commanded or any(block.lines for block in _documents.blocks(text, language))
    titled = any(line.startswith(("#", "**")) and _HEADING.search(line) for line in rows)
    if prose and len(" ".join(rows[n - 1] for n in prose).split()) >= 25 and (shown or titled):
        yield Signal(README, prose[0], None, "<module>", "says what it is and how to run it")


def _of_commands(told: Sequence[commands.Command]) -> Iterator[Signal]:
    seen: set[tuple[str, str]] = set()
    for line, words in told:
        for name, payload, why in _told.told(words):
            if (name, payload) not in seen or name == _told.RUNS:
                seen.add((name, payload))
                yield Signal(name, line, None, payload, why)


def _of_code(text: str, language: str | None) -> Iterator[Signal]:
    """Python blocks that can be run as they stand, read on from each other as a reader would type them: they parse,
    import and call something, and leave no blank."""
    packages: set[str] = set()
    for block in _documents.blocks(text, language):
        if block.language not in ("python", "py", "python3", "pycon", "ipython", ""):
            continue
        prompted = [row.lstrip()[4:] for row in block.lines if row.lstrip().startswith((">>> ", "... "))]
        code = "\n".join(prompted or block.lines)
        if _documents.has_blank(code) or ("import " not in code and not packages):
            continue
        imported, calls = _imported(code)
        packages |= imported
        if packages and calls:
            yield Signal(CODE, block.line, None, " ".join(sorted(packages)), "shows code that runs")


def _imported(code: str) -> tuple[set[str], bool]:
    """The packages that a piece of code imports, and whether it calls anything; none where it does not parse."""
    import textwrap

    from ml_audit_hooks.core.python import parse
    from ml_audit_hooks.core.source import Unreadable

    try:
        module = parse(textwrap.dedent(code))
    except Unreadable:
        return set(), False
    found = {origin.partition(".")[0] for origin in module.aliases.values() if origin[:1] != "."}
    return found, bool(module.nodes.get(ast.Call))


def of_shell(file: File) -> Iterator[Signal]:
    """The programs that a script starts."""
    for line, words in commands.in_shell(file.text):
        script, arguments = _programs.module_or_script(words)
        if script:
            options = " with options" if any(a.startswith("-") or "=" in a for a in arguments) else ""
            yield Signal(_told.RUNS, line, None, script, f"runs {script}{options}")


DETECTORS: tuple[Detector, ...] = (
    Files(of_document, languages=LANGUAGES, names=("*README", "*.mdx", "*readme")),
    Files(of_shell, languages=("Shell",)),
)
