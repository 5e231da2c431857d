"""Configuration: what is read, what is refused and how, and what globs mean."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ml_audit_hooks.core import config
from ml_audit_hooks.core.config import Config
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.settings import SETTINGS, Setting

HEAD = "[tool.ml-audit]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Config(), id="empty"),
        pytest.param("[tool.ruff]\nline-length = 1\n", Config(), id="another-tool"),
        pytest.param("tool = 1\n", Config(), id="no-tools"),
        pytest.param("[project]\ndependencies = ['ml-audit-hooks']\n", Config(), id="named-elsewhere"),
        pytest.param(HEAD, Config(), id="empty-table"),
        pytest.param(HEAD + "paths = ['src', 'a/**']\n", Config(paths=("src", "a/**")), id="paths"),
        pytest.param(HEAD + "exclude = []\n", Config(), id="empty-list"),
        pytest.param(HEAD + "baseline = 'origin/main'\n", Config(baseline="origin/main"), id="baseline"),
        pytest.param(HEAD + "strict = ['STB', '[x']\n", Config(strict=("STB", "[x")), id="strict"),
        pytest.param(HEAD + "not_audited = ['data']\n", Config(not_audited=("data",)), id="not-audited"),
        pytest.param(
            HEAD + "[tool.ml-audit.not_applicable]\ntokenization = 'images'\ndata = 'none'\n",
            Config(not_applicable=(("data", "none"), ("tokenization", "images"))),
            id="not-applicable",
        ),
        pytest.param("tool.ml-audit.strict = ['STB']\n", Config(strict=("STB",)), id="dotted"),
        pytest.param("[tool]\nml-audit = {strict = ['STB']}\n", Config(strict=("STB",)), id="inline"),
        pytest.param("[tool.\"ml\\u002Daudit\"]\nstrict = ['S']\n", Config(strict=("S",)), id="escaped"),
        pytest.param("[tool.\"\\U0000006Dl-audit\"]\nstrict = ['S']\n", Config(strict=("S",)), id="escaped-long"),
        pytest.param(HEAD + "strict = ['S']\n[tool.ml_audit]\n", Config(strict=("S",)), id="both-spellings"),
    ],
)
def test_the_table_of_a_pyproject_is_read(text: str, expected: Config) -> None:
    assert config.parse(text, "pyproject.toml") == expected


def test_the_own_file_is_the_table() -> None:
    assert config.parse("strict = ['STB']\n", "ml-audit.toml") == Config(strict=("STB",))


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """An area with a setting of each type."""
    rows = (Setting("most", 20, ""), Setting("mode", "fast", "", ("fast", "slow")), Setting("ignore", (), ""))
    monkeypatch.setitem(SETTINGS, "toys", rows)


def test_settings_of_single_checks_are_read() -> None:
    text = HEAD + "toys = {most = 3, ignore = {B = 'no', A = 'so'}}\n"
    expected = Config(settings=(("toys", (("ignore", (("A", "so"), ("B", "no"))), ("most", 3))),))
    assert config.parse(text, "pyproject.toml") == expected


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(HEAD + "path = []\n", "unknown key `path` for ml-audit; did you mean `paths`?", id="near"),
        pytest.param(
            HEAD + "Excludes = []\n", "unknown key `Excludes` for ml-audit; did you mean `exclude`?", id="case"
        ),
        pytest.param(
            HEAD + "not-audited = []\n",
            "unknown key `not-audited` for ml-audit; did you mean `not_audited`?",
            id="dash",
        ),
        pytest.param(
            HEAD + '"base\\u001b[31mline" = ""\n',
            "unknown key `base\\x1b[31mline` for ml-audit; did you mean `baseline`?",
            id="control-character",
        ),
        pytest.param(HEAD + "paths = 'src'\n", '`paths` is no list of strings; write paths = ["…"]', id="text"),
        pytest.param(HEAD + "strict = [1]\n", '`strict` is no list of strings; write strict = ["…"]', id="numbers"),
        pytest.param(HEAD + "exclude = true\n", '`exclude` is no list of strings; write exclude = ["…"]', id="bool"),
        pytest.param(
            HEAD + "baseline = ['x']\n", "`baseline` is no revision; write a branch, tag or commit", id="baseline"
        ),
        pytest.param(
            HEAD + 'baseline = "a\\u0000b"\n',
            "`baseline` is no revision; write a branch, tag or commit",
            id="baseline-with-nul",
        ),
        pytest.param(
            HEAD + "baseline = '--all'\n", "`baseline` is no revision; write a branch, tag or commit", id="option"
        ),
        pytest.param(HEAD + "paths = ['[z-a]']\n", "the glob [z-a] has a wrong [range]; mend it", id="glob"),
        pytest.param(HEAD + "not_audited = ['date']\n", "no capability `date`; did you mean `data`?", id="capability"),
        pytest.param(
            HEAD + "not_applicable = {Data = 'x'}\n", "no capability `Data`; did you mean `data`?", id="capability-name"
        ),
        pytest.param(
            HEAD + "not_applicable = {data = ' '}\n",
            '`not_applicable.data` has no reason; write data = "why"',
            id="no-reason",
        ),
        pytest.param(
            HEAD + "not_applicable = ['data']\n",
            '`not_applicable` is no table; write not_applicable = { tokenization = "why" }',
            id="no-table-of-reasons",
        ),
        pytest.param(HEAD + "toys = 3\n", "`toys` is no table; write [tool.ml-audit.toys]", id="settings-are-no-table"),
        pytest.param(
            HEAD + "toys = {mots = 3}\n", "unknown key `mots` for ml-audit.toys; did you mean `most`?", id="setting"
        ),
        pytest.param(
            HEAD + "toys = {most = -3}\n", "`toys.most` is no whole number from 0; write most = 20", id="negative"
        ),
        pytest.param(
            HEAD + "toys = {most = true}\n", "`toys.most` is no whole number from 0; write most = 20", id="no-number"
        ),
        pytest.param(HEAD + "toys = {mode = 'x'}\n", "`toys.mode` is none of fast, slow", id="no-choice"),
        pytest.param(
            HEAD + "toys = {ignore = {A = ''}}\n",
            '`toys.ignore` is no table of reasons; write ignore = { "ID" = "why" }',
            id="no-reason-of-an-ignored",
        ),
        pytest.param("[tool]\nml-audit = 1\n", "`ml-audit` is no table; write [tool.ml-audit]", id="number"),
        pytest.param("[[tool.ml-audit]]\n", "`ml-audit` is no table; write [tool.ml-audit]", id="array"),
        pytest.param("[tool.ml_audit]\n", "[tool.ml_audit] is not read; write [tool.ml-audit]", id="underscore"),
        pytest.param("[tool.mlaudit]\n", "[tool.mlaudit] is not read; write [tool.ml-audit]", id="joined"),
        pytest.param(
            "[tool.ml-audit-hooks]\n", "[tool.ml-audit-hooks] is not read; write [tool.ml-audit]", id="package"
        ),
        pytest.param(
            "[tool.ml_audit_hooks]\n", "[tool.ml_audit_hooks] is not read; write [tool.ml-audit]", id="package-name"
        ),
    ],
)
def test_what_is_wrong_is_refused_with_the_mend(text: str, error: str) -> None:
    assert config.concerns(text.encode())
    with pytest.raises(AuditError) as caught:
        config.parse(text, "pyproject.toml")
    assert str(caught.value) == f"pyproject.toml: {error}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[tool.ml-audit", id="open-bracket"),
        pytest.param("a = 1\na = 2\n", id="twice"),
        pytest.param("a = " + "[" * 5000, id="deep"),
        pytest.param("a = " + "1" * 5000, id="long-number"),
        pytest.param("a = 2026-02-31\n", id="no-such-day"),
        pytest.param('a = "\x1b[31m"\n', id="control-character"),
    ],
)
@pytest.mark.parametrize("name", config.FILES)
def test_toml_that_does_not_parse_is_refused(name: str, text: str) -> None:
    with pytest.raises(AuditError, match=rf"\A{name}: does not parse as TOML \([ -~]+\); mend it\Z"):
        config.parse(text, name)


# Whether a file can concern us, before a parser is loaded


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        pytest.param("", False, id="empty"),
        pytest.param("[tool.ruff]\nline-length = 1\n", False, id="another-tool"),
        pytest.param("[tool.ml]\naudit = 1\n", False, id="in-parts"),
        pytest.param('[tool.ruff]\nselect = "a\\n"\n', False, id="a-plain-escape"),
        pytest.param(HEAD, True, id="table"),
        pytest.param('[tool."ml\\u002daudit"]\n', True, id="escaped"),
        pytest.param('[tool."ml\\U0000002daudit"]\n', True, id="escaped-long"),
        pytest.param("[tool.ml_audit]\n", True, id="lookalike"),
    ],
)
def test_a_file_that_cannot_concern_us_is_not_parsed(text: str, concerned: bool) -> None:
    assert config.concerns(text.encode()) is concerned


NAMES = ("ml-audit", "ml_audit", "mlaudit", "ml-audit-hooks", "ml_audit_hooks", "ruff")


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """A quoted key in TOML, some characters as escapes."""
    name = draw(st.sampled_from(NAMES))
    forms = ("{}", "\\u{:04x}", "\\u{:04X}", "\\U{:08x}")
    written = [char if (form := draw(st.sampled_from(forms))) == "{}" else form.format(ord(char)) for char in name]
    return '"' + "".join(written) + '"'


@given(
    spelled(), st.sampled_from(["[tool.{}]", "[ tool . {} ]", "tool.{} = {{}}", "tool = {{{} = {{}}}}", "[[tool.{}]]"])
)
@example('"ml\\u002daudit"', "[tool.{}]")
def test_a_file_that_concerns_us_is_always_parsed(key: str, form: str) -> None:
    text = form.format(key)
    tools = tomllib.loads(text)["tool"]
    if "ruff" not in tools:
        assert config.concerns(text.encode())


# Globs


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        pytest.param("src", "src src/a.py src/b/c.py", "srcs/a.py a/src src.py", id="folder"),
        pytest.param("src/", "src/a.py src/b/c.py", "srcs/a.py", id="folder-with-slash"),
        pytest.param("/src", "src/a.py", "a/src/b.py", id="rooted"),
        pytest.param("./src", "src/a.py", "a.py", id="here"),
        pytest.param("a/b.py", "a/b.py a/b.py/c", "b.py c/a/b.py a/b_py", id="file"),
        pytest.param(".", "a.py b/c.py .env", "", id="everything"),
        pytest.param("./", "a.py b/c.py", "", id="everything-with-slash"),
        pytest.param("**", "a.py b/c.py", "", id="everything-starred"),
        pytest.param("*.py", "a.py .py a.py/b", "b/a.py a.pyc apy", id="star-in-one-folder"),
        pytest.param("*", "a.py b/c.py", "", id="star-names-folders-too"),
        pytest.param("src/*", "src/a.py src/b/c.py", "src a/src/b", id="star-below"),
        pytest.param("src/*.py", "src/a.py", "src/b/c.py a.py", id="star-and-ending"),
        pytest.param("**/*.py", "a.py b/a.py b/c/a.py", "a.txt b/a.pyc", id="star-star"),
        pytest.param("src/**", "src/a.py src/b/c.py", "a/src/b.py srcs/a.py", id="star-star-last"),
        pytest.param("src/**/a.py", "src/a.py src/b/c/a.py", "a.py src/xa.py", id="star-star-between"),
        pytest.param("**/test", "test/a.py b/test/a.py", "b/tests/a.py", id="folder-anywhere"),
        pytest.param("a**z", "az a/b/z axz/q", "ab", id="star-star-in-a-name"),
        pytest.param("?.py", "a.py", "ab.py .py /.py", id="question-mark"),
        pytest.param("[ab].py", "a.py b.py", "c.py ab.py", id="class"),
        pytest.param("[a]b", "ab", "b [a]b", id="class-of-one"),
        pytest.param("x[ab]", "xa xb/c", "x xab", id="class-last"),
        pytest.param("[a-c]?", "a1 c2", "d1 a", id="range"),
        pytest.param("[!a].py", "b.py !.py", "a.py", id="negated"),
        pytest.param("src[!a]b", "src_b", "src/b srcab", id="never-a-slash"),
        pytest.param("[]a].py", "].py a.py", "b.py", id="bracket-first"),
        pytest.param("[!]a].py", "b.py", "].py a.py", id="bracket-first-negated"),
        pytest.param("[^a].py", "^.py a.py", "b.py", id="caret-is-a-character"),
        pytest.param("[\\d].py", "d.py \\.py", "1.py", id="backslash-is-a-character"),
        pytest.param("[[:a].py", "[.py :.py a.py", "b.py", id="bracket-inside"),
        pytest.param("a[b", "a[b a[b/c", "ab", id="open-bracket"),
        pytest.param("a[b*", "a[b a[bc", "ab", id="open-bracket-and-star"),
        pytest.param("a+(b).py*", "a+(b).py", "aab.py", id="other-signs"),
        pytest.param("", "", "a.py b/c", id="nothing"),
    ],
)
def test_a_glob_fits(glob: str, yes: str, no: str) -> None:
    paths = [*yes.split(), *no.split()]
    assert [path for path in paths if config.matches(path, (glob,))] == yes.split()


def test_a_glob_fits_names_with_line_breaks() -> None:
    assert config.matches("a\nb.py", ("*.py",))
    assert not config.matches("b.py\n", ("*.py",))


def test_any_of_several_globs_is_enough() -> None:
    assert config.matches("b.py", ("a.py", "b.*"))
    assert not config.matches("b.py", ())


@given(st.text("ab/*?[]!^-\\.&~|", max_size=8), st.text("ab/.", max_size=6))
def test_a_glob_that_is_accepted_never_breaks(glob: str, path: str) -> None:
    try:
        settings = config.parse(f"paths = ['{glob}']", "ml-audit.toml")
    except AuditError as error:
        assert "has a wrong [range]" in str(error)  # noqa: PT017
    else:
        assert config.audited(path, settings) in (True, False)


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        pytest.param(Config(), "src/a.py src/b/c.py d.py", id="everything"),
        pytest.param(Config(paths=("src",)), "src/a.py src/b/c.py", id="paths"),
        pytest.param(Config(exclude=("src/b", "*.py")), "src/a.py", id="exclude"),
        pytest.param(Config(paths=("src",), exclude=("**/c.py",)), "src/a.py", id="both"),
    ],
)
def test_the_audit_covers_paths_less_exclude(settings: Config, kept: str) -> None:
    paths = ("src/a.py", "src/b/c.py", "d.py")
    assert [path for path in paths if config.audited(path, settings)] == kept.split()
