"""The requirements that are read without a parser are read as the parser reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from ml_audit_hooks.checks.lockfiles.grammar import Malformed, plain, requirement
from ml_audit_hooks.checks.lockfiles.packages import normalised, public

_NAMES = st.sampled_from(["torch", "scikit_learn", "ruamel.yaml", "a", "_a", "a-", "Zope.Interface", "b__c", "1x", "é"])
_VERSIONS = st.sampled_from(
    ["1", "1.2", "2.1.0+cu121", "1.*", "1.0rc1", "1.0.post1", "", "1..2", "v1", "2.0+1", "1.0+CU", "1.2.3.*", "0"]
)
_OPERATORS = st.sampled_from(["==", ">=", "<=", "~=", "!=", "<", ">", "===", "=", "=>"])
_BLANKS = st.sampled_from(["", " ", "  "])
_MARKERS = st.sampled_from(
    [
        *(
            "",
            ";",
            "; python_version < '3.8'",
            ' ;sys_platform == "win32" and python_version >= "3.9"',
            "; extra == 'x'",
        ),
        *(
            "; python_version",
            "; os_name == 'nt' or",
            "; foo == 'bar'",
            "; python_version in '3.8'",
            "; 'nt' == os_name",
        ),
    ]
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line that is a requirement, or nearly one."""
    text = draw(_NAMES) + draw(_BLANKS)
    text += draw(st.sampled_from(["", "[gpu]", "[a, B_c]", "[]", "[a", "[-]"]))
    parts = draw(st.lists(st.tuples(_OPERATORS, _BLANKS, _VERSIONS), max_size=3))
    return text + draw(_BLANKS) + ",".join(op + blank + version for op, blank, version in parts) + draw(_MARKERS)


@given(lines())
def test_what_is_read_plainly_is_what_packaging_reads(text: str) -> None:
    read = plain(text)
    if read is None:
        return
    parsed = Parsed(text)
    assert read.name == canonicalize_name(parsed.name)
    assert read.extras == tuple(sorted(canonicalize_name(extra) for extra in parsed.extras))
    assert sorted(filter(None, read.specifier.split(","))) == sorted(str(part) for part in parsed.specifier)
    assert (read.marker == "") == (parsed.marker is None)


@given(lines())
def test_a_line_is_refused_exactly_where_packaging_refuses_it(text: str) -> None:
    try:
        Parsed(text)
    except InvalidRequirement:
        with pytest.raises(Malformed):
            requirement(text)
    else:
        assert requirement(text).name


@pytest.mark.parametrize(
    "text", ["torch==2.1.0", "torch==2.1.0+cu121", "a[b]>=1,<2", "x ; python_version < '3.8'", "y"]
)
def test_the_usual_lines_are_read_plainly(text: str) -> None:
    assert plain(text) is not None


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("a", ""),
        ("a>=1", ""),
        ("a==1.*", ""),
        ("a~=1.2", ""),
        ("a==1.2", "1.2"),
        ("a===1.2", "1.2"),
        ("a==1.2,!=1.3", "1.2"),
        ("a==2.1.0+cu121", "2.1.0+cu121"),
        ("a==1.0rc1", "1.0rc1"),
    ],
)
def test_a_pin_is_one_exact_version(text: str, version: str) -> None:
    assert requirement(text).pinned == version


@given(st.text("abcXYZ019._-", min_size=1))
def test_names_are_normalised_as_pep_503_says(name: str) -> None:
    assert normalised(name) == canonicalize_name(name)


@pytest.mark.parametrize(("version", "shown"), [("2.1.0", "2.1.0"), ("2.1.0+cu121", "2.1.0"), ("", "")])
def test_a_local_segment_is_no_part_of_the_public_version(version: str, shown: str) -> None:
    assert public(version) == shown
