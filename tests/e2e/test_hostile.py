"""No file stops an audit: what cannot be judged is named with its reason, everything else is judged."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.conftest import Repo
from tests.e2e import hostile
from tests.e2e.support import NOTHING_TO_ADD, STUB, Checkout, Done, run


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = Checkout(tmp_path_factory.mktemp("hostile") / "checkout")
    hostile.build(made)
    return made


@pytest.fixture(scope="module")
def audited(checkout: Checkout) -> Done:
    return checkout.run("ml-audit", "run")


def test_there_are_enough_of_them() -> None:
    assert len(hostile.FILES) > 100
    assert len({file.name for file in hostile.FILES}) == len(hostile.FILES)
    assert len(hostile.BROKEN) > 50


def steady(errors: list[str]) -> list[str]:
    """The errors without those that depend on the version of the parser."""
    return [error for error in errors if not error.startswith(tuple(f"{file.place}: " for file in hostile.VARYING))]


def test_the_whole_is_audited_and_asks_to_look_at_the_new_errors(checkout: Checkout, audited: Done) -> None:
    assert audited.code == 1
    assert audited.err == ""
    blocks = checkout.audit.count("\nQuestion for ChatGPT-5 ")
    assert audited.out == f"{checkout.path / AUDIT_FILE}: written; {blocks} error captures, see its section 8\n"
    assert len(hostile.BROKEN) <= blocks <= len(hostile.BROKEN) + len(hostile.VARYING)


def test_the_second_run_has_nothing_new(checkout: Checkout, audited: Done) -> None:
    before = checkout.audit
    assert checkout.run("ml-audit", "run").code == 0
    assert checkout.run("audit-report").code == 0
    os.unlink(checkout.path / ".git/ml-audit-stamp")
    assert checkout.run("audit-report") == (0, "", "")
    assert checkout.audit == before


def test_the_errors_name_exactly_what_cannot_be_judged(checkout: Checkout, audited: Done) -> None:
    done = checkout.run("ml-audit", "report", "--format", "json", "--output", "-")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.out)
    errors = [row["error"].replace("\n", "\\n") for row in document["errors"]]
    assert sorted(steady(errors)) == sorted(f"{file.place}: {file.error}" for file in hostile.BROKEN)
    assert {row["step"] for row in document["errors"]} == {"1:Read the staged tree"}
    assert document["repository"]["files"] == len(hostile.FILES)


def test_each_varying_file_is_judged_or_named(checkout: Checkout, audited: Done) -> None:
    reasons = ("is nested too deeply to be parsed", "does not parse as Python 3: line ")
    document = checkout.as_json()
    for file in hostile.VARYING:
        found = [row["error"] for row in document["errors"] if row["error"].startswith(f"{file.place}: ")]
        assert all(error.removeprefix(f"{file.place}: ").startswith(reasons) for error in found)
        assert len(found) <= 1


def test_the_json_is_valid_for_every_reader(checkout: Checkout, audited: Done, schema: dict[str, object]) -> None:
    import jsonschema

    done = checkout.run("ml-audit", "report", "--format", "json", "--output", "-")
    document = json.loads(done.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    jsonschema.Draft202012Validator(schema).validate(document)
    done.out.encode()  # no lone surrogate


def test_the_audit_file_is_text_in_eight_sections(checkout: Checkout, audited: Done) -> None:
    text = (checkout.path / AUDIT_FILE).read_text("utf-8")
    heads = [line for line in text.split("\n") if line.startswith("## ")]
    assert [head[:5] for head in heads] == [f"## {number}." for number in range(1, 9)]
    assert text.count("\n:::\n") == 2 * text.count("\nQuestion for ChatGPT-5 ")
    assert "<script" not in text.replace("`<script>", "").replace("&lt;script", "")
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab"])
def test_the_hook_names_each_of_them_too(checkout: Checkout, form: str) -> None:
    done = checkout.run("audit-stubs", "--format", form, *(file.path for file in hostile.FILES))
    assert done.code == 1
    assert "Traceback" not in done.out + done.err
    if form == "text":
        unread = [line for line in done.out.splitlines() if ": AUD001 " in line]
        named = {line.partition(": AUD001 ")[0].rsplit(":", 2)[0] for line in unread}
        assert named - {file.label for file in hostile.VARYING} == {file.label for file in hostile.BROKEN}
    elif form != "github":
        json.loads(done.out)
    stubs = {file.path for file in hostile.FILES if file.path.startswith("tree/") and not file.error}
    assert all(path in done.out for path in stubs)


def test_what_the_work_tree_lost_is_judged_as_it_is_staged(checkout: Checkout, audited: Done) -> None:
    stubs = {stub["path"] for stub in checkout.as_json()["repo_map"]["stubs"]}
    staged = {file.path for file in hostile.FILES if file.path.startswith("tree/") and file.content == STUB.encode()}
    assert len(staged) == 9
    assert staged <= stubs
    assert "tree/folder.py/inside.py" not in stubs


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_any_number_of_processes_gives_the_same_bytes(checkout: Checkout, audited: Done, jobs: str) -> None:
    before = checkout.audit
    shutil.rmtree(checkout.path / ".git/ml-audit")
    (checkout.path / ".git/ml-audit-stamp").unlink(missing_ok=True)
    assert checkout.run("ml-audit", "run", "--jobs", jobs).code == 0
    assert checkout.audit == before


def test_a_folder_outside_of_git_may_hold_anything(tmp_path: Path) -> None:
    made = Checkout(tmp_path / "checkout")
    hostile.build(made)
    shutil.rmtree(made.path / ".git")
    done = run("ml-audit", "run", str(made.path), cwd=tmp_path)
    assert done.code == 1
    assert done.err == ""
    text = (made.path / AUDIT_FILE).read_text("utf-8")
    errors = [line for line in text.split("\n") if line.startswith("names/")]
    assert len(errors) == 7
    for name in ("fifo", "socket", "gone", "device", "endless", "lost_object"):
        assert f"`tree/{name}.py` |" not in text
    assert "| [`tree/folder.py/inside.py`](tree/folder.py/inside.py) | `train` | `pass` |" in text


@pytest.mark.parametrize("kind", ["fifo", "folder", "link", "dangling", "device"])
def test_an_audit_file_that_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    made = Checkout(tmp_path / "checkout")
    made.commit({"train.py": STUB})
    path = made.path / AUDIT_FILE
    outside = tmp_path / "outside.md"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        os.symlink({"link": str(outside), "dangling": "nowhere", "device": "/dev/zero"}[kind], path)
    outside.write_text("<!-- ml-audit-hooks 0 -->\n")
    for command in (["ml-audit", "run"], ["audit-report"], ["ml-audit", "run", "--adopt"]):
        done = made.run(*command)
        assert done.code == 2
        assert done.out == ""
        assert done.err.startswith(f"{path}: is no regular file")
        assert done.err.count("\n") == 1
    assert outside.read_text() == "<!-- ml-audit-hooks 0 -->\n"
    assert not (made.path / "nowhere").exists()


def test_a_mended_file_loses_its_error(tmp_path: Path) -> None:
    made = Checkout(tmp_path / "checkout")
    made.commit({"src/a.py": "x = (\n" + "\n" * 100, "src/b.py": STUB})
    assert made.run("audit-report").code == 1
    made.add({"src/a.py": "x = ()\n" + "\n" * 100})
    assert made.run("audit-report").lines == [
        "- error src/a.py: does not parse as Python 3: line 1",
        NOTHING_TO_ADD,
    ]
    assert "None: every file was read and every check ran to its end." in made.audit


def test_an_unmerged_file_is_audited_on_our_side_and_said_so(tmp_path: Path) -> None:
    made = Checkout(tmp_path / "checkout")
    made.commit({"train.py": "x = 1\n"})
    made.branch("feature")
    made.commit({"train.py": "x = 2\n"})
    made.switch("main")
    made.commit({"train.py": STUB})
    assert not made.merge("feature")
    assert made.run("ml-audit", "run").code == 1
    assert "\ntrain.py: is not merged; our side was audited\n" in made.audit
    assert "| [`train.py`](train.py) | `train` | `pass` |" in made.audit


def test_a_broken_index_is_an_error_of_use(tmp_path: Path) -> None:
    made = Repo(tmp_path / "checkout")
    made.commit({"train.py": STUB})
    made.write(".git/index", b"DIRC" + os.urandom(60))
    done = run("ml-audit", "run", cwd=made.path)
    assert done == (
        2,
        "",
        f"{made.path}: `git ls-files -s` ended with 128; run it by hand to see why\n",
    )
