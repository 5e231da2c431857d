"""Configuration is what is staged, and a wrong key is an error that names the nearest right one."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Console

STUB = "def train():\n    pass\n"
PYPROJECT = "[tool.ml-audit]\n"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param("exlude = ['x']", "unknown key `exlude` for ml-audit; did you mean `exclude`?", id="typing error"),
        pytest.param("path = ['x']", "unknown key `path` for ml-audit; did you mean `paths`?", id="singular"),
        pytest.param("Baseline = 'x'", "unknown key `Baseline` for ml-audit; did you mean `baseline`?", id="capital"),
        pytest.param(
            "not-audited = []", "unknown key `not-audited` for ml-audit; did you mean `not_audited`?", id="dash"
        ),
        pytest.param("exclude = 'x'", '`exclude` is no list of strings; write exclude = ["…"]', id="text for a list"),
        pytest.param("paths = [1]", '`paths` is no list of strings; write paths = ["…"]', id="number in a list"),
        pytest.param("baseline = 1", "`baseline` is no revision; write a branch, tag or commit", id="number"),
        pytest.param("baseline = '--all'", "`baseline` is no revision; write a branch, tag or commit", id="option"),
        pytest.param(
            "not_audited = ['modelling']", "no capability `modelling`; did you mean `modeling`?", id="capability"
        ),
    ],
)
@pytest.mark.parametrize("name", ["pyproject.toml", "ml-audit.toml"])
@pytest.mark.parametrize("command", ["audit-stubs", "audit-report", "audit-all", "ml-audit run"])
def test_a_wrong_setting_stops_every_command_with_its_mend(
    console: Console, command: str, name: str, content: str, error: str
) -> None:
    table = PYPROJECT if name == "pyproject.toml" else ""
    console.add({name: f"{table}{content}\n", "train.py": STUB})
    program, *argv = command.split()
    assert console.say(program, *argv) == (2, "", f"{name}: {error}\n")


@pytest.mark.parametrize(
    ("files", "error"),
    [
        pytest.param(
            {"pyproject.toml": "[tool.ml_audit]\nexclude = []\n"},
            "pyproject.toml: [tool.ml_audit] is not read; write [tool.ml-audit]",
            id="another spelling",
        ),
        pytest.param(
            {"pyproject.toml": "[tool]\nml-audit = 3\n"},
            "pyproject.toml: `ml-audit` is no table; write [tool.ml-audit]",
            id="no table",
        ),
        pytest.param(
            {"pyproject.toml": PYPROJECT + 'exclude = ["docs"]\n', "ml-audit.toml": ""},
            "ml-audit.toml: pyproject.toml holds [tool.ml-audit] too; keep one of them",
            id="two homes",
        ),
    ],
)
def test_a_setting_at_the_wrong_place_is_an_error(console: Console, files: dict[str, str], error: str) -> None:
    console.add({**files, "train.py": STUB})
    assert console.say("audit-stubs", "train.py") == (2, "", error + "\n")


def test_a_project_that_only_depends_on_the_tool_keeps_its_own_file(console: Console) -> None:
    project = '[project]\nname = "x"\noptional-dependencies.dev = ["ml-audit-hooks"]\n'
    console.add({"pyproject.toml": project, "ml-audit.toml": 'exclude = ["train.py"]\n', "train.py": STUB})
    assert console.say("audit-stubs", "train.py") == (0, "", "")


@pytest.mark.parametrize("name", ["pyproject.toml", "ml-audit.toml"])
def test_a_file_that_is_no_toml_is_an_error(console: Console, name: str) -> None:
    console.add({name: "[tool.ml-audit\n", "train.py": STUB})
    said = console.say("audit-stubs", "train.py")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{name}: does not parse as TOML (")


@pytest.mark.parametrize(
    "pyproject",
    [
        pytest.param("[tool.black]\nline-length = 100\n", id="other tools"),
        pytest.param("[tool.black\n", id="broken and none of ours"),
        pytest.param("", id="empty"),
    ],
)
def test_a_pyproject_that_does_not_speak_of_us_is_not_read(console: Console, pyproject: str) -> None:
    console.add({"pyproject.toml": pyproject, "train.py": STUB})
    assert console.say("audit-stubs", "train.py").code == 1


@pytest.mark.parametrize(
    ("settings", "judged"),
    [
        pytest.param("", ["legacy/old.py", "src/deep/a.py", "src/train.py"], id="everything"),
        pytest.param("paths = ['src']", ["src/deep/a.py", "src/train.py"], id="a folder"),
        pytest.param("paths = ['src/*.py']", ["src/train.py"], id="one level"),
        pytest.param("paths = ['**/a.py']", ["src/deep/a.py"], id="any level"),
        pytest.param("exclude = ['legacy']", ["src/deep/a.py", "src/train.py"], id="left out"),
        pytest.param("paths = ['src']\nexclude = ['src/deep']", ["src/train.py"], id="both"),
    ],
)
def test_paths_and_exclude_choose_what_is_judged(console: Console, settings: str, judged: list[str]) -> None:
    files = dict.fromkeys(("src/train.py", "src/deep/a.py", "legacy/old.py"), STUB)
    console.add({**files, "ml-audit.toml": settings + "\n"})
    expected = [f"{path}:1:1: STB001 train has no body but `pass`" for path in judged]
    assert console.lines("audit-stubs")[:-1] == expected
    assert console.lines("audit-stubs", *files)[:-1] == expected
    document = console.document("ml-audit", "report", "--format", "json", "--output", "-")
    assert [stub["path"] for stub in document["repo_map"]["stubs"]] == judged


def test_what_is_left_out_is_counted_in_the_audit(console: Console) -> None:
    console.add(
        {"src/train.py": STUB, "legacy/a.py": STUB, "legacy/b.py": STUB, "ml-audit.toml": "exclude = ['legacy']\n"}
    )
    console.say("ml-audit", "run")
    text = (console.path / "CODEBASE_AUDIT.md").read_text("utf-8")
    assert "\n- Left out by the configuration: 2 files\n" in text
    assert "legacy/" not in text


@pytest.mark.parametrize(
    ("settings", "code"),
    [("", 0), ("strict = ['STB005']", 1), ("strict = ['STB']", 1), ("strict = ['SEC']", 0)],
)
def test_strict_makes_reported_codes_fail(console: Console, settings: str, code: int) -> None:
    console.add({"train.py": "# TODO: later\n", "ml-audit.toml": settings + "\n"})
    assert console.say("audit-stubs", "train.py").code == code


def test_the_staged_configuration_counts_and_not_the_work_tree(console: Console) -> None:
    console.add({"train.py": STUB, "ml-audit.toml": "exclude = ['train.py']\n"})
    console.write("ml-audit.toml", "exclude = []\nnonsense = 1\n")
    assert console.say("audit-stubs", "train.py").code == 0
    console.git("rm", "-qf", "--cached", "ml-audit.toml")
    assert console.say("audit-stubs", "train.py").code == 1


def test_a_changed_configuration_changes_the_audit(console: Console) -> None:
    console.commit({"train.py": STUB, "ml-audit.toml": "\n"})
    assert console.say("audit-report").code == 1
    console.add({"ml-audit.toml": "exclude = ['train.py']\n"})
    assert console.say("audit-report").code == 1
    assert "`train.py`" not in (console.path / "CODEBASE_AUDIT.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("baseline", "code"),
    [pytest.param("v1", 0, id="with the stub"), pytest.param("v0", 1, id="before the stub")],
)
def test_a_run_outside_of_a_commit_is_compared_with_the_baseline(console: Console, baseline: str, code: int) -> None:
    console.commit({"other.py": "x = 1\n"})
    console.git("tag", "v0")
    console.commit({"train.py": STUB})
    console.git("tag", "v1")
    console.commit({"ml-audit.toml": f"baseline = '{baseline}'\n"})
    assert console.say("audit-stubs").code == code


def test_a_baseline_that_is_not_there_is_an_error(console: Console) -> None:
    console.commit({"train.py": STUB, "ml-audit.toml": "baseline = 'v9'\n"})
    error = "v9: no such commit, but the configured `baseline` names it; fetch it or correct the name\n"
    assert console.say("audit-stubs") == (2, "", error)
