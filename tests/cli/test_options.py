"""Options are parsed exactly as the table says, and wrong ones are answered with the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_audit_hooks.cli.options import Option, Parsed, help_text, parse
from ml_audit_hooks.core.errors import AuditError

TABLE = (
    Option("format", "how findings are printed", "FORM", ("text", "json"), "text"),
    Option("jobs", "processes", "N", default="0"),
    Option("strict", "markers fail too"),
)
DEFAULTS = {"format": "text", "jobs": "0"}


@pytest.mark.parametrize(
    ("words", "options", "arguments"),
    [
        pytest.param("", {}, (), id="nothing"),
        pytest.param("a.py b.py", {}, ("a.py", "b.py"), id="arguments"),
        pytest.param("--strict", {"strict": "yes"}, (), id="switch"),
        pytest.param("--strict --strict", {"strict": "yes"}, (), id="switch twice"),
        pytest.param("--jobs 2", {"jobs": "2"}, (), id="value apart"),
        pytest.param("--jobs=2", {"jobs": "2"}, (), id="value joined"),
        pytest.param("--jobs=", {"jobs": ""}, (), id="empty value"),
        pytest.param("--jobs --strict", {"jobs": "--strict"}, (), id="value that looks like an option"),
        pytest.param("--jobs 2 --jobs 3", {"jobs": "3"}, (), id="the last value counts"),
        pytest.param("--format json a.py", {"format": "json"}, ("a.py",), id="choice"),
        pytest.param("a.py --strict b.py", {"strict": "yes"}, ("a.py", "b.py"), id="mixed"),
        pytest.param("-- --strict -x", {}, ("--strict", "-x"), id="after two dashes"),
        pytest.param("--strict -- a.py -- b.py", {"strict": "yes"}, ("a.py", "--", "b.py"), id="two dashes once"),
        pytest.param("-", {}, ("-",), id="one dash"),
    ],
)
def test_words_become_options_and_arguments(words: str, options: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert parse(words.split(), TABLE, "tool") == Parsed({**DEFAULTS, **options}, arguments)


@pytest.mark.parametrize("words", ["-h", "--help", "a.py --help", "--strict -h --nope"])
def test_help_wins_over_what_follows(words: str) -> None:
    assert parse(words.split(), TABLE, "tool").wants_help


def test_help_after_two_dashes_is_a_file() -> None:
    assert parse(["--", "--help"], TABLE, "tool") == Parsed(DEFAULTS, ("--help",))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        pytest.param("--strickt", "tool: unknown option `--strickt`; did you mean --strict?", id="typing error"),
        pytest.param("--stric=1", "tool: unknown option `--stric=1`; did you mean --strict?", id="abbreviated"),
        pytest.param("--zzz", "tool: unknown option `--zzz`; see --help", id="unlike any"),
        pytest.param("-s", "tool: unknown option `-s`; see --help", id="one letter"),
        pytest.param("--strict=no", "tool: --strict takes no value; write --strict", id="switch with value"),
        pytest.param("--jobs", "tool: --jobs needs a value; write --jobs N", id="value missing"),
        pytest.param("--format xml", "tool: --format is none of text, json: xml", id="no choice"),
        pytest.param("--format=", "tool: --format is none of text, json: ", id="empty choice"),
    ],
)
def test_wrong_options_are_answered_with_the_mend(words: str, text: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse(words.split(), TABLE, "tool")
    assert str(caught.value) == text


def test_a_file_that_begins_with_a_dash_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.py").touch()
    (tmp_path / "--nope.py").touch()
    found = parse(["-x.py", "--nope.py", "a.py"], TABLE, "tool")
    assert found.arguments == ("-x.py", "--nope.py", "a.py")


def test_a_file_that_is_named_as_an_option_is_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "--strict").touch()
    assert parse(["--strict"], TABLE, "tool").arguments == ()


def test_the_help_names_every_option_with_its_choices_and_default() -> None:
    assert help_text("tool", "[options] [FILE ...]", "Does this.\n", TABLE) == (
        "usage: tool [options] [FILE ...]\n"
        "\n"
        "Does this.\n"
        "\n"
        "options:\n"
        "  --format FORM  how findings are printed (text|json), default text\n"
        "  --jobs N       processes, default 0\n"
        "  --strict       markers fail too\n"
        "  -h, --help     this text"
    )
