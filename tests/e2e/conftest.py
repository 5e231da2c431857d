"""Fixtures of the end-to-end tests."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tests.e2e.support import TOOLS, Checkout


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """An empty checkout."""
    return Checkout(tmp_path / "checkout")


@pytest.fixture(params=TOOLS)
def stubs_installed(request: pytest.FixtureRequest, checkout: Checkout) -> Checkout:
    """A checkout in which `audit-stubs` guards every commit, by each hook runner in turn."""
    checkout.use(request.param, ["audit-stubs"])
    return checkout


@pytest.fixture(params=TOOLS)
def report_installed(request: pytest.FixtureRequest, checkout: Checkout) -> Checkout:
    """A checkout in which `audit-report` guards every commit and the audit file is committed."""
    checkout.use(request.param, ["audit-report"])
    assert checkout.run("ml-audit", "run", "--quiet").code == 0
    checkout.add()
    checkout.force_commit()
    return checkout


@pytest.fixture(scope="session")
def schema() -> dict[str, object]:
    """The schema of the audit as JSON, as the package ships it."""
    text = files("ml_audit_hooks").joinpath("report/audit.schema.json").read_text("utf-8")
    found: dict[str, object] = json.loads(text)
    return found
