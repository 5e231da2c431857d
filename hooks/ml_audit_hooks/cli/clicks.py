"""The commands of ``ml-audit`` that nobody waits for on a commit, by click."""

from __future__ import annotations

import sys

import click

from ml_audit_hooks import __version__
from ml_audit_hooks.core.errors import AuditError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.vulndb.index import Info

FORMATS = ("markdown", "json")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ml-audit")
def group() -> None:
    """Readiness audit of machine-learning repositories: what is real, what is a stub, what breaks in production.

    Works offline on the staged files of a git checkout and never runs their code.
    """


@group.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def run(words: tuple[str, ...]) -> None:
    """The whole audit of a checkout; writes CODEBASE_AUDIT.md there."""
    from ml_audit_hooks.cli.report import run as run_audit

    sys.exit(run_audit(words))


@group.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--format", "form", type=click.Choice(FORMATS), default="markdown", show_default=True)
@click.option("--output", required=True, help="A file, or - for standard output.")
def report(path: str, form: str, output: str) -> None:
    """The same audit in another form; nothing else is written."""
    from ml_audit_hooks.cli.rendering import rendered
    from ml_audit_hooks.core import write

    text, code = rendered(path, form)
    data = text.encode("utf-8", "surrogateescape")
    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        import os

        write.replace(os.path.abspath(output), data)
    sys.exit(code)


@group.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def check(name: str, words: tuple[str, ...]) -> None:
    """One check by hand, as its hook would run: ml-audit check audit-stubs FILE..."""
    from ml_audit_hooks.cli import catalog, hook
    from ml_audit_hooks.cli.abouts import ABOUT

    found = {c.name: c for c in catalog.CHECKS} | {c.name.removeprefix("audit-"): c for c in catalog.CHECKS}
    if name not in found:
        raise AuditError(f"ml-audit check: no check `{name}`; there are {', '.join(c.name for c in catalog.CHECKS)}")
    sys.exit(hook.main(found[name], ABOUT[found[name].name], words))


@group.command()
@click.argument("code")
def explain(code: str) -> None:
    """What a finding means, why it matters, how to fix it, its source."""
    from ml_audit_hooks.cli import catalog

    rules = catalog.rules()
    if code.upper() not in rules:
        raise AuditError(f"ml-audit explain: no code `{code}`; there are {', '.join(sorted(rules))}")
    rule = rules[code.upper()]
    click.echo(f"{rule.code} ({rule.kind}, {rule.check}, {rule.severity})\n\n{rule.page.strip()}")


@group.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--write", "folder", type=click.Path(file_okay=False), help="Write them as NNNN-ID.patch, for git am.")
@click.option("--apply", "wanted", multiple=True, metavar="ID", help="Apply one to a clean work tree; may be repeated.")
def patches(path: str, folder: str | None, wanted: tuple[str, ...]) -> None:
    """The atomic diffs: list them, write them, or apply some to a clean work tree."""
    from ml_audit_hooks.cli import handing

    diffs = handing.diffs(path)
    if wanted:
        handing.apply(path, diffs, wanted)
    elif folder is not None:
        for name in handing.write(diffs, folder):
            click.echo(name)
    else:
        for line in handing.listed(diffs):
            click.echo(line)


@group.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--run", "running", is_flag=True, help="Run them, the network shut off, and keep what they print.")
@click.option("--seconds", default=600, show_default=True, type=click.IntRange(1), help="The most that one may take.")
def gates(path: str, running: bool, seconds: int) -> None:
    """The local test gates: list them, or run them because you say so.

    Only with --run is code of the repository started; what it prints is kept in a notes block of CODEBASE_AUDIT.md.
    """
    from ml_audit_hooks.cli import gating

    if running:
        sys.exit(gating.run(path, seconds))
    for line in gating.listed(path):
        click.echo(line)


@group.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--size", default=16000, show_default=True, type=click.IntRange(5000), help="Characters at most.")
def prompt(path: str, size: int) -> None:
    """The audit prompt for a coding agent, filled with this repository's evidence and open gaps."""
    from ml_audit_hooks.cli import rendering

    click.echo(rendering.prompt(path, size))


@group.group()
def vulndb() -> None:
    """The local snapshot of advisories that audit-lockfiles asks; no hook ever opens a network for it."""


@vulndb.command()
@click.option("--from", "source", required=True, help="A folder, a zip or tar archive, or an https address.")
def update(source: str) -> None:
    """Build the snapshot from the PyPA advisory database or OSV's PyPI export. Only an address opens a network."""
    from ml_audit_hooks import vulndb as database
    from ml_audit_hooks.vulndb import location

    path = location.where()
    if not path:
        raise AuditError(f"ml-audit vulndb: there is no home folder to keep the snapshot in; set {location.VARIABLE}")
    _show_snapshot(path, database.update(source, path))


@vulndb.command()
def info() -> None:
    """What the snapshot holds: its date, its records and their source."""
    from ml_audit_hooks import vulndb as database
    from ml_audit_hooks.vulndb import location

    path = location.where()
    found = database.info(path) if path else None
    if found is None:
        raise AuditError(f"{path or 'no home folder'}: there is no snapshot; run `ml-audit vulndb update --from …`")
    _show_snapshot(path, found)


def _show_snapshot(path: str, about: Info) -> None:
    click.echo(f"{path}\n{about.snapshot()}\n{about.attribution}")


def command(argv: list[str]) -> int:
    """Run the group; exit codes as everywhere: 2 for wrong use."""
    try:
        group.main(argv, prog_name="ml-audit", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Abort:
        return 2
    except AuditError as error:
        click.echo(str(error), err=True)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    return 0
