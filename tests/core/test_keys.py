"""Settings are found by name and line in every configuration format."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_audit_hooks.core import keys
from ml_audit_hooks.core.keys import Key


def found(text: str, language: str) -> list[Key]:
    return list(keys.keys(textwrap.dedent(text).lstrip("\n"), language))


@pytest.mark.parametrize("language", sorted(keys.LANGUAGES))
@pytest.mark.parametrize("text", ["", "\n\n", "  \n", "# comment\n"])
def test_a_file_without_settings_has_none(text: str, language: str) -> None:
    assert [key for key in keys.keys(text, language) if key.name] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("seed: 42\n", [(1, "seed", "42")], id="plain"),
        pytest.param("seed: 42  # why\n", [(1, "seed", "42")], id="comment"),
        pytest.param("name: 'a # b'  # c\n", [(1, "name", "a # b")], id="quoted"),
        pytest.param('"a:b": "c"\n', [(1, "a:b", "c")], id="quoted-key"),
        pytest.param("image: a/b:1.0\n", [(1, "image", "a/b:1.0")], id="colon-in-a-value"),
        pytest.param("a:b: c\n", [(1, "a:b", "c")], id="colon-in-a-key"),
        pytest.param("url: https://x.org/a#b\n", [(1, "url", "https://x.org/a#b")], id="sign-in-a-value"),
        pytest.param("a:\r\n  b: 1\r\n", [(1, "a", ""), (2, "a.b", "1")], id="windows"),
        pytest.param(
            """
            ---
            trainer:
              # comment
              precision: 16
              callbacks:
                early: true

              epochs: 3
            data: x
            """,
            [
                (2, "trainer", ""),
                (4, "trainer.precision", "16"),
                (5, "trainer.callbacks", ""),
                (6, "trainer.callbacks.early", "true"),
                (8, "trainer.epochs", "3"),
                (9, "data", "x"),
            ],
            id="nested",
        ),
        pytest.param(
            """
            repos:
              - repo: a
                hooks:
                  - id: one
                  - id: two
              - repo: b
            """,
            [
                (1, "repos", ""),
                (2, "repos.repo", "a"),
                (3, "repos.hooks", ""),
                (4, "repos.hooks.id", "one"),
                (5, "repos.hooks.id", "two"),
                (6, "repos.repo", "b"),
            ],
            id="lists-of-maps",
        ),
        pytest.param(
            "names:\n  - one\n  - 'two # x'\n",
            [(1, "names", ""), (2, "names", "one"), (3, "names", "two # x")],
            id="list",
        ),
        pytest.param(
            """
            run: |
              seed: 1
                deeper: 2
            next: >-
              text: 3
            last: 4
            """,
            [(1, "run", ""), (4, "next", ""), (6, "last", "4")],
            id="text-blocks-hold-no-keys",
        ),
    ],
)
def test_yaml(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(text, "YAML") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("Env", "export A=1\nB='x y'\n# C=2\n", [(1, "A", "1"), (2, "B", "x y")], id="env"),
        pytest.param("TOML", 'a = "x # y"  # z\n', [(1, "a", "x # y")], id="toml-quoted"),
        pytest.param(
            "TOML",
            """
            top = 1
            [tool.pytest]  # here
            seed = 42
            ["tool"."x"]
            lr = 1e-3
            [[array]]
            b = true
            """,
            [
                (1, "top", "1"),
                (2, "tool.pytest", ""),
                (3, "tool.pytest.seed", "42"),
                (4, "tool.x", ""),
                (5, "tool.x.lr", "1e-3"),
                (6, "array", ""),
                (7, "array.b", "true"),
            ],
            id="toml-tables",
        ),
        pytest.param(
            "TOML",
            """
            [project]
            dependencies = [
                "torch",
                "numpy",
            ]
            name = "x"
            """,
            [
                (1, "project", ""),
                (2, "project.dependencies", "["),
                (3, "project.dependencies", "torch"),
                (4, "project.dependencies", "numpy"),
                (6, "project.name", "x"),
            ],
            id="toml-list",
        ),
        pytest.param(
            "INI",
            """
            [options]
            ; comment
            seed: 3
            install_requires =
                torch>=2
                numpy
            """,
            [
                (1, "options", ""),
                (3, "options.seed", "3"),
                (4, "options.install_requires", ""),
                (5, "options.install_requires", "torch>=2"),
                (6, "options.install_requires", "numpy"),
            ],
            id="ini",
        ),
    ],
)
def test_sections(language: str, text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"a": 1}', [], id="on-one-line"),
        pytest.param(
            """
            {
              "seed": 42,
              "train": {
                "lr": "1e-3",
                "betas": [
                  "x"
                ],
                "size": [1, 2],
                "url": "a # b"
              },
              "last": null
            }
            """,
            [
                (2, "seed", "42"),
                (3, "train", ""),
                (4, "train.lr", "1e-3"),
                (5, "train.betas", ""),
                (6, "train.betas", "x"),
                (8, "train.size", ""),
                (9, "train.url", "a # b"),
                (11, "last", "null"),
            ],
            id="nested",
        ),
    ],
)
def test_json(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert found(text, "JSON") == expected


@given(st.text(st.sampled_from("ab:=-#\"'[]{}|>,.; \n\t\r\0ä")) | st.text(), st.sampled_from(sorted(keys.LANGUAGES)))
def test_no_text_is_a_crash_and_lines_go_up(text: str, language: str) -> None:
    lines = [key.line for key in keys.keys(text, language)]
    assert lines == sorted(lines)
    assert set(lines) <= set(range(1, text.count("\n") + 2))
