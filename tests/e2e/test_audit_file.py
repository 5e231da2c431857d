"""`audit-report` keeps CODEBASE_AUDIT.md true, keeps what belongs to people, and never touches the index."""

from __future__ import annotations

import pytest

from ml_audit_hooks import __version__
from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.e2e.support import NOTHING_TO_ADD, REAL, STUB, TOOLS, Checkout, run

FOREIGN = "# Audit of 2024\n\nWritten by hand, with care.  \n"
REFUSAL = (
    f"{AUDIT_FILE}: was not written by ml-audit and is kept as it is; "
    "run `ml-audit run --adopt` to carry its text into a notes block, or move it away"
)
NOTES = (
    "<!-- audit:notes risk-1 -->\nMine |  \tspaces  \n\n## 9. no section\r\n:::\n\x0cé \N{SNOWMAN}\n"
    "<!-- /audit:notes -->"
)


def test_a_commit_that_changes_nothing_of_the_audit_passes(report_installed: Checkout) -> None:
    report_installed.add({"train.py": REAL})
    report_installed.run("ml-audit", "run")
    report_installed.add()
    assert report_installed.try_commit().code == 0
    before = report_installed.audit
    report_installed.add({"train.py": REAL.replace("fit()", "fit(1)")})
    assert report_installed.try_commit().code == 0
    assert report_installed.audit == before


def test_the_hook_rewrites_says_what_changed_and_passes_the_second_time(report_installed: Checkout) -> None:
    report_installed.force_commit({"src/train.py": REAL * 100})
    report_installed.run("ml-audit", "run")
    report_installed.force_commit({AUDIT_FILE: report_installed.audit})
    report_installed.add({"src/train.py": REAL * 100 + "class Trainer:\n    def resume(self):\n        pass\n"})
    first = report_installed.try_commit()
    assert first.code == 1
    assert "+ stub src/train.py: Trainer.resume" in first.lines
    assert first.lines[-1] == NOTHING_TO_ADD
    assert report_installed.git("diff", "--cached", "--name-only") == "src/train.py"
    report_installed.add({AUDIT_FILE: report_installed.audit})
    assert report_installed.try_commit().code == 0
    assert report_installed.committed_audit() == report_installed.audit
    assert "| [`src/train.py`](src/train.py) | `Trainer.resume` | `pass` |" in report_installed.audit


def test_the_hook_itself_leaves_every_byte_of_the_index_alone(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.add({"train.py": STUB})
    before = (checkout.path / ".git/index").read_bytes()
    assert checkout.run("audit-report").code == 1
    assert checkout.run("audit-report").code == 0
    assert (checkout.path / ".git/index").read_bytes() == before


def test_a_mended_stub_is_named_with_a_minus(checkout: Checkout) -> None:
    checkout.commit({"src/train.py": STUB * 200})
    assert checkout.run("audit-report").lines == [NOTHING_TO_ADD]
    checkout.add({"src/train.py": REAL * 200})
    done = checkout.run("audit-report")
    assert (done.code, done.lines[-1]) == (1, NOTHING_TO_ADD)
    assert "- stub src/train.py: train" in done.lines


def test_a_change_of_line_numbers_changes_no_byte(checkout: Checkout) -> None:
    checkout.commit({"src/train.py": "x = 1\n" * 300 + STUB})
    checkout.run("audit-report")
    checkout.commit({"src/train.py": "x = 1\n" * 310 + STUB})
    assert checkout.run("audit-report") == (0, "", "")


def test_a_commit_of_a_path_gets_the_audit_of_its_own_index(report_installed: Checkout) -> None:
    report_installed.add({"a.py": REAL})
    report_installed.force_commit()
    report_installed.add({"b.py": STUB})
    report_installed.write("a.py", REAL + "# TODO: more\n")
    assert report_installed.try_commit("a.py").code == 1
    assert "b.py" not in report_installed.audit
    assert "TODO: more" in report_installed.audit
    assert report_installed.try_commit("a.py", AUDIT_FILE).code == 0
    assert report_installed.git("show", "--name-only", "--format=", "HEAD").split() == [AUDIT_FILE, "a.py"]
    clone = Checkout(report_installed.path.parent / "clone")
    clone.git("pull", "-q", str(report_installed.path), "main")
    assert clone.fresh_audit() == report_installed.audit


def test_commit_a_gets_the_audit_of_all_changed_files(report_installed: Checkout) -> None:
    report_installed.force_commit({"a.py": REAL})
    report_installed.write("a.py", STUB)
    assert report_installed.try_commit("-a").code == 1
    assert "| [`a.py`](a.py) | `train` | `pass` |" in report_installed.audit
    assert report_installed.try_commit("-a").code == 0
    assert report_installed.git("status", "--porcelain") == ""


def test_a_foreign_file_is_kept_and_named(report_installed: Checkout) -> None:
    report_installed.add({AUDIT_FILE: FOREIGN, "train.py": REAL})
    done = report_installed.try_commit()
    assert done.code == 1
    assert done.lines[-2:] == ["- exit code: 2", REFUSAL]
    assert report_installed.audit == FOREIGN


@pytest.mark.parametrize("command", [["ml-audit", "run"], ["audit-report"], ["audit-all"]], ids=" ".join)
def test_every_command_refuses_a_foreign_file_with_exit_code_2(checkout: Checkout, command: list[str]) -> None:
    checkout.commit({AUDIT_FILE: FOREIGN})
    assert checkout.run(*command) == (2, "", REFUSAL + "\n")
    assert checkout.audit == FOREIGN


@pytest.mark.parametrize("command", [["ml-audit", "run"], ["audit-report"]], ids=" ".join)
def test_adopt_carries_a_foreign_file_into_a_notes_block(checkout: Checkout, command: list[str]) -> None:
    checkout.commit({AUDIT_FILE: FOREIGN, "train.py": REAL})
    assert checkout.run(*command, "--adopt").code == (1 if command == ["audit-report"] else 0)
    head, block, rest = checkout.audit.partition(
        "<!-- audit:notes adopted -->\n# Audit of 2024\n\nWritten by hand, with care.  \n<!-- /audit:notes -->\n"
    )
    assert head.startswith(f"<!-- ml-audit-hooks {__version__} -->\n# Codebase audit\n")
    assert block
    assert rest.startswith("\n## 1. Repo Map\n")
    before = checkout.audit
    assert checkout.run(*command, "--adopt").code == 0
    assert checkout.run(*command).code == 0
    assert checkout.audit == before


def test_report_reads_beside_a_foreign_file_and_leaves_it(checkout: Checkout) -> None:
    checkout.commit({AUDIT_FILE: FOREIGN, "train.py": STUB})
    assert checkout.as_json()["repo_map"]["stubs"][0]["symbol"] == "train"
    assert checkout.audit == FOREIGN


def test_an_empty_file_is_nobodys_and_is_filled(checkout: Checkout) -> None:
    checkout.commit({AUDIT_FILE: "\n", "train.py": REAL})
    assert checkout.run("audit-report").code == 1
    assert checkout.audit.startswith("<!-- ml-audit-hooks ")


@pytest.mark.parametrize("section", [*range(1, 9)])
def test_notes_are_carried_over_to_the_byte(checkout: Checkout, section: int) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    marker = f"\n## {section}. "
    at = checkout.audit.index("\n\n", checkout.audit.index(marker))
    text = checkout.audit[:at] + "\n\n" + NOTES + checkout.audit[at:]
    (checkout.path / AUDIT_FILE).write_bytes(text.encode() + b"")
    checkout.add({"train.py": STUB})
    assert checkout.run("audit-report").code == 1
    written = checkout.audit
    assert written.count(NOTES) == 1
    assert written.count("audit:notes") == 4
    assert written.index(marker) < written.index(NOTES)
    assert section == 8 or written.index(NOTES) < written.index(f"\n## {section + 1}. ")
    assert checkout.run("audit-report").code == 0
    assert checkout.audit == written


def test_bytes_that_are_no_text_are_carried_over(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    note = b"<!-- audit:notes x -->\n\xff\xfe\xe9\n<!-- /audit:notes -->\n"
    (checkout.path / AUDIT_FILE).write_bytes(checkout.audit.encode() + note)
    checkout.add({"train.py": STUB})
    assert checkout.run("audit-report").code == 1
    assert note in (checkout.path / AUDIT_FILE).read_bytes()


def test_notes_below_a_section_of_somebodys_own_are_carried_over(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    checkout.write(AUDIT_FILE, checkout.audit + "\n## 9. Our own\n\n" + NOTES + "\n")
    assert checkout.run("audit-report").code == 1
    assert NOTES in checkout.audit
    assert "Our own" not in checkout.audit


def test_a_notes_block_that_is_not_closed_stops_the_run(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    text = checkout.audit + "<!-- audit:notes x -->\nmine\n"
    checkout.write(AUDIT_FILE, text)
    line = text.count("\n") - 1
    fact = f"{AUDIT_FILE}:{line}: a notes block is not closed; add `<!-- /audit:notes -->` where it ends\n"
    assert checkout.run("audit-report") == (2, "", fact)
    assert checkout.audit == text


def test_a_notes_block_that_lost_its_first_line_stops_the_run(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    text = checkout.audit + "mine\n<!-- /audit:notes -->\n"
    checkout.write(AUDIT_FILE, text)
    fact = f"{AUDIT_FILE}:{text.count(chr(10))}: closes a notes block that was not opened; "
    mend = "add `<!-- audit:notes ID -->` where it begins, or remove the line\n"
    assert checkout.run("audit-report") == (2, "", fact + mend)
    assert checkout.audit == text


def test_an_edit_by_hand_outside_of_notes_is_undone(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.run("ml-audit", "run")
    right = checkout.audit
    checkout.write(AUDIT_FILE, right.replace("| `pass` |", "| fine |") + "all good\n")
    assert checkout.run("audit-report").code == 1
    assert checkout.audit == right


def test_a_deleted_audit_file_is_made_again(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.run("ml-audit", "run")
    right = checkout.audit
    (checkout.path / AUDIT_FILE).unlink()
    assert checkout.run("audit-report").code == 1
    assert checkout.audit == right


@pytest.mark.parametrize("tool", TOOLS)
def test_merge_conflicts_in_the_audit_file_resolve_themselves(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-report"])

    def change(name: str, note: str) -> None:
        checkout.add({f"{name}/train.py": STUB})
        checkout.run("ml-audit", "run", "--quiet")
        block = f"<!-- audit:notes {note} -->\n{note}\n<!-- /audit:notes -->\n\n## 2. "
        checkout.write(AUDIT_FILE, checkout.audit.replace("## 2. ", block, 1))
        checkout.add()
        assert checkout.try_commit().code == 0

    checkout.run("ml-audit", "run", "--quiet")
    checkout.add()
    checkout.force_commit()
    checkout.branch("feature")
    change("theirs", "from-them")
    checkout.switch("main")
    change("ours", "from-us")
    assert not checkout.merge("feature")
    assert "<<<<<<< HEAD" in checkout.audit
    assert checkout.run("ml-audit", "run").code == 0
    assert "<<<<<<<" not in checkout.audit
    rows = [f"\n| [`{name}/train.py`]({name}/train.py) | `train` | `pass` |\n" for name in ("ours", "theirs")]
    for text in (*rows, "\nfrom-us\n", "\nfrom-them\n"):
        assert checkout.audit.count(text) == 1, text
    checkout.add()
    assert checkout.try_commit().code == 0
    assert checkout.committed_audit() == checkout.fresh_audit()


def test_conflict_markers_inside_of_a_note_are_left_to_people(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    note = "<!-- audit:notes x -->\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> b\n<!-- /audit:notes -->"
    checkout.write(AUDIT_FILE, checkout.audit.replace("## 2. ", note + "\n\n## 2. "))
    checkout.run("audit-report")
    assert note in checkout.audit


def test_the_audit_file_never_audits_itself(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.run("ml-audit", "run")
    before = checkout.audit
    checkout.add()
    assert checkout.run("audit-report").code == 0
    assert checkout.audit == before
    assert AUDIT_FILE not in {key["path"] for key in checkout.as_json()["repo_map"]["key_files"]}
    assert checkout.as_json()["repository"]["files"] == 1


def times(checkout: Checkout) -> dict[str, str]:
    """The time of each error, by file."""
    return {row["error"].partition(":")[0]: row["timestamp"][:10] for row in checkout.as_json()["errors"]}


def test_the_time_of_an_error_stands_as_long_as_the_error(checkout: Checkout) -> None:
    def commit(day: str, files: dict[str, str | bytes]) -> None:
        checkout.add(files)
        assert checkout.run("git", "commit", "-qm", "c", GIT_COMMITTER_DATE=f"{day}T12:00:00Z").code == 0
        checkout.run("ml-audit", "run")

    commit("2026-01-10", {"a.py": "x = (\n"})
    assert times(checkout) == {"a.py": "2026-01-10"}
    commit("2026-02-10", {"b.py": "x = (\n"})
    assert times(checkout) == {"a.py": "2026-01-10", "b.py": "2026-02-10"}
    commit("2026-03-10", {"a.py": "# the error moves\nx = (\n", "b.py": "x = 1\n"})
    assert times(checkout) == {"a.py": "2026-01-10"}
    commit("2026-04-10", {"a.py": "caf\xe9".encode("latin-1"), "b.py": "x = (\n"})
    assert times(checkout) == {"a.py": "2026-04-10", "b.py": "2026-04-10"}


def test_a_given_time_is_that_of_new_errors_only(checkout: Checkout) -> None:
    checkout.commit({"a.py": "x = (\n"})
    checkout.run("ml-audit", "run", SOURCE_DATE_EPOCH="0")
    checkout.add({"b.py": "x = (\n"})
    checkout.run("ml-audit", "run", SOURCE_DATE_EPOCH="1700000000")
    assert times(checkout) == {"a.py": "1970-01-01", "b.py": "2023-11-14"}


def test_a_note_that_is_not_staged_is_never_lost(report_installed: Checkout) -> None:
    note = "<!-- audit:notes x -->\nmine\n<!-- /audit:notes -->\n"
    report_installed.write(AUDIT_FILE, report_installed.audit + "\n" + note)
    report_installed.add({"train.py": STUB})
    for _ in range(2):
        assert report_installed.try_commit().code == 1
        assert note in report_installed.audit
    assert report_installed.run("ml-audit", "run").code == 0
    report_installed.add()
    assert report_installed.try_commit().code == 0
    assert note in report_installed.committed_audit()
    assert "| [`train.py`](train.py) | `train` | `pass` |" in report_installed.committed_audit()


def test_the_hook_works_in_a_sub_folder(checkout: Checkout) -> None:
    checkout.commit({"src/deep/train.py": STUB})
    assert checkout.run("audit-report", cwd="src/deep").lines == [NOTHING_TO_ADD]
    assert not (checkout.path / "src/deep" / AUDIT_FILE).exists()
    assert "`src/deep/train.py`" in checkout.audit


def test_run_takes_the_checkout_that_holds_a_path(checkout: Checkout) -> None:
    checkout.commit({"src/train.py": STUB})
    done = run("ml-audit", "run", str(checkout.path / "src"), cwd=checkout.path.parent)
    assert done == (0, f"{checkout.path / AUDIT_FILE}: written\n", "")
    assert run("ml-audit", "run", str(checkout.path), cwd=checkout.path.parent).out == (
        f"{checkout.path / AUDIT_FILE}: up to date\n"
    )
