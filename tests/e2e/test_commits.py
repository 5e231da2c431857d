"""`audit-stubs` guards commits by real pre-commit and real prek: only what the base lacks fails."""

from __future__ import annotations

import pytest

from tests.e2e.support import REAL, SCRIPTS, STUB, STUB_LINE, TOOLS, Checkout, local_config

SAVE = "def save():\n    pass\n"
SAVE_LINE = "train.py:4:1: STB001 save has no body but `pass`"
TWO_CLASSES = "class {}:\n    def save(self):\n        pass\n"


def test_a_commit_without_stubs_passes(stubs_installed: Checkout) -> None:
    stubs_installed.add({"train.py": REAL})
    assert stubs_installed.try_commit().code == 0
    assert stubs_installed.git("show", "HEAD:train.py") + "\n" == REAL


def test_a_commit_without_a_file_for_the_hook_passes(stubs_installed: Checkout) -> None:
    stubs_installed.add({"weights.bin": b"\0pass", "notes.md": "TODO\n"})
    assert stubs_installed.try_commit().code == 0


def test_a_marker_alone_passes(stubs_installed: Checkout) -> None:
    stubs_installed.add({"train.py": "# TODO: later\n" + REAL})
    assert stubs_installed.try_commit().code == 0


def test_an_old_stub_in_a_changed_file_passes(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": STUB})
    stubs_installed.add({"train.py": "import fit\n\n\n" + STUB + "\n\ndef load():\n    return fit.load()\n"})
    assert stubs_installed.try_commit().code == 0


def test_a_renamed_file_with_an_old_stub_passes(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": STUB + REAL.replace("train", "fine_tune") * 5})
    stubs_installed.git("mv", "train.py", "engine.py")
    assert stubs_installed.try_commit().code == 0


def test_a_file_copied_into_a_new_one_brings_new_stubs(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": STUB})
    stubs_installed.add({"again.py": STUB})
    assert stubs_installed.try_commit().found == [STUB_LINE.replace("train.py", "again.py")]


def test_a_new_stub_fails_and_its_mend_passes(stubs_installed: Checkout) -> None:
    before = stubs_installed.head()
    stubs_installed.add({"train.py": STUB})
    failed = stubs_installed.try_commit()
    assert failed.code == 1
    assert failed.lines[-2:] == [STUB_LINE, "audit-stubs: 1 new stub in 1 of 1 file"]
    assert stubs_installed.head() == before
    stubs_installed.add({"train.py": REAL})
    assert stubs_installed.try_commit().code == 0
    assert stubs_installed.head() != before


def test_only_the_new_one_of_two_stubs_fails(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": STUB})
    stubs_installed.add({"train.py": STUB + "\n" + SAVE})
    assert stubs_installed.try_commit().lines[-2:] == [
        SAVE_LINE,
        "audit-stubs: 1 new stub in 1 of 1 file (1 known)",
    ]


def test_two_equal_stubs_count_as_two(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": TWO_CLASSES.format("Adam")})
    stubs_installed.add({"train.py": TWO_CLASSES.format("Adam") + TWO_CLASSES.format("Lion")})
    assert stubs_installed.try_commit().found == ["train.py:5:5: STB001 Lion.save has no body but `pass`"]


def test_a_renamed_file_with_one_stub_more_fails_on_that_one(stubs_installed: Checkout) -> None:
    body = STUB + REAL.replace("train", "fine_tune") * 9
    stubs_installed.force_commit({"train.py": body})
    stubs_installed.git("mv", "train.py", "engine.py")
    stubs_installed.add({"engine.py": body + SAVE})
    assert stubs_installed.try_commit().found == ["engine.py:21:1: STB001 save has no body but `pass`"]


def test_a_file_that_no_longer_parses_fails(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": REAL, "old.py": "print 'python 2'\n"})
    stubs_installed.add({"train.py": "def train(:\n", "old.py": "print 'still python 2'\n"})
    assert stubs_installed.try_commit().lines[-2:] == [
        "train.py:1:1: AUD001 does not parse as Python 3: line 1",
        "audit-stubs: 1 new finding in 1 of 2 files (1 known)",
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_strict_makes_a_marker_fail(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"], "--strict")
    checkout.add({"train.py": "# TODO: later\n" + REAL})
    assert checkout.try_commit().found == ["train.py:1:1: STB005 TODO: later"]


def test_commit_a_judges_what_it_stages(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": REAL})
    stubs_installed.write("train.py", STUB)
    assert stubs_installed.try_commit("-a").found == [STUB_LINE]
    stubs_installed.write("train.py", REAL + "\n")
    assert stubs_installed.try_commit("-a").code == 0


def test_commit_of_a_path_judges_that_path_only(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": REAL, "other.py": "x = 1\n"})
    stubs_installed.add({"train.py": STUB})
    stubs_installed.write("other.py", "x = 2\n")
    assert stubs_installed.try_commit("other.py").code == 0
    assert stubs_installed.try_commit("train.py").found == [STUB_LINE]


def test_an_amended_commit_is_compared_with_itself(stubs_installed: Checkout) -> None:
    stubs_installed.force_commit({"train.py": STUB})
    stubs_installed.add({"train.py": STUB + "\n" + SAVE})
    assert stubs_installed.try_commit("--amend").found == [SAVE_LINE]
    stubs_installed.add({"train.py": STUB + "\n" + SAVE.replace("pass", "return store()")})
    assert stubs_installed.try_commit("--amend").code == 0


def test_the_first_commit_has_no_base(checkout: Checkout) -> None:
    checkout.write(".git/hooks/pre-commit", "")
    (checkout.path / ".git/hooks/pre-commit").unlink()
    checkout.add({".pre-commit-config.yaml": local_config(["audit-stubs"]), "train.py": STUB})
    assert checkout.run("prek", "install").code == 0
    assert checkout.try_commit().found == [STUB_LINE]


def test_staged_content_counts_and_not_the_work_tree(stubs_installed: Checkout) -> None:
    stubs_installed.add({"train.py": STUB})
    stubs_installed.write("train.py", REAL)
    assert stubs_installed.try_commit().found == [STUB_LINE]
    stubs_installed.add({"train.py": REAL})
    stubs_installed.write("train.py", STUB)
    assert stubs_installed.try_commit().code == 0
    assert (stubs_installed.path / "train.py").read_text() == STUB


def test_staged_content_counts_without_a_hook_runner_too(checkout: Checkout) -> None:
    checkout.commit({"train.py": REAL})
    checkout.add({"train.py": STUB})
    checkout.write("train.py", REAL)
    assert checkout.run("audit-stubs", "train.py").found == [STUB_LINE]
    checkout.add({"train.py": REAL + "\n"})
    checkout.write("train.py", STUB)
    assert checkout.run("audit-stubs", "train.py").code == 0


def conflicting(checkout: Checkout, ours: str, theirs: str) -> None:
    """Two branches that both change train.py, merged up to the conflict."""
    checkout.force_commit({"train.py": "x = 1\n"})
    checkout.branch("feature")
    checkout.force_commit({"train.py": "x = 2\n" + theirs})
    checkout.switch("main")
    checkout.force_commit({"train.py": "x = 3\n" + ours})
    assert not checkout.merge("feature")


def test_a_merge_of_two_sides_that_added_an_equal_stub_passes(stubs_installed: Checkout) -> None:
    conflicting(stubs_installed, STUB, STUB)
    stubs_installed.add({"train.py": "x = 4\n" + STUB})
    assert stubs_installed.try_commit().code == 0
    assert stubs_installed.git("rev-list", "--parents", "-1", "HEAD").count(" ") == 2


def test_a_merge_may_hold_the_equal_stubs_of_both_sides(stubs_installed: Checkout) -> None:
    ours, theirs, third = (TWO_CLASSES.format(name) for name in ("Adam", "Lion", "Muon"))
    conflicting(stubs_installed, ours, theirs)
    stubs_installed.add({"train.py": "x = 4\n" + ours + theirs + third})
    assert stubs_installed.try_commit().found == ["train.py:9:5: STB001 Muon.save has no body but `pass`"]
    stubs_installed.add({"train.py": "x = 4\n" + ours + theirs})
    assert stubs_installed.try_commit().code == 0


@pytest.mark.parametrize("tool", TOOLS)
def test_an_automatic_merge_takes_over_the_other_sides_stubs(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"], types=("pre-commit", "pre-merge-commit"))
    checkout.branch("feature")
    checkout.force_commit({"train.py": STUB})
    checkout.switch("main")
    checkout.force_commit({"other.py": "x = 1\n"})
    done = checkout.run("git", "merge", "--no-ff", "-m", "merge", "feature")
    assert done.found == []
    assert done.code == 0


def test_a_rebase_that_stops_for_an_edit_judges_the_edit(stubs_installed: Checkout) -> None:
    stubs_installed.branch("feature")
    stubs_installed.force_commit({"train.py": STUB})
    stubs_installed.switch("main")
    stubs_installed.force_commit({"other.py": "x = 1\n"})
    stubs_installed.switch("feature")
    stopped = stubs_installed.run("git", "rebase", "-i", "main", GIT_SEQUENCE_EDITOR="sed -i s/^pick/edit/")
    assert stopped.code == 0
    stubs_installed.add({"train.py": STUB + "\n" + SAVE})
    assert stubs_installed.try_commit("--amend").found == [SAVE_LINE]
    stubs_installed.add({"train.py": STUB})
    assert stubs_installed.run("git", "rebase", "--continue", GIT_EDITOR="true").code == 0
    assert stubs_installed.git("log", "--format=%s", "main..feature") == "forced"


@pytest.mark.parametrize("tool", TOOLS)
def test_each_commit_of_a_rebase_can_be_judged_by_its_refs(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"])
    checkout.branch("feature")
    checkout.force_commit({"train.py": REAL})
    checkout.force_commit({"train.py": STUB})
    checkout.switch("main")
    checkout.force_commit({"other.py": "x = 1\n"})
    checkout.switch("feature")
    judge = f"{SCRIPTS / tool} run --from-ref HEAD~1 --to-ref HEAD"
    stopped = checkout.run("git", "rebase", "-x", judge, "main")
    assert stopped.code == 1
    assert stopped.found == [STUB_LINE]
    assert checkout.git("log", "--format=%s", "main..HEAD") == "forced\nforced"


@pytest.mark.parametrize("tool", TOOLS)
def test_all_files_of_a_clean_checkout_have_nothing_as_base(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"])
    checkout.force_commit({"train.py": STUB, "model.py": SAVE})
    done = checkout.run(tool, "run", "--all-files")
    assert done.code == 1
    assert done.found == ["model.py:1:1: STB001 save has no body but `pass`", STUB_LINE]


@pytest.mark.parametrize("tool", TOOLS)
def test_all_files_are_compared_with_the_configured_baseline(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"])
    checkout.force_commit({"train.py": STUB, "ml-audit.toml": 'baseline = "v1"\n'})
    checkout.git("tag", "v1")
    assert checkout.run(tool, "run", "--all-files").code == 0
    checkout.force_commit({"model.py": SAVE})
    assert checkout.run(tool, "run", "--all-files").found == ["model.py:1:1: STB001 save has no body but `pass`"]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_range_is_compared_with_its_start(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"])
    checkout.force_commit({"train.py": STUB})
    checkout.force_commit({"train.py": STUB + "\n\ndef load():\n    return 1\n"})
    assert checkout.run(tool, "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD").code == 0
    done = checkout.run(tool, "run", "--from-ref", "HEAD~2", "--to-ref", "HEAD")
    assert done.code == 1
    assert done.found == [STUB_LINE]


@pytest.mark.parametrize("tool", TOOLS)
def test_many_files_in_parallel_batches_give_every_line_once(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs"])
    names = [f"{'module_with_a_long_name_' * 8}{n:03}.py" for n in range(900)]
    checkout.add(dict.fromkeys(names, STUB))
    done = checkout.try_commit()
    assert sorted(done.found) == [STUB_LINE.replace("train.py", name) for name in names]
    batches = [line for line in done.lines if line.startswith("audit-stubs: ")]
    assert sum(int(line.split()[1]) for line in batches) == len(names)
