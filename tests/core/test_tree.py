"""The audited tree is git's index, or a folder's regular files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ml_audit_hooks.core import tree
from ml_audit_hooks.core.errors import GitError
from ml_audit_hooks.core.tree import Entry, Tree
from tests.conftest import Repo

A, B, C = "a" * 40, "b" * 40, "c" * 40
ODD_NAMES = [
    pytest.param(b"new\nline.py", id="newline"),
    pytest.param(b"tab\there.py", id="tab"),
    pytest.param(b"quote\"'.py", id="quotes"),
    pytest.param(b"caf\xe9.py", id="latin-1"),
    pytest.param("日本.py".encode(), id="utf-8"),
    pytest.param(b" 100644 blank .py ", id="blanks"),
    pytest.param(b"-n", id="option"),
    pytest.param(b"[a]*.py", id="glob"),
    pytest.param(b":(top)a.py", id="pathspec"),
    pytest.param(b"back\\slash.py", id="backslash"),
    pytest.param(b"\x1b[31m.py", id="escape"),
]


def index(*rows: tuple[str, str, int, str]) -> bytes:
    return b"".join(os.fsencode(f"{mode} {blob} {stage}\t{path}\0") for mode, blob, stage, path in rows)


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        pytest.param(b"", Tree((), (), (), ()), id="empty"),
        pytest.param(
            index(("100644", A, 0, "b.py"), ("100755", B, 0, "a/b.sh")),
            Tree((Entry("a/b.sh", "100755", B), Entry("b.py", "100644", A)), (), (), ()),
            id="files-sorted-by-path",
        ),
        pytest.param(
            index(("120000", A, 0, "z"), ("120000", A, 0, "l.py"), ("160000", B, 0, "sub"), ("160000", B, 0, "a")),
            Tree((), ("l.py", "z"), ("a", "sub"), ()),
            id="symlinks-and-submodules-apart",
        ),
        pytest.param(
            index(("100644", A, 0, "CODEBASE_AUDIT.md"), ("100644", B, 0, "docs/CODEBASE_AUDIT.md")),
            Tree((Entry("docs/CODEBASE_AUDIT.md", "100644", B),), (), (), ()),
            id="the-audit-file-left-out-at-the-root-only",
        ),
        pytest.param(
            index(("100644", A, 1, "a.py"), ("100755", B, 2, "a.py"), ("100644", C, 3, "a.py")),
            Tree((Entry("a.py", "100755", B),), (), (), ("a.py",)),
            id="both-changed-gives-ours",
        ),
        pytest.param(
            index(*((("100644"), blob, stage, path) for path in "zbayxc" for blob, stage in ((B, 2), (C, 3)))),
            Tree(tuple(Entry(path, "100644", B) for path in "abcxyz"), (), (), tuple("abcxyz")),
            id="both-added-gives-ours",
        ),
        pytest.param(
            index(("100644", A, 1, "a.py"), ("100644", C, 3, "a.py")),
            Tree((), (), (), ("a.py",)),
            id="removed-by-us-gives-nothing",
        ),
        pytest.param(
            index(("100644", A, 1, "a.py"), ("100644", B, 2, "a.py")),
            Tree((Entry("a.py", "100644", B),), (), (), ("a.py",)),
            id="removed-by-them-gives-ours",
        ),
        pytest.param(
            index(("120000", B, 2, "link"), ("100644", C, 3, "link")),
            Tree((), ("link",), (), ("link",)),
            id="our-symlink",
        ),
    ],
)
def test_the_index_is_parsed(listing: bytes, expected: Tree) -> None:
    assert tree.parse_index(listing) == expected


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_file_name_comes_through(repo: Repo, name: bytes) -> None:
    path = os.fsdecode(name)
    commit = repo.commit({path: "x\n", "other": "y\n"})
    entry = Entry(path, "100644", repo.git("rev-parse", f"HEAD:./{path}"))
    staged = tree.staged(repo.find())
    assert entry in staged.entries
    assert len(staged.entries) == 2
    assert tree.staged(repo.find(), (path,)).entries == (entry,)
    assert tree.committed(repo.find(), commit, (path,)).entries == (entry,)


def test_the_staged_tree_is_the_index_and_not_the_work_tree(repo: Repo) -> None:
    repo.commit({"kept.py": "k\n", "removed.py": "r\n", "run.sh": "#!/bin/sh\n"})
    repo.git("rm", "-q", "--cached", "removed.py")
    repo.git("update-index", "--chmod=+x", "run.sh")
    repo.write("untracked.py")
    (repo.path / "kept.py").unlink()
    assert [(e.path, e.mode) for e in tree.staged(repo.find()).entries] == [
        ("kept.py", "100644"),
        ("run.sh", "100755"),
    ]


def test_a_sparse_index_is_read_whole(repo: Repo) -> None:
    repo.commit({"in/a.py": "a\n", "out/deep/b.py": "b\n"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    assert not (repo.path / "out").exists()
    assert [e.path for e in tree.staged(repo.find()).entries] == ["in/a.py", "out/deep/b.py"]


def test_symlinks_and_submodules_of_real_git_are_named(repo: Repo) -> None:
    inner = Repo(repo.path / "sub")
    inner.commit({"inner.py": "i\n"})
    (repo.path / "link.py").symlink_to("a.py")
    repo.commit({"a.py": "a\n"})
    repo.git("add", "link.py", "sub")
    staged = tree.staged(repo.find())
    assert ([e.path for e in staged.entries], staged.symlinks, staged.submodules) == (["a.py"], ("link.py",), ("sub",))


def test_a_conflict_of_real_git_gives_our_side(repo: Repo) -> None:
    repo.commit({"a.py": "base\n", "b.py": "b\n"})
    repo.branch("other")
    repo.commit({"a.py": "theirs\n"})
    repo.switch("main")
    repo.commit({"a.py": "ours\n"})
    ours = repo.blob("a.py")
    assert not repo.merge("other")
    staged = tree.staged(repo.find())
    assert (staged.entries[0], staged.unmerged) == (Entry("a.py", "100644", ours), ("a.py",))


def test_a_commit_gives_its_files_without_links_and_audit(repo: Repo) -> None:
    (repo.path / "link.py").symlink_to("a.py")
    commit = repo.commit({"a.py": "a\n", "CODEBASE_AUDIT.md": "x\n", "d/b.py": "b\n", "link.py": "target\n"})
    repo.commit({"later.py": "l\n"})
    assert [e.path for e in tree.committed(repo.find(), commit).entries] == ["a.py", "d/b.py"]
    assert [e.path for e in tree.committed(repo.find(), commit, ("a.py", "no.py")).entries] == ["a.py"]


def test_a_commit_that_does_not_exist_is_an_error(repo: Repo) -> None:
    with pytest.raises(GitError, match="`git ls-tree -r` ended with 128"):
        tree.committed(repo.find(), "nothing")


# A folder outside git


def names(found: Tree) -> list[str]:
    return [entry.path for entry in found.entries]


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        pytest.param({"a.py": "", "d/e/b.py": ""}, ["a.py", "d/e/b.py"], id="all"),
        pytest.param({".env": "", ".github/ci.yml": ""}, [".env", ".github/ci.yml"], id="hidden-files"),
        pytest.param({"a.py": "", "CODEBASE_AUDIT.md": ""}, ["a.py"], id="audit-file"),
        pytest.param({"a.py": "", "d/CODEBASE_AUDIT.md": ""}, ["a.py", "d/CODEBASE_AUDIT.md"], id="audit-file-below"),
        pytest.param({"a.py": "", "env/pyvenv.cfg": "", "env/lib/x.py": ""}, ["a.py"], id="virtual-environment"),
        pytest.param({"pyvenv.cfg": "", "a.py": ""}, ["a.py", "pyvenv.cfg"], id="not-at-the-root"),
        pytest.param({"a.py": "", "d/__pycache__/x.py": "", "node_modules/y.js": ""}, ["a.py"], id="caches"),
        pytest.param({"a.py": "", "__pycache__.py": ""}, ["__pycache__.py", "a.py"], id="only-whole-names"),
        pytest.param({".gitignore": "out/\n*.log\n", "out/x.py": "", "d/y.log": "", "a.py": ""}, [".gitignore", "a.py"],
                     id="gitignore"),
        pytest.param({"d/.gitignore": "x.py\n", "d/x.py": "", "x.py": ""}, ["d/.gitignore", "x.py"],
                     id="gitignore-below"),
        pytest.param({".gitignore": "*.py\n!keep.py\n", "keep.py": "", "lose.py": ""}, [".gitignore", "keep.py"],
                     id="gitignore-negated"),
    ],
)  # fmt: skip
def test_a_folder_gives_its_files(tmp_path: Path, files: dict[str, str], kept: list[str]) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert names(tree.folder(str(tmp_path))) == kept


def test_a_folder_gives_links_and_nested_checkouts_apart(tmp_path: Path) -> None:
    Repo(tmp_path / "d/inner").commit({"inner.py": "i\n"})
    (tmp_path / "a.py").touch()
    (tmp_path / "link.py").symlink_to("a.py")
    (tmp_path / "folder").symlink_to("d", target_is_directory=True)
    (tmp_path / "dangling").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "link").symlink_to("../a.py")
    found = tree.folder(str(tmp_path))
    assert found == Tree((Entry("a.py", "100644", ""),), ("b/link", "dangling", "folder", "link.py"), ("d/inner",), ())


def test_a_folder_that_may_not_be_read_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").touch()
    scandir = os.scandir

    def guarded(path: object) -> Any:
        if "closed" in str(path):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert names(tree.folder(str(tmp_path))) == ["open/a.py"]


def test_a_folder_tells_what_is_executable(tmp_path: Path) -> None:
    (tmp_path / "run.sh").touch(mode=0o755)
    (tmp_path / "a.py").touch(mode=0o644)
    assert tree.folder(str(tmp_path)).entries == (Entry("a.py", "100644", ""), Entry("run.sh", "100755", ""))


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_folder_gives_any_file_name(tmp_path: Path, name: bytes) -> None:
    path = os.fsdecode(name)
    (tmp_path / path).touch()
    assert names(tree.folder(str(tmp_path))) == [path]


def test_a_folder_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    tree.folder(str(tmp_path))
    assert os.listdir(tmp_path) == ["a.py"]


def test_without_git_a_folder_still_gives_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d").mkdir()
    for name in (".gitignore", "a.py", "d/b.py"):
        (tmp_path / name).write_text("*.py\n")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert names(tree.folder(str(tmp_path))) == [".gitignore", "a.py", "d/b.py"]


def test_a_folder_in_the_hook_of_a_checkout_is_read_as_itself(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit({"theirs.py": "t\n"})
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.py").touch()
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("GIT_DIR", str(repo.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert names(tree.folder(str(tmp_path / "plain"))) == ["a.py"]
    assert tree.staged(repo.find()).entries[0].path == "theirs.py"
