"""git is found, asked offline, and asked about the right checkout."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ml_audit_hooks.core import git
from ml_audit_hooks.core.errors import GitError
from tests.conftest import Repo

ABSENT = "0123456789012345678901234567890123456789"


def found(path: Path) -> git.Repository:
    repository = git.find_repository(str(path))
    assert repository is not None
    return repository


def worktree(repo: Repo) -> Path:
    repo.commit({"a.py": "a\n"})
    path = repo.path.parent / "linked"
    repo.git("worktree", "add", "-q", "-b", "linked", str(path))
    return path


def submodule(repo: Repo) -> Path:
    inner = Repo(repo.path.parent / "inner")
    inner.commit({"inner.py": "i\n"})
    repo.commit({"a.py": "a\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    return repo.path / "sub"


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = len(os.listdir("/dev/fd"))
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert len(os.listdir("/dev/fd")) <= before


# Discovery


def lone_folder(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()


def git_folder_without_head(tmp_path: Path) -> None:
    (tmp_path / "plain" / ".git").mkdir(parents=True)


def git_file_of_something_else(tmp_path: Path) -> None:
    lone_folder(tmp_path)
    (tmp_path / "plain" / ".git").write_bytes(b"# not git\n")


def git_file_in_a_loop(tmp_path: Path) -> None:
    lone_folder(tmp_path)
    (tmp_path / "plain" / ".git").symlink_to(".git")


@pytest.mark.parametrize(
    "prepare", [lone_folder, git_folder_without_head, git_file_of_something_else, git_file_in_a_loop]
)
def test_outside_git_there_is_no_repository(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    prepare(tmp_path)
    assert git.find_repository(str(tmp_path / "plain")) is None


@pytest.mark.parametrize("start", ["", "sub", "sub/deep", "sub/../sub"])
def test_a_checkout_is_found_from_every_folder_in_it(repo: Repo, start: str) -> None:
    repo.write("sub/deep/a.py")
    dot = str(repo.path / ".git")
    assert found(repo.path / start) == (str(repo.path), dot, dot, dot + "/index", False)


def test_a_checkout_is_found_through_a_symlink(repo: Repo) -> None:
    repo.commit({"a.py": "a\n"})
    link = repo.path.parent / "link"
    link.symlink_to(repo.path)
    assert git.run(found(link), "ls-files") == b"a.py\n"


def test_a_linked_worktree_has_its_own_index_and_the_shared_objects(repo: Repo) -> None:
    linked = worktree(repo)
    dot = str(repo.path / ".git")
    own = f"{dot}/worktrees/linked"
    assert found(linked) == (str(linked), own, dot, own + "/index", False)


def test_a_submodule_is_a_checkout_of_its_own(repo: Repo) -> None:
    path = submodule(repo)
    own = str(repo.path / ".git/modules/sub")
    assert found(path) == (str(path), own, own, own + "/index", False)
    assert git.run(found(path), "ls-files") == b"inner.py\n"


def test_the_innermost_of_nested_checkouts_counts(repo: Repo) -> None:
    inner = Repo(repo.path / "inner")
    assert found(inner.path / "x").root == str(inner.path)


# The environment of a hook


@pytest.mark.parametrize(
    ("folder", "named", "index"),
    [
        pytest.param("", ".git/index", ".git/index", id="relative"),
        pytest.param("sub", ".git/index", ".git/index", id="relative-to-the-root"),
        pytest.param("", "{root}/.git/index.lock", ".git/index.lock", id="commit-all"),
        pytest.param("", "{root}/.git/next-index-7.lock", ".git/next-index-7.lock", id="partial-commit"),
        pytest.param("sub", "{root}/../elsewhere", "../elsewhere", id="an-index-elsewhere"),
        pytest.param("", "", ".git/index", id="empty"),
    ],
)
def test_the_index_of_a_commit_is_obeyed(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, folder: str, named: str, index: str
) -> None:
    repo.write("sub/a.py")
    monkeypatch.chdir(repo.path / folder)
    monkeypatch.setenv("GIT_INDEX_FILE", named.format(root=repo.path))
    repository = repo.find()
    assert (repository.inherited, repository.index_file) == (True, os.path.normpath(repo.path / index))


def test_a_hook_in_a_linked_worktree_sees_that_worktree(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = worktree(repo)
    own = repo.path / ".git/worktrees/linked"
    monkeypatch.chdir(linked)
    monkeypatch.setenv("GIT_DIR", str(own))
    monkeypatch.setenv("GIT_INDEX_FILE", str(own / "index.lock"))
    assert found(linked) == (str(linked), str(own), str(repo.path / ".git"), str(own / "index.lock"), True)


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"GIT_INDEX_FILE": "{outer}/.git/index.lock"}, id="index-of-another"),
        pytest.param({"GIT_INDEX_FILE": "no/such/folder/index"}, id="index-in-no-folder"),
        pytest.param({"GIT_DIR": "{outer}/.git"}, id="git-dir-of-another"),
        pytest.param({"GIT_DIR": "{outer}/.git", "GIT_INDEX_FILE": ".git/index"}, id="both"),
        pytest.param({"GIT_WORK_TREE": "{outer}"}, id="work-tree-of-another"),
        pytest.param({"GIT_OBJECT_DIRECTORY": "{outer}/.git/objects", "GIT_DIR": "{outer}/.git"}, id="objects"),
    ],
)
def test_the_environment_of_another_checkout_is_not_obeyed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    repo.commit({"mine.py": "m\n"})
    outer = Repo(tmp_path / "outer")
    outer.commit({"theirs.py": "t\n"})
    monkeypatch.chdir(repo.path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(outer=outer.path))
    repository = repo.find()
    assert (repository.inherited, repository.index_file) == (False, str(repo.path / ".git/index"))
    assert git.run(repository, "ls-files") == b"mine.py\n"


def test_a_hook_of_the_parent_does_not_lend_its_index_to_a_submodule(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = submodule(repo)
    monkeypatch.chdir(path)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert git.run(found(path), "ls-files") == b"inner.py\n"


def test_the_environment_of_a_hook_elsewhere_is_not_obeyed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.path / ".git/other"))
    assert repo.find().index_file == str(repo.path / ".git/index")


def test_a_work_tree_without_dot_git_is_found_by_git_dir(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit({"a.py": "a\n"})
    (tmp_path / "files").mkdir()
    monkeypatch.chdir(tmp_path / "files")
    monkeypatch.setenv("GIT_DIR", "../repo/.git")
    repository = found(tmp_path / "files")
    assert (repository.root, repository.git_dir) == (str(tmp_path / "files"), str(repo.path / ".git"))
    assert git.run(repository, "ls-files") == b"a.py\n"


@pytest.mark.parametrize("folder", ["", "sub"])
def test_a_relative_git_dir_holds_from_every_folder(repo: Repo, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    repo.commit({"sub/a.py": "a\n"})
    monkeypatch.chdir(repo.path / folder)
    monkeypatch.setenv("GIT_DIR", os.path.relpath(repo.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", os.path.relpath(repo.path))
    assert repo.find().inherited
    assert git.run(repo.find(), "ls-files") == b"sub/a.py\n"


HOOK = """#!{python}
import sys
sys.path[:0] = {path!r}
from ml_audit_hooks.core import git, tree
repository = git.find_repository(".")
with open({seen!r}, "w") as file:
    file.write(" ".join(f"{{e.path}}={{git.run(repository, 'cat-file', '-p', e.blob).decode()}}"
        for e in tree.staged(repository).entries))
"""


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        pytest.param(("commit", "-m", "x"), "a.py=A2 b.py=B1", id="staged"),
        pytest.param(("commit", "-a", "-m", "x"), "a.py=A2 b.py=B2", id="all"),
        pytest.param(("commit", "-m", "x", "b.py"), "a.py=A1 b.py=B2", id="partial"),
        pytest.param(("-C", "sub", "commit", "-am", "x"), "a.py=A2 b.py=B2", id="from-a-sub-folder"),
    ],
)
def test_a_real_hook_sees_what_is_committed(repo: Repo, command: tuple[str, ...], seen: str) -> None:
    repo.commit({"a.py": "A1", "b.py": "B1"})
    hook = repo.write(
        ".git/hooks/pre-commit", HOOK.format(python=sys.executable, path=sys.path, seen=str(repo.path / "seen"))
    )
    hook.chmod(0o755)
    repo.write("sub/x")
    repo.add({"a.py": "A2"})
    repo.write("b.py", "B2")
    repo.git(*command)
    assert (repo.path / "seen").read_text() == seen


@pytest.mark.parametrize(
    ("folder", "prefix"),
    [
        pytest.param("repo", "", id="root"),
        pytest.param("repo/a/b", "a/b/", id="below"),
        pytest.param(".", None, id="above"),
        pytest.param("other", None, id="beside"),
        pytest.param("repo2", None, id="same-beginning"),
        pytest.param("repo/..x", "..x/", id="dotted-name"),
    ],
)
def test_the_prefix_is_that_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, prefix: str | None
) -> None:
    (tmp_path / "repo").mkdir()
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / folder)
    assert git.find_prefix(str(tmp_path / "repo")) == prefix


# Calls


def test_output_is_read_whole(repo: Repo) -> None:
    text = "".join(f"line {i}\n" for i in range(30_000))
    repo.add({"long.txt": text})
    assert git.run(repo.find(), "cat-file", "-p", repo.blob("long.txt")) == text.encode()


def test_a_failure_names_the_folder_and_the_command(repo: Repo) -> None:
    with pytest.raises(GitError) as caught:
        git.run(repo.find(), "rev-parse", "--verify", "nothing")
    assert str(caught.value) == f"{repo.path}: `git rev-parse --verify` ended with 128; run it by hand to see why"


def test_an_expected_failure_gives_nothing(repo: Repo) -> None:
    assert git.run(repo.find(), "rev-parse", "--verify", "nothing", fails=(128,)) == b""
    with pytest.raises(GitError):
        git.run(repo.find(), "rev-parse", "--verify", "nothing", fails=(1,))


def test_without_git_there_is_an_error_that_says_so(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    repository = repo.find()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(GitError) as caught:
        git.run(repository, "ls-files")
    assert str(caught.value) == ("git: cannot be started (No such file or directory); install git and put it on PATH")


def test_what_git_says_of_a_failure_is_not_printed(repo: Repo, capfd: pytest.CaptureFixture[str]) -> None:
    git.run(repo.find(), "rev-parse", "--verify", "nothing", fails=(128,))
    assert capfd.readouterr() == ("", "")


def test_every_call_is_in_english_offline_literal_and_without_locks(repo: Repo) -> None:
    assert dict(os.environ) | {
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    } == git.environment(repo.find())


def test_a_call_outside_a_checkout_is_about_none(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    assert git.environment(repo.find())["GIT_DIR"] == str(repo.path / ".git")
    assert "GIT_DIR" not in git.environment(None)


def test_a_monitor_that_the_repository_names_is_never_run(repo: Repo) -> None:
    ran = repo.path / "ran"
    monitor = repo.write("monitor.sh", f"#!/bin/sh\necho >> {ran}\n")
    monitor.chmod(monitor.stat().st_mode | stat.S_IXUSR)
    repo.commit({"a.py": "a\n"})
    repo.git("config", "core.fsmonitor", str(monitor))
    git.run(repo.find(), "ls-files", "-m")
    assert not ran.exists()
    repo.git("ls-files", "-m")
    assert ran.exists()


# Objects


@pytest.fixture
def contents() -> list[bytes]:
    return [b"", b"\n", b"a\n", b"no line break", b"nul \0 byte\n", b"x" * 300_000 + b"\n", b"1 blob 2\n", b"a\n"]


def test_objects_give_every_content_as_it_is(repo: Repo, contents: list[bytes]) -> None:
    repo.add({f"f{i}": data for i, data in enumerate(contents)})
    objects = git.Objects(repo.find())
    for i, data in enumerate(contents):
        blob = repo.blob(f"f{i}")
        assert (objects.size(blob), objects.read(blob), objects.read(blob)) == (len(data), data, data)
    objects.close()


def test_a_replaced_object_is_read_as_it_was_committed(repo: Repo) -> None:
    repo.add({"a.py": "a\n", "b.py": "b\n"})
    repo.git("replace", repo.blob("a.py"), repo.blob("b.py"))
    assert repo.git("cat-file", "-p", repo.blob("a.py")) == "b"
    objects = git.Objects(repo.find())
    assert objects.read(repo.blob("a.py")) == b"a\n"
    objects.close()


def test_a_missing_object_is_none_and_the_others_still_come(repo: Repo) -> None:
    repo.add({"a.py": "a\n"})
    objects = git.Objects(repo.find())
    for _ in range(2):
        assert (objects.size(ABSENT), objects.read(ABSENT)) == (None, None)
        assert objects.read(repo.blob("a.py")) == b"a\n"
    objects.close()


def test_a_damaged_object_is_none_and_the_others_still_come(repo: Repo) -> None:
    repo.add({"a.py": "a\n", "b.py": "b\n"})
    blob = repo.blob("a.py")
    loose = repo.path / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.write_bytes(b"damaged")
    objects = git.Objects(repo.find())
    assert (objects.read(blob), objects.read(repo.blob("b.py"))) == (None, b"b\n")
    objects.close()


def test_a_git_that_was_killed_is_started_again(repo: Repo) -> None:
    repo.add({"a.py": "a\n"})
    blob, objects = repo.blob("a.py"), git.Objects(repo.find())
    assert objects.read(blob) == b"a\n"
    (running,) = objects._running.values()
    os.kill(running._pid, signal.SIGKILL)
    os.waitid(os.P_PID, running._pid, os.WEXITED | os.WNOWAIT)
    assert (objects.read(blob), objects.read(blob)) == (None, b"a\n")
    objects.close()


def test_objects_that_were_closed_may_be_asked_again(repo: Repo) -> None:
    repo.add({"a.py": "a\n"})
    objects = git.Objects(repo.find())
    for _ in range(2):
        assert (objects.size(repo.blob("a.py")), objects.read(repo.blob("a.py"))) == (2, b"a\n")
        objects.close()
    objects.close()


def test_objects_without_a_question_start_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = repo.find()
    monkeypatch.setenv("PATH", "")
    git.Objects(repository).close()


@pytest.fixture
def partial(repo: Repo, tmp_path: Path) -> Repo:
    """A clone without the contents, whose origin would give them."""
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repo.commit({"a.py": "a\n", "b.py": "b\n"})
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo.path}", str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    clone.git("read-tree", "HEAD")
    return clone


def absent(clone: Repo) -> list[str]:
    rows = clone.git("rev-list", "--objects", "--all", "--missing=print").split("\n")
    return sorted(row[1:] for row in rows if row.startswith("?"))


def test_a_partial_clone_gives_none_and_fetches_nothing(partial: Repo) -> None:
    blobs = sorted(partial.git("rev-parse", ":a.py", ":b.py").split())
    assert absent(partial) == blobs
    objects = git.Objects(partial.find())
    for blob in blobs:
        assert (objects.size(blob), objects.read(blob)) == (None, None)
    objects.close()
    assert absent(partial) == blobs


def test_a_partial_clone_gives_what_it_has(partial: Repo) -> None:
    partial.add({"c.py": "c\n"})
    objects = git.Objects(partial.find())
    missing = objects.read(partial.git("rev-parse", ":a.py"))
    assert (missing, objects.read(partial.blob("c.py"))) == (None, b"c\n")
    objects.close()
