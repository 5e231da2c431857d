"""Keys of versions order as packaging orders the versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from ml_audit_hooks.vulndb import versions as module

from .advisories import version_or_none, versions


@pytest.mark.parametrize("text", ["", ".", "1.", "1..2", "v1", "1.0rc1", "1 .0", "²", "1.0+cu1", "9" * 301])
def test_no_key_is_made_in_short_of_what_is_not_numbers_and_dots(text: str) -> None:
    assert module.plain_key(text) is None


@pytest.mark.parametrize("text", ["", "latest", "2019-09-12", "1.0-foo", "1.*", "1" * 301, "+cu121"])
def test_what_is_no_version_has_no_key(text: str) -> None:
    assert module.pinned_key(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "1.0.0"), ("1.0+cu121", "1"), ("v1.2-1", "1.2.post1"), (" 1.0RC1 ", "1.0c1"), ("0", "0.0")],
)
def test_equal_versions_have_one_key(one: str, other: str) -> None:
    assert module.pinned_key(one) == module.pinned_key(other) is not None


@given(versions, versions)
def test_keys_order_as_versions_do(one: str, other: str) -> None:
    first, second = module.pinned_key(one), module.pinned_key(other)
    assert first is not None
    assert second is not None
    assert (first < second, first == second) == (Version(one) < Version(other), Version(one) == Version(other))


@given(versions, versions, st.sampled_from(["", "+cu121"]))
def test_a_pin_stands_to_a_bound_with_a_local_segment_as_packaging_says(pin: str, bound: str, local: str) -> None:
    key = module.pinned_key(pin)
    assert key is not None
    assert (key < module.key_of(Version(bound + local))) == (Version(pin) < Version(bound + local))


@given(st.text("0123456789.v!abrc+-_ ", max_size=12))
def test_the_short_way_gives_the_key_of_the_long_way(text: str) -> None:
    found, version = module.plain_key(text), version_or_none(text)
    if found is not None:
        assert version is not None
        assert found == module.key_of(version)


@given(versions)
def test_a_written_key_is_read_as_it_was(text: str) -> None:
    key = module.key_of(Version(text + "+x"))
    assert module.read(module.written(key)) == key
