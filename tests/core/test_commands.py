"""Shell commands are found where documents and scripts write them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml_audit_hooks.core import commands
from ml_audit_hooks.core.commands import Command


def shown(found: Iterator[Command]) -> list[str]:
    """``line: words`` of each command."""
    return [f"{command.line}: {' '.join(command.words)}" for command in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("# python a.py\n\n   # b\n", [], id="comments"),
        pytest.param("A=1\n", [], id="an-assignment-alone"),
        pytest.param("python a.py", ["1: python a.py"], id="plain"),
        pytest.param("\n  python   a.py  # why\r\n", ["2: python a.py"], id="blanks-and-comment"),
        pytest.param("A=1 B_2=x python a.py c=3", ["1: python a.py c=3"], id="assignments-in-front"),
        pytest.param("cd a && b || c; ls | wc &", ["1: cd a", "1: b", "1: c", "1: ls", "1: wc"], id="operators"),
        pytest.param("cd a&&ls;ls|wc", ["1: cd a", "1: ls", "1: ls", "1: wc"], id="operators-without-blanks"),
        pytest.param("python a.py \\\n  --lr 1 \\\n  --x\nls", ["1: python a.py --lr 1 --x", "4: ls"], id="continued"),
        pytest.param("python a.py \\", ["1: python a.py"], id="continued-into-nothing"),
        pytest.param("a 'b c' \"d;e\" f\\ g h'i'j", ["1: a b c d;e f g hij"], id="quotes"),
        pytest.param("a ''", ["1: a "], id="empty-word"),
        pytest.param("a b#c", ["1: a b#c"], id="sign-inside-a-word"),
        pytest.param("a 'open", ["1: a open"], id="open-quote"),
    ],
)
def test_shell(text: str, expected: list[str]) -> None:
    assert shown(commands.in_shell(text)) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_words_are_cut_as_a_shell_cuts_them(words: list[str]) -> None:
    assume("=" not in words[0])
    assume(not {*words} & {";", "&&", "||", "|", "&"})
    (command,) = commands.in_shell(shlex.join(words))
    assert command == (1, tuple(words))


@given(st.text(st.sampled_from("a='\"\\;&|#$ \n\t`-:")))
@pytest.mark.parametrize(
    "read",
    [commands.in_shell, commands.in_markdown, commands.in_makefile, commands.in_dockerfile, commands.in_workflow],
)
def test_no_text_is_a_crash(read: Callable[[str], Iterator[Command]], text: str) -> None:
    for command in read(text):
        assert 1 <= command.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("python a.py\n    python b.py\n", [], id="prose"),
        pytest.param("Run `python a.py`.\n", [], id="code-span"),
        pytest.param("```python\nimport x\n```\n", [], id="python-block"),
        pytest.param("```yaml\nrun: python a.py\n```\n", [], id="yaml-block"),
        pytest.param("```bash\nls\n\npython a.py\n```\nafter\n", ["2: ls", "4: python a.py"], id="shell-block"),
        pytest.param("~~~\nls\n~~~\n", ["2: ls"], id="no-language"),
        pytest.param("``` {.Bash}\nls\n```\n", ["2: ls"], id="attributes"),
        pytest.param("1. Do\n\n   ```sh\n   ls\n   ```\n", ["4: ls"], id="in-a-list"),
        pytest.param(
            "```console\n$ ls -l\n> more\n% zsh\n# note\n```\n", ["2: ls -l", "3: more", "4: zsh"], id="prompts"
        ),
        pytest.param("```sh\npython a.py \\\n  --x\n```\n", ["2: python a.py --x"], id="continued"),
        pytest.param("```json\npython a.py --x\n```\n", ["2: python a.py --x"], id="a-command-in-other-colours"),
        pytest.param("$ ls -l\n", ["1: ls -l"], id="prompt-in-prose"),
        pytest.param("```sh\nls\n", [], id="open-block"),
    ],
)
def test_markdown(text: str, expected: list[str]) -> None:
    assert shown(commands.in_markdown(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A = ls\ntrain: data\n", [], id="no-recipe"),
        pytest.param("train:\n\t@python a.py\n\t-rm x\n\t# no\n", ["2: python a.py", "3: rm x"], id="recipe"),
    ],
)
def test_makefile(text: str, expected: list[str]) -> None:
    assert shown(commands.in_makefile(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM python:3\nCOPY . /a\n# RUN ls\n", [], id="other-words"),
        pytest.param("run pip install x && ls\n", ["1: pip install x", "1: ls"], id="run"),
        pytest.param("FROM a\nRUN a \\\n  && b\nCMD c\n", ["2: a", "2: b", "4: c"], id="continued"),
        pytest.param('ENTRYPOINT ["python", "a.py"]\n', ["1: python a.py"], id="list"),
    ],
)
def test_dockerfile(text: str, expected: list[str]) -> None:
    assert shown(commands.in_dockerfile(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("name: ls\non: push\n", [], id="other-keys"),
        pytest.param("steps:\n  - run: pytest -q\n", ["2: pytest -q"], id="one-line"),
        pytest.param("- run: 'pytest'\n", ["1: pytest"], id="quoted"),
        pytest.param("- run: |\n    a\n\n    b && c\n  name: x\n", ["2: a", "4: b", "4: c"], id="block"),
        pytest.param("script:\n  - a\n  - b\nother: c\n", ["2: a", "3: b"], id="list"),
        pytest.param("a:\n  script:\n  - b\n  - c\n  d: e\n", ["3: b", "4: c"], id="list-not-indented"),
        pytest.param("- run: |\n    a\n- run: b\n", ["2: a", "3: b"], id="one-after-another"),
        pytest.param("run: >-\n  a \\\n  b\n", ["2: a b"], id="to-the-end"),
    ],
)
def test_workflow(text: str, expected: list[str]) -> None:
    assert shown(commands.in_workflow(text)) == expected
