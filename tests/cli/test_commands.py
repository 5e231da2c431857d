"""The commands: what they answer, with which exit code, and that wrong use is told from findings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml_audit_hooks import __version__
from ml_audit_hooks.cli import catalog
from tests.cli.conftest import Console

SCRIPTS = Path(sys.executable).parent
STUB = "def train():\n    pass\n"
REAL = "def train():\n    return fit()\n"
LINE = "train.py:1:1: STB001 train has no body but `pass`\n"
SUMMARY = "audit-stubs: 1 new stub in 1 of 1 file\n"
HOOKS = ("audit-stubs", "audit-all", "audit-report", "audit-capabilities")


@pytest.mark.parametrize("program", HOOKS)
def test_help_of_a_hook_is_short_and_leaves_everything_alone(console: Console, program: str) -> None:
    console.add({"train.py": STUB})
    said = console.say(program, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: {program} [options]")
    assert said.out.endswith("  this text\n")
    assert console.say(program, "-h") == said
    assert not (console.path / "CODEBASE_AUDIT.md").exists()
    assert max(map(len, said.out.splitlines())) <= 130


def test_help_of_run_is_its_own(console: Console) -> None:
    said = console.say("ml-audit", "run", "--help")
    assert said.code == 0
    assert said.out.startswith("usage: ml-audit run [options] [PATH]\n")
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith("  --")] == [
        "--adopt",
        "--jobs",
        "--quiet",
    ]


@pytest.mark.parametrize("command", ["report", "check", "explain"])
@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_of_every_other_command(console: Console, command: str, word: str) -> None:
    said = console.say("ml-audit", command, word)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: ml-audit {command} [OPTIONS] ")


def test_help_of_the_whole_names_every_command(console: Console) -> None:
    said = console.say("ml-audit", "--help")
    assert said.code == 0
    commands = said.out.partition("Commands:\n")[2]
    assert {"check", "explain", "report", "run"} <= {line.split()[0] for line in commands.splitlines()}


def test_the_version_is_the_packages(console: Console) -> None:
    assert console.say("ml-audit", "--version") == (0, f"ml-audit, version {__version__}\n", "")


@pytest.mark.parametrize(
    ("program", "argv", "error"),
    [
        pytest.param("ml-audit", ["nope"], "Error: No such command 'nope'.", id="command"),
        pytest.param("ml-audit", ["report"], "Error: Missing option '--output'.", id="output"),
        pytest.param("ml-audit", ["report", "--format", "xml", "--output", "-"], "Error: Invalid value", id="format"),
        pytest.param("ml-audit", ["report", "nowhere", "--output", "-"], "Error: Invalid value for", id="path"),
        pytest.param("ml-audit", ["explain"], "Error: Missing argument 'CODE'.", id="no code"),
        pytest.param(
            "ml-audit", ["explain", "X1"], "ml-audit explain: no code `X1`; there are AUD001, AUD002,", id="code"
        ),
        pytest.param("ml-audit", ["check"], "Error: Missing argument 'NAME'.", id="no check"),
        pytest.param("ml-audit", ["check", "x"], "ml-audit check: no check `x`; there are audit-", id="check"),
        pytest.param("ml-audit", ["run", "a", "b"], "ml-audit run: one PATH, not 2; run it once for each", id="paths"),
        pytest.param("ml-audit", ["run", "nowhere"], "nowhere: is no folder; name a checkout", id="folder"),
        pytest.param("ml-audit", ["run", "train.py"], "train.py: is no folder; name a checkout", id="file"),
        pytest.param("ml-audit", ["run", "--jobs", "x"], "ml-audit run: --jobs is no number: x; write", id="jobs"),
        pytest.param("ml-audit", ["run", "--jobs", "²"], "ml-audit run: --jobs is no number: ²; write", id="digit"),
        pytest.param("ml-audit", ["run", "--jobs=-1"], "ml-audit run: --jobs is no number: -1; write", id="minus"),
        pytest.param("audit-stubs", ["nope.py"], "nope.py: no such file; name files of this checkout", id="no file"),
        pytest.param("audit-stubs", ["../x.py"], "../x.py: is outside of ", id="outside"),
        pytest.param("audit-stubs", ["--nope"], "audit-stubs: unknown option `--nope`; see --help", id="option"),
        pytest.param("audit-report", ["--strict"], "audit-report: unknown option `--strict`; see --help", id="report"),
        pytest.param("audit-all", ["--only", "x"], "audit-all: no hook `x`; there are ", id="only"),
        pytest.param("audit-all", ["--skip", "audit-stubs,x"], "audit-all: no hook `x`; there are ", id="skip"),
    ],
)
def test_wrong_use_is_exit_code_2_and_one_fact(console: Console, program: str, argv: list[str], error: str) -> None:
    console.add({"train.py": STUB})
    said = console.say(program, *argv)
    assert said.code == 2
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith(error)
    assert not (console.path / "CODEBASE_AUDIT.md").exists()


def test_no_command_shows_the_help_and_is_wrong_use(console: Console) -> None:
    said = console.say("ml-audit")
    assert said.code == 2
    assert "Commands:" in said.out + said.err


@pytest.mark.parametrize(
    ("content", "argv", "code"),
    [
        pytest.param(REAL, [], 0, id="nothing"),
        pytest.param("# TODO\n", [], 0, id="marker"),
        pytest.param(STUB, [], 1, id="stub"),
        pytest.param("# TODO\n", ["--strict"], 1, id="strict marker"),
        pytest.param("x = \n", [], 1, id="unread"),
        pytest.param(STUB, ["--nope"], 2, id="wrong use"),
    ],
)
def test_the_exit_code_tells_findings_from_wrong_use(
    console: Console, content: str, argv: list[str], code: int
) -> None:
    console.add({"train.py": content})
    assert console.say("audit-stubs", *argv).code == code
    assert console.say("audit-stubs", *argv, "train.py").code == code
    assert console.say("ml-audit", "check", "stubs", *argv, "train.py").code == code


@pytest.mark.parametrize("name", ["stubs", "audit-stubs"])
def test_check_runs_one_check_as_its_hook_would(console: Console, name: str) -> None:
    console.add({"train.py": STUB})
    assert console.say("ml-audit", "check", name, "train.py") == (1, LINE + SUMMARY, "")
    as_json = console.say("ml-audit", "check", name, "--format", "json", "train.py")
    assert json.loads(as_json.out)[0]["code"] == "STB001"


def test_check_judges_a_file_that_git_does_not_know_from_the_disk(console: Console) -> None:
    console.write("train.py", STUB)
    assert console.say("ml-audit", "check", "stubs", "train.py") == (1, LINE + SUMMARY, "")


def test_a_hook_without_files_judges_all_that_is_staged(console: Console) -> None:
    console.add({"train.py": STUB, "src/save.py": REAL})
    console.write("unknown.py", STUB)
    assert console.say("audit-stubs").out == LINE + SUMMARY.replace("1 of 1 file", "1 of 2 files")


@pytest.mark.parametrize("code", sorted(catalog.rules()))
def test_explain_gives_every_codes_page(console: Console, code: str) -> None:
    said = console.say("ml-audit", "explain", code.lower())
    assert (said.code, said.err) == (0, "")
    head, _, page = said.out.partition("\n\n")
    rule = catalog.rules()[code]
    assert head == f"{code} ({rule.kind}, {rule.check}, {rule.severity})"
    assert page == rule.page.strip() + "\n"


@pytest.mark.parametrize("code", sorted(catalog.rules()))
def test_every_page_says_why_shows_both_sides_and_names_its_source(code: str) -> None:
    page = catalog.rules()[code].page
    heads = [line for line in page.splitlines() if line.startswith("## ")]
    assert [head for head in heads if head in ("## Why it matters", "## Bad", "## Good", "## Source")] == [
        "## Why it matters",
        "## Bad",
        "## Good",
        "## Source",
    ]
    assert len(catalog.rules()[code].title) <= 100
    assert page.count("```") % 2 == 0


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_report_writes_a_file_and_nothing_else(console: Console, form: str) -> None:
    console.commit({"train.py": STUB})
    assert console.say("ml-audit", "report", "--format", form, "--output", "../out") == (0, "", "")
    text = (console.path.parent / "out").read_text("utf-8")
    assert console.say("ml-audit", "report", "--format", form, "--output", "-").out == text
    assert sorted(os.listdir(console.path)) == [".git", "train.py"]


def test_report_in_markdown_is_the_audit_file(console: Console) -> None:
    console.commit({"train.py": STUB, "broken.py": "x = \n"})
    console.say("ml-audit", "run")
    written = (console.path / "CODEBASE_AUDIT.md").read_text("utf-8")
    assert console.say("ml-audit", "report", "--output", "-").out == written


@pytest.mark.parametrize("target", ["nowhere/out", "."])
def test_an_output_that_cannot_be_written_is_wrong_use(console: Console, target: str) -> None:
    console.commit({"train.py": STUB})
    said = console.say("ml-audit", "report", "--output", target)
    assert said.code == 2
    assert said.err.startswith(os.path.abspath(target))


def test_run_reports_what_changed_and_where_it_wrote(console: Console) -> None:
    console.commit({"src/train.py": REAL * 50})
    path = console.path / "CODEBASE_AUDIT.md"
    assert console.say("ml-audit", "run") == (0, f"{path}: written\n", "")
    assert console.say("ml-audit", "run") == (0, f"{path}: up to date\n", "")
    console.add({"src/train.py": REAL * 50 + "def save():\n    pass\n"})
    said = console.say("ml-audit", "run")
    assert "+ stub src/train.py: save" in said.out.splitlines()
    assert said.out.splitlines()[-1] == f"{path}: written"
    console.add({"src/train.py": REAL * 50})
    assert console.say("ml-audit", "run", "--quiet") == (0, "", "")


def test_run_exits_with_1_once_for_a_new_error(console: Console) -> None:
    console.commit({"train.py": "x = \n"})
    path = console.path / "CODEBASE_AUDIT.md"
    first = console.say("ml-audit", "run")
    assert first == (1, f"{path}: written; 1 error capture, see its section 8\n", "")
    assert console.say("ml-audit", "run").code == 0
    console.add({"train.py": "# one line more\nx = \n"})
    moved = console.say("ml-audit", "run")
    assert moved.code == 0
    assert moved.out.splitlines()[:2] == [
        "- error train.py: does not parse as Python 3: line 1",
        "+ error train.py: does not parse as Python 3: line 2",
    ]


def test_audit_all_runs_every_check_and_the_report(console: Console) -> None:
    console.commit({"train.py": REAL})
    console.say("ml-audit", "run")
    console.add({"train.py": STUB})
    said = console.say("audit-all")
    assert said.code == 1
    assert said.out.startswith(LINE + SUMMARY)
    assert said.out.endswith(
        "CODEBASE_AUDIT.md: brought up to date; stage it (git add CODEBASE_AUDIT.md) and commit again\n"
    )
    again = console.say("audit-all")
    assert (again.code, again.out) == (1, LINE + SUMMARY)


@pytest.mark.parametrize(
    ("argv", "wants_stubs", "wants_report"),
    [
        pytest.param(["--only", "audit-stubs"], True, False, id="only the check"),
        pytest.param(["--only", "audit-report"], False, True, id="only the report"),
        pytest.param(["--only", "audit-report,audit-stubs"], True, True, id="both"),
        pytest.param(["--skip", "audit-report"], True, False, id="without the report"),
        pytest.param(["--skip", "audit-stubs"], False, True, id="without the check"),
    ],
)
def test_audit_all_runs_what_was_chosen(
    console: Console, argv: list[str], wants_stubs: bool, wants_report: bool
) -> None:
    console.add({"train.py": STUB})
    assert (LINE in console.say("audit-all", *argv).out) is wants_stubs
    assert (console.path / "CODEBASE_AUDIT.md").exists() is wants_report


def test_audit_all_in_a_format_for_machines_prints_findings_only(console: Console) -> None:
    console.add({"train.py": STUB})
    said = console.say("audit-all", "--only", "audit-stubs,audit-report", "--format", "json")
    assert [item["code"] for item in json.loads(said.out)] == ["STB001"]
    assert "brought up to date" in said.err


def script(console: Console, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """An installed console script, as a process of its own."""
    words = [str(SCRIPTS / argv[0]), *argv[1:]]
    return subprocess.run(
        words, cwd=console.path, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        pytest.param(["ml-audit", "--version"], 0, id="ml-audit"),
        pytest.param(["ml-audit", "run"], 0, id="run"),
        pytest.param(["ml-audit", "nope"], 2, id="wrong"),
        pytest.param(["audit-stubs"], 1, id="stubs"),
        pytest.param(["audit-stubs", "--nope"], 2, id="wrong option"),
        pytest.param(["audit-all"], 1, id="all"),
        pytest.param(["audit-report"], 1, id="report"),
    ],
)
def test_the_console_scripts_hand_on_the_exit_code(console: Console, argv: list[str], code: int) -> None:
    console.add({"train.py": STUB})
    assert script(console, *argv).returncode == code


@pytest.mark.parametrize("epoch", ["-1", "now", "²", "99999999999999999999", "1.5"])
def test_a_wrong_source_date_epoch_is_wrong_use(console: Console, epoch: str) -> None:
    console.add({"train.py": STUB})
    done = script(console, "audit-stubs", SOURCE_DATE_EPOCH=epoch)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "SOURCE_DATE_EPOCH: is no time in seconds since 1970; correct or unset it\n"


def test_a_defect_is_an_error_capture_and_exit_code_2(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from ml_audit_hooks.checks.stubs import detect

    def broken(file: object) -> object:
        raise ZeroDivisionError("oh [no](x)")

    monkeypatch.setattr(detect, "stubs", broken)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    console.add({"train.py": STUB})
    said = console.say("audit-stubs", "train.py")
    assert said.code == 2
    assert said.out == "audit-stubs: no new stubs (1 not judged)\n"
    assert said.err == (
        ":::\n"
        "Question for ChatGPT-5 1970-01-01T00:00:00Z:\n"
        "While performing [2:Run audit-stubs], encountered the following error:\n"
        "train.py: ZeroDivisionError: oh \\[no\\](x) in broken\n"
        "Context: a defect of audit-stubs; its other files stand\n"
        "What are the possible causes, and how can this be resolved while preserving intended functionality?\n"
        ":::\n"
    )
    whole = console.say("ml-audit", "run")
    assert whole.code == 2
    assert "[2:Run audit-stubs]" in whole.err
    assert "train.py: ZeroDivisionError: oh \\[no\\](x) in broken" in (console.path / "CODEBASE_AUDIT.md").read_text()
    monkeypatch.undo()
    monkeypatch.chdir(console.path)
    assert console.say("ml-audit", "run").code == 0
    assert "ZeroDivisionError" not in (console.path / "CODEBASE_AUDIT.md").read_text()
