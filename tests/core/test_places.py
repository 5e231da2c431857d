"""What a path says by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ml_audit_hooks.core import places


@pytest.mark.parametrize(
    ("path", "suffix", "language"),
    [
        pytest.param("train", "", None, id="no-ending"),
        pytest.param("a.b/train", "", None, id="only-the-folder"),
        pytest.param(".gitignore", "", None, id="hidden"),
        pytest.param("a.", "", None, id="dot-at-the-end"),
        pytest.param("a.unknown", "unknown", None, id="unknown"),
        pytest.param("a.pyc", "pyc", None, id="binary"),
        pytest.param("a.PY", "py", "Python", id="upper-case"),
        pytest.param("a/b.test.py", "py", "Python", id="last-ending"),
        pytest.param(".hidden.py", "py", "Python", id="hidden-with-ending"),
        pytest.param("a.pyi", "pyi", "Python stub", id="python-stub"),
        pytest.param("a.ipynb", "ipynb", "Notebook", id="notebook"),
        pytest.param("docker/Dockerfile", "", "Dockerfile", id="by-name"),
        pytest.param("Dockerfile.gpu", "gpu", "Dockerfile", id="by-beginning"),
        pytest.param("gpu.Dockerfile", "dockerfile", "Dockerfile", id="by-ending"),
        pytest.param("Makefile", "", "Makefile", id="makefile"),
        pytest.param(".env", "", "Env", id="env"),
        pytest.param(".env.local", "local", "Env", id="env-of-a-place"),
    ],
)
def test_language_and_ending(path: str, suffix: str, language: str | None) -> None:
    assert (places.suffix(path), places.language(path)) == (suffix, language)


def test_no_ending_is_both_text_and_binary() -> None:
    assert places.BINARY_SUFFIXES.isdisjoint(places.TEXT_BY_SUFFIX)
    assert places.is_binary("a/B.PT")
    assert not places.is_binary("pt")


@pytest.mark.parametrize(
    ("question", "no", "yes"),
    [
        pytest.param(
            places.is_test,
            "a.py testing.py contest.py tests latest/a.py a/test.txt src/attest_x.py",
            "tests/a.py a/Test/b.py test_a.py a/b_test.py conftest.py a/conftest.py test_a.ipynb",
            id="test",
        ),
        pytest.param(
            places.is_vendored,
            "vendor.py a.py vendor a/external.py thirdparty_x/a.py",
            "vendor/a.py a/third_party/b.py A/Node_Modules/x.js external/b.py",
            id="vendored",
        ),
        pytest.param(
            places.is_generated,
            "pb2.py a_pb2.txt min.js/a.py",
            "a_pb2.py x/a_pb2_grpc.py a.min.js",
            id="generated",
        ),
    ],
)
def test_kinds_of_code(question: Callable[[str], bool], no: str, yes: str) -> None:
    assert [path for path in [*no.split(), *yes.split()] if question(path)] == yes.split()
