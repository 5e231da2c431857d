"""11. Deployment."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _installing, _paths, _reading, _serving, _told
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, STUBBED, Capability, Facet, Verdict
from ml_audit_hooks.capabilities.status import by_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.view import View


def _cli(view: View) -> Verdict:
    """A console script, a package that runs, or a program that reads its command line and that a document runs."""
    found = [*view.live(_installing.SCRIPT), *view.live(_installing.MAIN), *_documented(view)]
    return Verdict(PRESENT, tuple(dict.fromkeys(found))[:8]) if found else Verdict(ABSENT)


def _serving_of(view: View) -> Verdict:
    """Live code that serves or exports; else the stub that is the place for it."""
    found = by_signals(view, _serving.SERVING)
    hollow = view.hollow(_serving.PLACE)
    return Verdict(STUBBED, hollow) if found.state == ABSENT and hollow else found


def _documented(view: View) -> list[Evidence]:
    """The programs that documents, or scripts that documents run, start with their command line; then the documents."""
    reading: dict[str, Evidence] = {}
    for item in view.every(_installing.READS):
        reading.setdefault(item.path, item)
    if not reading:
        return []
    programs: dict[Evidence, None] = {}
    documents: dict[Evidence, None] = {}
    scripts = {e.symbol for e in view.every(_told.SHELL)}
    for item in sorted(view.every(_told.RUNS), key=_in_reading_order):
        if item.path.endswith(".sh") and not any(s.endswith(item.path.rpartition("/")[2]) for s in scripts):
            continue
        path = _paths.found(view, item.symbol, item.path)
        if path in reading:
            programs[reading[path]] = None
        elif not (path.endswith(".py") and "with options" in item.why):
            continue
        documents[item._replace(symbol="<module>")] = None
        if not programs and path:
            programs[min(reading.values(), key=lambda e: _distance(e.path, path))] = None
    return [*list(programs)[:4], *list(documents)[:4]]


def _in_reading_order(item: Evidence) -> tuple[bool, tuple[int, int, bool, str], int]:
    return item.path.endswith(".sh"), _reading.reader_rank(item.path), item.line or 0


def _distance(one: str, other: str) -> tuple[int, str]:
    """How far a module is from a program, in folders: the parser of main.py most likely lies beside it."""
    left, right = one.split("/")[:-1], other.split("/")[:-1]
    same = sum(1 for a, b in zip(left, right, strict=False) if a == b)
    return len(left) + len(right) - 2 * same, one


CAPABILITY = Capability(
    name="deployment",
    title="Deployment",
    facets=(
        Facet(
            "packaging",
            core=True,
            title="packaging",
            gap="not installable: no project table in pyproject.toml, no setup.py",
            risk="code is used by copying it, and each copy drifts",
            patch="add a pyproject.toml with [build-system] and [project] (name, version, dependencies); "
            "test: `pip install .` in a fresh environment, then import the package",
            rollback="delete pyproject.toml",
        ),
        Facet(
            "cli",
            core=True,
            title="command line",
            gap="no documented command-line entry point for {train}",
            risk="a run means editing source, so no two people run the same thing",
            patch="give {train} a main(argv) with argparse, name it under [project.scripts] and show it in {readme}; "
            "test: main(['--help']) exits with 0",
            rollback="drop the entry from [project.scripts]",
            decide=_cli,
        ),
        Facet(
            "container",
            core=True,
            title="container",
            gap="no container definition",
            risk="drivers, system libraries and Python differ between the training machine and production",
            patch="add a Dockerfile: pinned base image, locked dependencies, {train} as entry point; "
            "test: `docker build .`, then the image with --help",
            rollback="delete the Dockerfile",
        ),
        Facet(
            "serving",
            core=False,
            title="serving or export",
            gap="{model} can be neither served nor exported",
            risk="whoever deploys it rewrites the inference by hand, with other preprocessing",
            patch="add export.py, which loads saved weights into {model} and calls torch.onnx.export; "
            "test: ONNX Runtime gives the model's own output on one batch within 1e-4",
            rollback="delete export.py",
            decide=_serving_of,
        ),
    ),
    detectors=(*_installing.DETECTORS, *_serving.DETECTORS, *_reading.DETECTORS),
)
