"""Values behave as typing.NamedTuple does."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import typing
from collections.abc import Callable
from typing import Any

import pytest

from ml_audit_hooks.core import values


class Known:
    """The standard library's class."""

    class Row(typing.NamedTuple):
        """A row."""

        line: int
        text: str = "x"

        @property
        def shown(self) -> str:
            return f"{self.line}:{self.text}"

        @classmethod
        def empty(cls) -> Any:
            return cls(0, "")


class Own:
    """The same by our class."""

    class Row(values.NamedTuple):
        """A row."""

        line: int
        text: str = "x"

        @property
        def shown(self) -> str:
            return f"{self.line}:{self.text}"

        @classmethod
        def empty(cls) -> Any:
            return cls(0, "")


def matched(row: Any, kind: Any) -> object:
    match row:
        case kind(line, text):
            return line, text
    return None


def assigned(row: Any, name: str) -> None:
    setattr(row, name, 1)


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda row: tuple(row(1)), id="default"),
        pytest.param(lambda row: tuple(row(1, "y")), id="by-place"),
        pytest.param(lambda row: tuple(row(text="y", line=1)), id="by-name"),
        pytest.param(lambda row: tuple(row(1, text="y")), id="mixed"),
        pytest.param(lambda row: repr(row(1, "a'b")), id="repr"),
        pytest.param(lambda row: str(row(1)), id="str"),
        pytest.param(lambda row: (row(1).line, row(1).text, row(1)[0], row(1)[-1]), id="fields"),
        pytest.param(lambda row: (row(1) == row(1, "x"), row(1) == (1, "x"), row(1) != row(2)), id="equality"),
        pytest.param(lambda row: hash(row(1)) == hash((1, "x")), id="hash"),
        pytest.param(
            lambda row: sorted([row(2), row(1, "z"), row(1, "a")]) == [(1, "a"), (1, "z"), (2, "x")], id="order"
        ),
        pytest.param(lambda row: row(1)._asdict(), id="asdict"),
        pytest.param(lambda row: tuple(row(1)._replace(text="y")), id="replace"),
        pytest.param(lambda row: type(row(1)._replace(line=2)) is row, id="replace-keeps-the-class"),
        pytest.param(lambda row: tuple(row._make(iter([1, 2]))), id="make"),
        pytest.param(lambda row: type(row._make([1, 2])) is row, id="make-gives-the-class"),
        pytest.param(lambda row: (row._fields, row._field_defaults, row.__match_args__), id="introspection"),
        pytest.param(lambda row: (row.__name__, row.__doc__, row.__slots__), id="class"),
        pytest.param(lambda row: (row(3).shown, tuple(row.empty())), id="methods"),
        pytest.param(lambda row: matched(row(1), row), id="match"),
        pytest.param(lambda row: isinstance(row(1), tuple) and hasattr(row(1), "__dict__"), id="no-dict"),
        pytest.param(lambda row: copy.copy(row(1)) == row(1), id="copy"),
        pytest.param(lambda row: type(copy.deepcopy(row(1))) is row, id="deepcopy"),
        pytest.param(lambda row: pickle.loads(pickle.dumps(row(1, "y"))) == row(1, "y"), id="pickle"),
    ],
)
def test_gives_what_typing_gives(use: Callable[[Any], object]) -> None:
    assert use(Own.Row) == use(Known.Row)


@pytest.mark.parametrize(
    ("use", "errors"),
    [
        pytest.param(lambda row: row(), TypeError, id="too-few"),
        pytest.param(lambda row: row(1, 2, 3), TypeError, id="too-many"),
        pytest.param(lambda row: row(1, line=2), TypeError, id="twice"),
        pytest.param(lambda row: row(1, other=2), TypeError, id="unknown"),
        pytest.param(lambda row: row(text="y"), TypeError, id="without-a-needed-one"),
        pytest.param(lambda row: row._make([1]), TypeError, id="make-of-too-few"),
        pytest.param(lambda row: row._make([1, 2, 3]), TypeError, id="make-of-too-many"),
        pytest.param(lambda row: row(1)._replace(other=2), (TypeError, ValueError), id="replace-unknown"),
        pytest.param(lambda row: assigned(row(1), "line"), AttributeError, id="set-a-field"),
        pytest.param(lambda row: assigned(row(1), "other"), AttributeError, id="set-another"),
        pytest.param(lambda row: row(1).other, AttributeError, id="get-another"),
    ],
)
def test_refuses_what_typing_refuses(use: Callable[[Any], object], errors: Any) -> None:
    for row in (Known.Row, Own.Row):
        with pytest.raises(errors):
            use(row)


def test_a_wrong_call_names_the_class_and_its_fields() -> None:
    with pytest.raises(TypeError, match=r"^Row\('line', 'text'\) called with \(1,\), \{'other': 2\}$"):
        Own.Row(1, other=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^Row: field 'line' is not given$"):
        Own.Row()  # type: ignore[call-arg]


def test_costs_no_heavy_import() -> None:
    code = "import sys, ml_audit_hooks.core.values; print(sorted({'typing', 'dataclasses', 're'} & {*sys.modules}))"
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"]
    assert subprocess.run(bare, capture_output=True, check=True, text=True).stdout == "[]\n"
