"""`ml-audit report --format json` has the contract's shape, and the schema that ships with the package is strict."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

from ml_audit_hooks import __version__
from tests.cli.conftest import Console

FILES = {
    "src/train.py": "import torch\n\n\ndef train():\n    pass\n\n\ndef save(model):\n    torch.save(model, 'x.pt')\n",
    "src/model.py": "class Net:\n    def forward(self):\n        raise NotImplementedError\n\n\ndef load():\n    ...\n",
    "src/fake.py": "def train(data):\n    # placeholder\n    print('done')\n    return {'accuracy': 0.9}\n",
    "src/late.py": "def late():  # audit: ignore[STB001] next year until=2030-01-01\n    pass\n",
    "broken.py": "x = \n",
    "conf/a.yaml": "# TODO: more\ntoken: changeme\n",
    "nb/a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "def f():\n    pass\n"}]}),
    "README.md": "# Net\n",
}


@pytest.fixture
def document(console: Console, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    console.commit(FILES)
    found: dict[str, Any] = console.document("ml-audit", "report", "--format", "json", "--output", "-")
    found["head"] = console.head()
    return found


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema)


def objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of the schema that describes an object."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield path, schema
        for name, value in schema.items():
            yield from objects(value, f"{path}/{name}")


def test_the_schema_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_every_object_names_all_its_keys_and_no_others(schema: dict[str, Any]) -> None:
    found = dict(objects(schema))
    assert len(found) > 20
    for path, part in found.items():
        assert part["additionalProperties"] is False, path
        assert sorted(part["required"]) == sorted(part["properties"]), path


def test_the_top_level_keys_are_those_of_the_contract_in_its_order(
    schema: dict[str, Any], document: dict[str, Any]
) -> None:
    keys = (
        "schema tool repository repo_map capabilities findings high_signal patches gates reproducibility randomness"
        " checkpoints deferred errors"
    ).split()
    document.pop("head")
    assert [*document] == keys
    assert [*schema["properties"]] == keys


def test_a_whole_audit_is_valid(schema: dict[str, Any], document: dict[str, Any]) -> None:
    head = document.pop("head")
    validator(schema).validate(document)
    assert document["tool"] == {"name": "ml-audit-hooks", "version": __version__}
    assert document["repository"] == {"head": head, "files": len(FILES), "audited": 6}


def test_an_empty_checkout_is_valid(schema: dict[str, Any], console: Console) -> None:
    document = console.document("ml-audit", "report", "--format", "json", "--output", "-")
    validator(schema).validate(document)
    assert document["repository"] == {"head": None, "files": 0, "audited": 0}
    assert document["repo_map"] == {"directories": [], "key_files": [], "stubs": []}
    assert len(document["capabilities"]) == 14


def test_the_repo_map_has_the_places_of_stubs(document: dict[str, Any]) -> None:
    stubs = document["repo_map"]["stubs"]
    assert stubs[0] == {
        "path": "conf/a.yaml",
        "line": 2,
        "cell": None,
        "symbol": "token",
        "kind": "placeholder-value",
        "text": "changeme",
    }
    assert [(stub["path"], stub["cell"], stub["line"], stub["symbol"], stub["kind"]) for stub in stubs[1:]] == [
        ("conf/a.yaml", None, 1, "<file>", "todo-comment"),
        ("nb/a.ipynb", 0, 1, "f", "pass-body"),
        ("src/fake.py", None, 1, "train", "placeholder-body"),
        ("src/model.py", None, 2, "Net.forward", "not-implemented"),
        ("src/model.py", None, 6, "load", "ellipsis-body"),
        ("src/train.py", None, 4, "train", "pass-body"),
    ]


def test_the_errors_have_step_and_time(document: dict[str, Any]) -> None:
    assert document["errors"] == [
        {
            "step": "1:Read the staged tree",
            "error": "broken.py: does not parse as Python 3: line 1",
            "context": "no check could judge this file; everything else was audited",
            "timestamp": "2023-11-14T22:13:20Z",
        }
    ]


def test_facets_belong_to_their_capability(document: dict[str, Any]) -> None:
    for capability in document["capabilities"]:
        for facet in capability["facets"]:
            assert facet["id"].partition(".")[0] == capability["id"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda d: d.update(extra=1), id="unknown key"),
        pytest.param(lambda d: d.pop("errors"), id="missing key"),
        pytest.param(lambda d: d.update(schema=2), id="another version"),
        pytest.param(lambda d: d["repository"].update(head="main"), id="a branch for a commit"),
        pytest.param(lambda d: d["repo_map"]["stubs"][0].update(kind="stub"), id="unknown kind"),
        pytest.param(lambda d: d["repo_map"]["stubs"][0].update(line=0), id="line 0"),
        pytest.param(lambda d: d["repo_map"]["stubs"][0].update(cell=-1), id="cell -1"),
        pytest.param(lambda d: d["repo_map"]["directories"][0].update(size=1), id="unknown key of a directory"),
        pytest.param(lambda d: d["capabilities"][0].update(status="Done"), id="unknown status"),
        pytest.param(lambda d: d["capabilities"].pop(), id="13 capabilities"),
        pytest.param(lambda d: d["findings"][0].update(severity="fatal"), id="unknown severity"),
        pytest.param(lambda d: d["findings"][0].update(new="yes"), id="text for a truth"),
        pytest.param(lambda d: d["errors"][0].update(timestamp="today"), id="no time"),
        pytest.param(lambda d: d["gates"]["ml_test_score"].pop("data"), id="missing score"),
        pytest.param(lambda d: d["randomness"].append({"path": "a"}), id="half a row"),
        pytest.param(
            lambda d: d["checkpoints"].append(
                {"path": "a", "line": 1, "cell": None, "what": "write", "holds": [], "unsafe": False, "atomic": True}
            ),
            id="unknown word",
        ),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_have(
    schema: dict[str, Any], document: dict[str, Any], spoil: Callable[[dict[str, Any]], object]
) -> None:
    document.pop("head")
    spoiled = copy.deepcopy(document)
    spoil(spoiled)
    assert validator(schema).is_valid(document)
    assert not validator(schema).is_valid(spoiled)


FULL_ROWS: dict[str, list[dict[str, Any]]] = {
    "high_signal": [{"title": "t", "detail": "d", "evidence": []}],
    "patches": [
        {
            "id": "P1",
            "title": "t",
            "why": "w",
            "risk": "r",
            "rollback": "r",
            "tests": ["pytest"],
            "diff": "",
            "closes": [],
        }
    ],
    "reproducibility": [{"item": "seeds", "state": "present", "evidence": [], "note": ""}],
    "randomness": [
        {"path": "a", "cell": None, "symbol": "main", "sources": [{"source": "torch", "seeded": True, "line": 3}]}
    ],
    "checkpoints": [
        {
            "path": "a",
            "line": 1,
            "cell": 0,
            "what": "save",
            "holds": ["weights", "rng"],
            "unsafe": False,
            "atomic": True,
        }
    ],
}


@pytest.mark.parametrize("key", sorted(FULL_ROWS))
def test_the_rows_of_checks_to_come_have_their_place(
    schema: dict[str, Any], document: dict[str, Any], key: str
) -> None:
    document.pop("head")
    document[key] = FULL_ROWS[key]
    validator(schema).validate(document)
