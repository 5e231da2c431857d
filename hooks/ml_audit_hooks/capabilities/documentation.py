"""12. Documentation & Examples."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _installing, _paths, _programs, _reading, _runners, _told
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, Capability, Evidence, Facet, Files, Signal, Verdict
from ml_audit_hooks.capabilities.status import by_signals
from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.file import File

_EXAMPLES = frozenset(("example", "examples", "tutorial", "tutorials"))
_CODE = (".py", ".ipynb", ".sh")
_BUILDERS: dict[str, frozenset[str]] = {  # to the words of which one makes them build
    "jupyter-book": frozenset(("build",)),
    "mike": frozenset(("deploy",)),
    "mkdocs": frozenset(("build", "gh-deploy", "serve")),
    "pdoc": frozenset(),
    "pdoc3": frozenset(),
    "portray": frozenset(),
    "pydoctor": frozenset(),
    "quartodoc": frozenset(("build",)),
    "sphinx": frozenset(),  # python -m sphinx
    "sphinx-apidoc": frozenset(),
    "sphinx-autobuild": frozenset(),
    "sphinx-build": frozenset(),
    "sphinx-multiversion": frozenset(),
    "zensical": frozenset(("build", "serve")),
}
_SITES = (
    "mkdocs.yml",
    "mkdocs.yaml",
    "_config.yml",
    "docusaurus.config.js",
    "book.toml",
    "_quarto.yml",
    "zensical.toml",
)


def _readme(view: View) -> Verdict:
    """The README at the root, or the shallowest of a repository without one there."""
    found = sorted(view.every(_reading.README), key=lambda e: (e.path.count("/"), not _plain(e.path), e.path))
    return Verdict(PRESENT, tuple(found[:2])) if found and found[0].path.count("/") < 2 else Verdict(ABSENT)


def _plain(path: str) -> bool:
    """README.md before README_zh.md."""
    return path.rpartition("/")[2].lower().rpartition(".")[0] in ("readme", "")


def _quickstart(view: View) -> Verdict:
    """An install command and a first run in one document, the root's README first; or in it and another together."""
    installs = _by_path(_there(view, e) for e in view.every(_told.INSTALL))
    runs = _by_path(_first_runs(view))
    rank = _reading.reader_rank
    both = sorted(set(installs) & set(runs), key=rank)
    one, other = min(installs, key=rank, default=""), min(runs, key=rank, default="")
    near = bool(one and other) and (_is_front(one) or _is_front(other) or max(rank(one)[0], rank(other)[0]) < 3)
    if both and (_is_front(both[0]) or not near):
        one = other = both[0]
        near = True
    return Verdict(PRESENT, (installs[one][0], runs[other][0])) if near else Verdict(ABSENT)


def _is_front(path: str) -> bool:
    return "/" not in path and _reading.is_readme(path)


def _by_path(found: Iterable[Evidence | None]) -> dict[str, list[Evidence]]:
    rows: dict[str, list[Evidence]] = {}
    for item in found:
        if item is not None:
            rows.setdefault(item.path, []).append(item._replace(symbol="<module>"))
    for items in rows.values():
        items.sort(key=lambda e: e.line or 0)
    return rows


def _there(view: View, item: Evidence) -> Evidence | None:
    """The evidence, if every file that its command names is there."""
    return item if all(_paths.found(view, path, item.path) for path in item.symbol.split()) else None


def _first_runs(view: View) -> Iterator[Evidence | None]:
    scripts = {e.symbol.lower() for e in view.every(_installing.SCRIPT)}
    for item in view.every(_told.FIRST_RUN):
        yield _there(view, item)
    for item in view.every(_told.SAYS):
        yield item if item.symbol in scripts else None
    own = _packages(view)
    for item in view.every(_reading.CODE):
        yield item if not own.isdisjoint(item.symbol.split()) else None


def _packages(view: View) -> frozenset[str]:
    """The names that the repository's own packages and top modules are imported by."""
    found = set()
    for path in view.paths:
        folders, _, name = path.rpartition("/")
        if name == "__init__.py" and folders and not places.is_test(path):
            found.add(folders.rpartition("/")[2])
            found.add(folders.partition("/")[0])
        elif name.endswith(".py") and "/" not in folders.removeprefix("src"):
            found.add(name.removesuffix(".py"))
    return frozenset(found - {"src", "tests", "docs", "setup", "examples", "scripts"})


def _diagrams(view: View) -> Verdict:
    """Pictures that are there or lie elsewhere on the net; those of the README first."""
    shown = []
    for item in sorted(view.every(_reading.IMAGE), key=lambda e: (*_reading.reader_rank(e.path), e.line or 0)):
        target = item.symbol.partition("?")[0].partition("#")[0]
        if target == "mermaid" or "://" in target or target.startswith("//") or _image(view, item.path, target):
            shown.append(item._replace(symbol="<module>"))
    return Verdict(PRESENT, tuple(shown[:8])) if shown else Verdict(ABSENT)


def _image(view: View, document: str, target: str) -> bool:
    folder = document.rpartition("/")[0]
    target = target.replace("%20", " ")
    return view.has(_paths.joined(folder, target), _paths.joined("", target)) or target.startswith("data:")


def _notebooks(view: View) -> Verdict:
    """A notebook with code in it, or a folder of examples with code."""
    cells = view.live("reading.notebook")
    sources = [p for p in view.paths if p.endswith(_CODE) and not places.is_vendored(p) and not places.is_test(p)]
    inside = [p for p in sources if not _EXAMPLES.isdisjoint(p.lower().split("/")[:-1])]
    inside = [p for p in inside if not p.endswith("__init__.py") and not p.startswith(".")]
    folder = sorted(inside, key=lambda p: (p.count("/"), p))
    shown = tuple(Evidence(p, 1, None, "<module>", "an example") for p in folder if not p.endswith(".ipynb"))
    found = (*cells, *shown)[:8]
    return Verdict(PRESENT, found) if found else Verdict(ABSENT)


def _of_notebook(file: File) -> Iterator[Signal]:
    """The first cell of a notebook with code."""
    try:
        cells = file.notebook.cells
    except Unreadable:
        return
    for cell in cells:
        if cell.kind == "code" and cell.source.strip():
            yield Signal("reading.notebook", 1, cell.number, "<module>", "a notebook")
            return


def _docs_site(view: View) -> Verdict:
    """A documentation folder or site, or two further documents."""
    further = [e for e in view.every(_reading.FURTHER)]
    inside = [e for e in further if not _reading.DOCS.isdisjoint(e.path.lower().split("/")[:-1])]
    site = by_signals(view, "documentation.docs_site")
    inside.sort(key=lambda e: (e.path.count("/"), not e.path.lower().endswith(("index.md", "index.rst")), e.path))
    if site.state == PRESENT or inside:
        return Verdict(PRESENT, (*(inside[:6] or _shallow(further)[:4]), *site.evidence)[:8])
    if len(further) >= 2:
        return Verdict(PRESENT, _shallow(further))
    return Verdict(ABSENT)


def _shallow(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(found, key=lambda e: (e.path.count("/"), e.path))[:8])


def _of_builders(file: File) -> Iterator[Signal]:
    """Commands of tasks and of CI that build a documentation site out of sources or docstrings."""
    in_ci = _runners.is_ci(file.path) or _runners.is_action(file.path)
    for step in _runners.ci_steps(file) if in_ci else _runners.steps(file):
        tool = _programs.tool(step.words)
        wanted = _BUILDERS.get(tool)
        left = _programs.bare(step.words)
        if wanted is not None and (not wanted or not wanted.isdisjoint(left)) and "--version" not in left:
            yield Signal("documentation.docs_site", step.line, None, "<module>", f"{tool} builds a documentation site")


def _of_site(file: File) -> Iterator[Signal]:
    name = file.path.rpartition("/")[2]
    if name in _SITES and name != "_config.yml":
        yield Signal("documentation.docs_site", 1, None, "<module>", f"{name} builds a documentation site")
    elif name == "conf.py" and "extensions" in file.text and ("sphinx" in file.text or "project" in file.text):
        yield Signal("documentation.docs_site", 1, None, "<module>", "Sphinx builds a documentation site")
    elif name == "_toc.yml":
        yield Signal("documentation.docs_site", 1, None, "<module>", "Jupyter Book builds a documentation site")


CAPABILITY = Capability(
    name="documentation",
    title="Documentation & Examples",
    facets=(
        Facet(
            "readme",
            core=True,
            title="README",
            gap="no README that says what this is and how to run it",
            risk="whoever takes over has to read the code to start it",
            patch="write README.md: two sentences on what {train} trains, the install command, the training command; "
            "test: follow it on a fresh clone",
            rollback="revert the file",
            decide=_readme,
        ),
        Facet(
            "quickstart",
            core=True,
            title="quickstart",
            gap="{readme} has no install command with a first run that works as it stands",
            risk="the first hour of each newcomer goes into guessing arguments",
            patch="add a Quickstart to {readme}: the install line, then one full command for {train} with files of "
            "this repository; test: a CI job runs the two lines",
            rollback="revert the section",
            decide=_quickstart,
        ),
        Facet(
            "diagrams",
            core=False,
            title="diagrams",
            gap="no figure of architecture, flow or results in {readme}",
            risk="a wrong picture of the data's way through the code leads to changes in the wrong place",
            patch="add a mermaid block to {readme}: from {data} through {model} and {trainer} to what is saved; "
            "test: none, it renders on the repository's page",
            rollback="revert the block",
            decide=_diagrams,
        ),
        Facet(
            "notebooks",
            core=True,
            title="notebooks or examples",
            gap="no notebook and no examples folder",
            risk="users copy fragments from issues, with the errors in them",
            patch="add examples/minimal.py: build {model}, one step, one prediction; test: {runner} runs it by runpy",
            rollback="delete the folder",
            decide=_notebooks,
        ),
        Facet(
            "docs_site",
            core=False,
            title="further documentation",
            gap="no documentation beyond {readme}",
            risk="settings and formats are known to their author alone",
            patch="add docs/configuration.md with every setting of {config}; "
            "test: each documented name exists in the code",
            rollback="delete the page",
            decide=_docs_site,
        ),
    ),
    detectors=(
        Files(_of_notebook, languages=("Notebook",)),
        Files(_of_builders, languages=_runners.LANGUAGES),
        Files(_of_site, names=tuple(f"*{name}" for name in (*_SITES, "conf.py", "_toc.yml"))),
    ),
)
