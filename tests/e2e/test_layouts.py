"""The audit is right in every layout that git knows, and for every name that a file can bear."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.conftest import Repo
from tests.e2e.support import POINTER, REAL, STUB, STUB_LINE, TOOLS, Checkout, run, shards

OFFLINE = ("-c", "protocol.file.allow=always")


def linked(checkout: Checkout) -> Checkout:
    """A second worktree on a branch of its own."""
    path = checkout.path.parent / "linked"
    checkout.git("worktree", "add", "-q", "-b", "linked", str(path))
    other = Checkout.__new__(Checkout)
    other.path = path
    return other


@pytest.mark.parametrize("tool", TOOLS)
def test_a_linked_worktree_is_guarded_and_audited_for_itself(checkout: Checkout, tool: str) -> None:
    checkout.use(tool, ["audit-stubs", "audit-report"])
    checkout.run("ml-audit", "run", "--quiet")
    checkout.add()
    checkout.force_commit()
    before = checkout.audit
    other = linked(checkout)
    other.add({"train.py": STUB})
    failed = other.try_commit()
    assert failed.found == [STUB_LINE]
    assert "`train.py`" in other.audit
    assert checkout.audit == before
    other.add({"train.py": REAL, AUDIT_FILE: before})
    assert other.try_commit().code == 1
    other.add()
    assert other.try_commit().code == 0
    assert checkout.git("rev-parse", "linked") == other.head()


def test_worktrees_share_their_records(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.run("ml-audit", "run")
    kept = shards(checkout)
    assert kept
    other = linked(checkout)
    assert other.run("ml-audit", "run").code == 0
    assert shards(checkout) == kept
    assert other.audit == checkout.audit


def test_a_checkout_inside_of_another_is_not_mixed_with_it(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    inner = Checkout(checkout.path / "third_party/inner")
    inner.commit({"model.py": STUB})
    assert inner.run("ml-audit", "run").code == 0
    assert not (checkout.path / AUDIT_FILE).exists()
    assert [stub["path"] for stub in inner.as_json()["repo_map"]["stubs"]] == ["model.py"]
    assert [stub["path"] for stub in checkout.as_json()["repo_map"]["stubs"]] == ["train.py"]


def test_variables_of_another_repository_do_not_lead_astray(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    other = Checkout(checkout.path.parent / "other")
    other.commit({"model.py": STUB})
    env = {"GIT_DIR": str(other.path / ".git"), "GIT_INDEX_FILE": str(other.path / ".git/index")}
    done = run("ml-audit", "run", str(checkout.path), cwd=other.path, **env)
    assert done.code == 0
    assert "`train.py`" in checkout.audit
    assert "`model.py`" not in checkout.audit


def test_a_sub_folder_names_files_from_the_root(checkout: Checkout) -> None:
    checkout.commit({"src/models/train.py": STUB, "src/load.py": STUB.replace("train", "load")})
    done = checkout.run("audit-stubs", "train.py", "../load.py", cwd="src/models")
    assert done.found == [
        "src/load.py:1:1: STB001 load has no body but `pass`",
        "src/models/train.py:1:1: STB001 train has no body but `pass`",
    ]


@pytest.mark.parametrize("folder", ["src", "src/", ".", "./src/models/.."])
def test_a_folder_stands_for_all_staged_files_below_it(checkout: Checkout, folder: str) -> None:
    checkout.commit({"src/models/train.py": STUB, "other/a.py": REAL, ".gitignore": "skip.py\n"})
    checkout.write("src/skip.py", STUB)
    assert checkout.run("audit-stubs", folder).found == [STUB_LINE.replace("train.py", "src/models/train.py", 1)]


def test_a_submodule_is_named_and_not_audited(checkout: Checkout) -> None:
    library = Repo(checkout.path.parent / "library")
    library.commit({"broken.py": "def x(:\n", "stub.py": STUB})
    checkout.git(*OFFLINE, "submodule", "--quiet", "add", str(library.path), "libs/peft|x")
    checkout.commit({"train.py": REAL})
    assert checkout.run("ml-audit", "run").code == 0
    assert "\n- Submodules, not audited (1): `libs/peft|x`\n" in checkout.audit
    assert "stub.py" not in checkout.audit
    assert checkout.as_json()["repository"]["files"] == 2
    assert checkout.as_json()["errors"] == []


def test_a_submodule_can_be_audited_for_itself(checkout: Checkout) -> None:
    library = Repo(checkout.path.parent / "library")
    library.commit({"stub.py": STUB})
    checkout.git(*OFFLINE, "submodule", "--quiet", "add", str(library.path), "lib")
    checkout.commit()
    assert run("ml-audit", "run", "--quiet", cwd=checkout.path / "lib").code == 0
    assert "`stub.py`" in (checkout.path / "lib" / AUDIT_FILE).read_text("utf-8")
    assert (checkout.path / ".git/modules/lib/ml-audit").is_dir()
    assert not (checkout.path / AUDIT_FILE).exists()


def test_symlinks_are_named_and_never_followed(checkout: Checkout) -> None:
    outside = checkout.path.parent / "outside.py"
    outside.write_text(STUB.replace("train", "secret_outside"))
    checkout.write("src/train.py", REAL)
    os.symlink(outside, checkout.path / "out.py")
    os.symlink("loop.py", checkout.path / "loop.py")
    os.symlink("src", checkout.path / "folder")
    os.symlink("nowhere", checkout.path / "gone.py")
    checkout.commit()
    assert checkout.run("ml-audit", "run").code == 0
    assert "\n- Symbolic links, not followed (4): `folder`, `gone.py`, `loop.py`, `out.py`\n" in checkout.audit
    assert "secret_outside" not in checkout.audit
    assert checkout.run("audit-stubs", "out.py", "loop.py", "gone.py", "folder") == (0, "", "")
    assert checkout.as_json()["errors"] == []


def test_a_tracked_file_replaced_by_a_symlink_is_read_from_git(checkout: Checkout) -> None:
    outside = checkout.path.parent / "outside.py"
    outside.write_text(STUB.replace("train", "secret_outside"))
    checkout.commit({"train.py": STUB})
    (checkout.path / "train.py").unlink()
    os.symlink(outside, checkout.path / "train.py")
    assert checkout.run("audit-stubs", "train.py").found == [STUB_LINE]


@pytest.mark.parametrize("name", ["model.safetensors", "weights.pt", "data.csv", "train.py", "config.json"])
def test_a_git_lfs_pointer_is_recognised(checkout: Checkout, name: str) -> None:
    checkout.commit({name: POINTER, "real.py": REAL})
    assert checkout.run("ml-audit", "run").code == 0
    assert f"\n- Git LFS pointers, content not in the repository (1): `{name}`\n" in checkout.audit
    assert checkout.as_json()["repository"]["files"] == 2


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(POINTER + "x" * 1024, id="too long"),
        pytest.param(" " + POINTER, id="not at the start"),
    ],
)
def test_a_file_that_only_resembles_a_pointer_is_none(checkout: Checkout, content: str) -> None:
    checkout.commit({"data.csv": content})
    checkout.run("ml-audit", "run")
    assert "Git LFS" not in checkout.audit


NAMES = [  # name, in the output, in a cell of the audit, as a link
    pytest.param(b"train.py", "train.py", "`train.py`", "train.py", id="plain"),
    pytest.param("naïve ☃.py".encode(), "naïve ☃.py", "`naïve ☃.py`", "na%C3%AFve%20%E2%98%83.py", id="unicode"),
    pytest.param(b"it's.py", "it's.py", "`it's.py`", "it%27s.py", id="single quote"),
    pytest.param(b'say "x".py', 'say "x".py', '`say "x".py`', "say%20%22x%22.py", id="double quote"),
    pytest.param(b"two\nlines.py", r"two\nlines.py", r"`two\nlines.py`", "two%0Alines.py", id="newline"),
    pytest.param(b"\ttab.py", r"\ttab.py", r"`\ttab.py`", "%09tab.py", id="tab"),
    pytest.param(b"\x1b[31m.py", r"\x1b[31m.py", r"`\x1b[31m.py`", "%1B%5B31m.py", id="terminal escape"),
    pytest.param(b"back\\slash.py", r"back\slash.py", r"`back\slash.py`", "back%5Cslash.py", id="backslash"),
    pytest.param(b"a|b.py", "a|b.py", r"`a\|b.py`", "a%7Cb.py", id="pipe"),
    pytest.param(b"<script>.py", "<script>.py", "`<script>.py`", "%3Cscript%3E.py", id="script"),
    pytest.param(b"<!-- audit:notes -->.py", "<!-- audit:notes -->.py", "`<!-- audit:notes -->.py`",
                 "%3C%21--%20audit%3Anotes%20--%3E.py", id="notes marker"),
    pytest.param(b"[a](b).py", "[a](b).py", "`[a](b).py`", "%5Ba%5D%28b%29.py", id="link"),
    pytest.param(b"tick`.py", "tick`.py", "``tick`.py``", "tick%60.py", id="backtick"),
    pytest.param(b"$(touch pwned).py", "$(touch pwned).py", "`$(touch pwned).py`", "%24%28touch%20pwned%29.py",
                 id="shell"),
    pytest.param(b"*.py", "*.py", "`*.py`", "%2A.py", id="glob"),
    pytest.param(b":(top).py", ":(top).py", "`:(top).py`", "%3A%28top%29.py", id="pathspec magic"),
    pytest.param(b"%41.py", "%41.py", "`%41.py`", "%2541.py", id="percent"),
    pytest.param(b"-x.py", "-x.py", "`-x.py`", "-x.py", id="dash"),
    pytest.param(b"--adopted.py", "--adopted.py", "`--adopted.py`", "--adopted.py", id="two dashes"),
    pytest.param(b"@org.py", "@org.py", "`@org.py`", "%40org.py", id="mention"),
    pytest.param("\u202egnp.py".encode(), r"\u202egnp.py", r"`\u202egnp.py`", "%E2%80%AEgnp.py", id="bidirectional"),
    pytest.param(b"caf\xe9.py", r"caf\xe9.py", r"`caf\xe9.py`", "caf%E9.py", id="latin-1"),
    pytest.param(b"\xff\xfe.py", r"\xff\xfe.py", r"`\xff\xfe.py`", "%FF%FE.py", id="no encoding"),
]  # fmt: skip
UNDECODABLE = ("latin-1", "no encoding")  # pre-commit itself reads names as UTF-8 and ends on others


@pytest.mark.parametrize(("name", "shown", "cell", "target"), NAMES)
def test_every_name_is_shown_harmlessly(checkout: Checkout, name: bytes, shown: str, cell: str, target: str) -> None:
    path = os.fsdecode(name)
    checkout.commit({path: STUB, "other.py": REAL})
    done = checkout.run("audit-stubs", path, "other.py")
    assert done.out.splitlines() == [
        f"{shown}:1:1: STB001 train has no body but `pass`",
        "audit-stubs: 1 new stub in 1 of 2 files",
    ]
    assert checkout.run("ml-audit", "run").code == 0
    assert f"\n| [{cell}]({target}) | `train` | `pass` |\n" in checkout.audit
    assert checkout.run("audit-report").code == 0
    assert not (checkout.path / "pwned").exists()
    document = checkout.as_json()
    expected = shown if b"\xff" in name or b"\xe9" in name else path
    assert [stub["path"] for stub in document["repo_map"]["stubs"]] == [expected]
    for form in ("json", "sarif", "gitlab"):
        output = checkout.run("audit-stubs", "--format", form, path).out
        json.dumps(json.loads(output), ensure_ascii=False).encode()  # no lone surrogate


@pytest.mark.parametrize("tool", TOOLS)
def test_every_name_passes_through_a_hook_runner(checkout: Checkout, tool: str) -> None:
    named = [row.values[0] for row in NAMES if row.id not in UNDECODABLE]
    names = [name.decode() for name in named if isinstance(name, bytes)]
    checkout.use(tool, ["audit-stubs"])
    checkout.add(dict.fromkeys(names, STUB))
    shown = sorted(str(row.values[1]) for row in NAMES if row.id not in UNDECODABLE)
    done = checkout.try_commit()
    assert sorted(line.partition(":1:1: ")[0] for line in done.found) == [name.strip() for name in shown]


def test_a_folder_outside_of_git_is_audited_too(tmp_path: Path) -> None:
    (tmp_path / "plain/src").mkdir(parents=True)
    (tmp_path / "plain/src/train.py").write_text(STUB)
    (tmp_path / "plain/.gitignore").write_text("out/\n")
    (tmp_path / "plain/out").mkdir()
    (tmp_path / "plain/out/a.py").write_text(STUB)
    done = run("ml-audit", "run", str(tmp_path / "plain"), cwd=tmp_path)
    assert done == (0, f"{tmp_path / 'plain' / AUDIT_FILE}: written\n", "")
    text = (tmp_path / "plain" / AUDIT_FILE).read_text("utf-8")
    assert "| [`src/train.py`](src/train.py) | `train` | `pass` |" in text
    assert "out/a.py" not in text
    assert sorted(os.listdir(tmp_path / "plain")) == [".gitignore", AUDIT_FILE, "out", "src"]
    assert run("audit-stubs", "src", cwd=tmp_path / "plain").found == [STUB_LINE.replace("train.py", "src/train.py", 1)]
    assert run("audit-stubs", "nope.py", cwd=tmp_path / "plain") == (
        2,
        "",
        "nope.py: no such file; name files of this checkout\n",
    )


def test_a_copy_outside_of_git_gives_the_audit_of_the_checkout(checkout: Checkout) -> None:
    checkout.commit({"src/train.py": STUB, "tests/test_train.py": REAL, "README.md": "# x\n"})
    checkout.run("ml-audit", "run")
    copy = checkout.path.parent / "copy"
    shutil.copytree(checkout.path, copy, ignore=shutil.ignore_patterns(".git", AUDIT_FILE))
    assert run("ml-audit", "run", cwd=copy).code == 0
    assert (copy / AUDIT_FILE).read_text("utf-8") == checkout.audit


def test_a_checkout_with_nothing_staged_says_so(checkout: Checkout) -> None:
    checkout.write("train.py", STUB)
    done = checkout.run("ml-audit", "run")
    assert done.code == 0
    assert done.err == "nothing is staged, so nothing was audited; `git add` the files first\n"
    assert "No file is staged: there is nothing to audit." in checkout.audit


def test_object_ids_of_sha_256_work(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "sha256", "sha256")
    checkout.commit({"train.py": STUB})
    checkout.add({"train.py": STUB + "\n" + STUB.replace("train", "save")})
    assert checkout.run("audit-stubs", "train.py").found == ["train.py:4:1: STB001 save has no body but `pass`"]
    assert checkout.run("ml-audit", "run").code == 0
