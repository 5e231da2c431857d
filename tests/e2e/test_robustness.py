"""What happens around a run - kills, neighbours, damage, no room, no rights - costs time and nothing else."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from ml_audit_hooks.core.tree import AUDIT_FILE
from tests.e2e.support import NOTHING_TO_ADD, REAL, SCRIPTS, STUB, Checkout, forget, shards

MODULES = 70


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout that takes a while."""
    made = Checkout(tmp_path_factory.mktemp("large") / "checkout")
    body = "".join(f"def step_{n}(x):\n    y = [x + {n}] * {n}\n    return sum(y)\n\n\n" for n in range(40))
    made.commit({f"src/part_{n % 7}/module_{n}.py": f"# module {n}\n{STUB}\n\n{body}" for n in range(MODULES)})
    assert made.run("ml-audit", "run", "--quiet").code == 0
    return made


@pytest.fixture(scope="module")
def whole(large: Checkout) -> float:
    """Seconds of user and system time that a cold run takes: a measure for where to hit it."""
    forget(large)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert large.run("ml-audit", "run", "--quiet", "--jobs", "1").code == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def start(checkout: Checkout, *argv: str) -> subprocess.Popen[bytes]:
    """Start a command of the environment as the leader of its own process group."""
    words = [str(SCRIPTS / argv[0]), *argv[1:]]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=checkout.path, stdout=pipe, stderr=pipe, start_new_session=True)


def leftovers(checkout: Checkout) -> list[str]:
    """Files in the work tree that git does not know, but for the audit file."""
    status = checkout.git("status", "--porcelain", "--ignored")
    return [line for line in status.splitlines() if line != f"?? {AUDIT_FILE}"]


@pytest.mark.parametrize("victims", ["group", "parent"])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 0.8, 0.95])
def test_a_kill_leaves_no_half_written_audit(large: Checkout, whole: float, share: float, victims: str) -> None:
    right = large.audit
    old = right.replace("| `pass` |", "| old |")
    large.write(AUDIT_FILE, old)
    forget(large)
    process = start(large, "ml-audit", "run")
    try:
        process.wait(whole * share)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL) if victims == "group" else process.kill()
    process.communicate()  # ends only when the children, which hold the pipes too, are gone
    assert large.audit in (old, right)
    assert large.run("ml-audit", "run", "--quiet") == (0, "", "")
    assert large.audit == right
    assert [line for line in leftovers(large) if not line.endswith(".tmp")] == []


def test_what_a_killed_run_had_read_is_right(large: Checkout) -> None:
    right = large.audit
    forget(large)
    process = start(large, "ml-audit", "run")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert large.run("audit-stubs", "src/part_0/module_0.py").found == [
        "src/part_0/module_0.py:2:1: STB001 train has no body but `pass`"
    ]
    assert large.run("ml-audit", "run", "--quiet").code == 0
    assert large.audit == right


def test_a_run_that_is_interrupted_says_so_by_its_code(large: Checkout) -> None:
    forget(large)
    process = start(large, "ml-audit", "run")
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode in (130, -signal.SIGINT, 1, 0)
    assert b"Question for" not in err


def test_many_runs_at_once_in_one_worktree_agree(large: Checkout) -> None:
    right = large.audit
    forget(large)
    (large.path / AUDIT_FILE).unlink()
    running = [start(large, "ml-audit", "run", "--quiet") for _ in range(4)]
    for process in running:
        assert process.communicate() == (b"", b"")
        assert process.returncode == 0
    assert large.audit == right
    assert leftovers(large) == []


def test_runs_at_once_in_two_worktrees_share_one_store(large: Checkout, tmp_path: Path) -> None:
    right = large.audit
    large.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    other = Checkout.__new__(Checkout)
    other.path = tmp_path / "linked"
    other.add({"src/part_0/module_0.py": REAL})
    forget(large)
    try:
        running = [start(one, "ml-audit", "run", "--quiet") for one in (large, other, large, other)]
        for process in running:
            assert process.communicate() == (b"", b"")
            assert process.returncode == 0
        assert large.audit == right
        linked = other.audit
        row = "| [`src/part_0/module_0.py`](src/part_0/module_0.py) | `train` | `pass` |"
        assert row in right
        assert row not in linked
        forget(large)
        os.unlink(large.path / ".git/worktrees/linked/ml-audit-stamp")
        assert other.run("ml-audit", "run", "--quiet").code == 0
        assert other.audit == linked
    finally:
        large.git("worktree", "remove", "--force", str(tmp_path / "linked"))


def test_a_commit_while_a_run_reads_is_not_taken_for_audited(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml_audit_hooks.cli import progress, report

    checkout.commit({"train.py": REAL})

    def stage(bar: object, done: int, total: int) -> None:
        checkout.add({"train.py": STUB})

    monkeypatch.setattr(progress.Bar, "__call__", stage)
    monkeypatch.chdir(checkout.path)
    report.run(["--quiet"])
    assert "`pass`" not in checkout.audit
    assert checkout.run("audit-report").lines[-1] == NOTHING_TO_ADD
    assert "`pass`" in checkout.audit


def damage(path: Path, way: str, dice: random.Random) -> None:
    """Spoil one file of the store."""
    data = bytearray(path.read_bytes())
    if way == "random bytes":
        path.write_bytes(dice.randbytes(len(data)))
    elif way == "one bit":
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(data)
    elif way == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif way == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize("way", ["random bytes", "one bit", "cut", "empty", "folder"])
@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_store_is_rebuilt_with_one_warning(checkout: Checkout, way: str, seed: int) -> None:
    checkout.commit({f"m{n}.py": STUB + f"# {n}\n" for n in range(40)})
    checkout.run("ml-audit", "run")
    right = checkout.audit
    kept = shards(checkout)
    assert len(kept) >= 2
    for path in kept:
        damage(path, way, random.Random(seed))
    (checkout.path / ".git/ml-audit-stamp").unlink()
    done = checkout.run("ml-audit", "run", "--quiet")
    assert done.code == 0
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith(str(checkout.path / ".git/ml-audit"))
    assert done.err.endswith("; records are computed again\n")
    assert checkout.audit == right
    if way != "folder":
        (checkout.path / ".git/ml-audit-stamp").unlink()
        assert checkout.run("ml-audit", "run", "--quiet") == (0, "", "")
        assert checkout.audit == right


@pytest.mark.parametrize("stamp", [b"", b"\xff" * 40, b"0" * 40], ids=["empty", "noise", "another"])
def test_a_wrong_stamp_costs_one_run(checkout: Checkout, stamp: bytes) -> None:
    checkout.commit({"train.py": STUB})
    checkout.run("ml-audit", "run")
    right = checkout.audit
    checkout.write(".git/ml-audit-stamp", stamp)
    assert checkout.run("audit-report") == (0, "", "")
    assert checkout.audit == right


def test_a_store_that_cannot_be_made_costs_a_warning(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.write(".git/ml-audit", "no folder\n")
    (checkout.path / ".git/ml-audit-stamp").mkdir()
    for _ in range(2):
        done = checkout.run("ml-audit", "run", "--quiet")
        assert done.code == 0
        fact = "not written (Not a directory); records are computed again\n"
        assert done.err == f"{checkout.path / '.git/ml-audit'}: {fact}"
        assert "| [`train.py`](train.py) | `train` | `pass` |" in checkout.audit


def powerless() -> list[str]:
    """What runs a command without root's power over permissions; nothing to do for others."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root without setpriv may write everywhere")
    return [setpriv, "--bounding-set", "-dac_override,-dac_read_search", "--"]


def test_a_read_only_git_directory_costs_a_warning(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    git = checkout.path / ".git"
    git.chmod(0o555)
    try:
        done = checkout.run(*powerless(), str(SCRIPTS / "ml-audit"), "run", "--quiet")
    finally:
        git.chmod(0o755)
    assert done == (0, "", f"{git / 'ml-audit'}: not written (Permission denied); records are computed again\n")
    assert "| [`train.py`](train.py) | `train` | `pass` |" in checkout.audit


def test_a_read_only_checkout_is_an_error_that_names_the_file(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.path.chmod(0o555)
    try:
        done = checkout.run(*powerless(), str(SCRIPTS / "ml-audit"), "run", "--quiet")
    finally:
        checkout.path.chmod(0o755)
    path = checkout.path / AUDIT_FILE
    assert done == (2, "", f"{path}: cannot be written (Permission denied); free space or mend it\n")
    assert not path.exists()


def test_unreadable_files_are_read_from_git(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    (checkout.path / "train.py").chmod(0)
    done = checkout.run(*powerless(), str(SCRIPTS / "audit-stubs"), "train.py")
    assert done.found == ["train.py:1:1: STB001 train has no body but `pass`"]


def test_a_full_disk_leaves_the_old_audit_whole(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    checkout.run("ml-audit", "run")
    before = checkout.audit
    checkout.add({f"m{n}.py": STUB + f"# {n}\n" for n in range(40)})
    # files of 512 bytes at most; what measures coverage would write more than that
    limit = ("sh", "-c", 'unset COVERAGE_PROCESS_CONFIG COVERAGE_PROCESS_START; ulimit -f 1; exec "$@"', "sh")
    done = checkout.run(*limit, str(SCRIPTS / "ml-audit"), "run", "--quiet")
    assert done.code == 2
    assert done.err.splitlines() == [
        f"{checkout.path / '.git/ml-audit'}: not written (File too large); records are computed again",
        f"{checkout.path / AUDIT_FILE}: cannot be written (File too large); free space or mend it",
    ]
    assert checkout.audit == before
    assert [path for path in checkout.path.iterdir() if path.suffix == ".tmp"] == []
    assert checkout.run("audit-report").code == 1


def test_a_reader_that_goes_away_is_no_defect(checkout: Checkout) -> None:
    checkout.commit({f"m{n}.py": STUB * 30 for n in range(200)})
    done = checkout.run("sh", "-c", f"'{SCRIPTS / 'audit-stubs'}' | head -1; echo $?")
    assert done == (0, "m0.py:1:1: STB001 train has no body but `pass`\n0\n", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_change_no_exit_code(checkout: Checkout, closed: str) -> None:
    checkout.commit({"train.py": STUB})
    done = checkout.run("sh", "-c", f"'{SCRIPTS / 'audit-stubs'}' train.py {closed}")
    assert (done.code, done.err) == (1, "")


def test_a_terminal_without_unicode_gets_escapes(checkout: Checkout) -> None:
    checkout.commit({"naïve.py": STUB + "# TODO: ☃\n"})
    done = checkout.run("audit-stubs", "naïve.py", PYTHONIOENCODING="ascii")
    assert done.code == 1
    assert done.out.splitlines()[:2] == [
        r"na\xefve.py:1:1: STB001 train has no body but `pass`",
        r"na\xefve.py:3:1: STB005 TODO: \u2603",
    ]


def test_without_git_the_fact_is_named(checkout: Checkout) -> None:
    checkout.commit({"train.py": STUB})
    done = checkout.run(str(SCRIPTS / "ml-audit"), "run", PATH="/nonexistent")
    assert done.code == 2
    assert done.err == "git: cannot be started (No such file or directory); install git and put it on PATH\n"


def test_the_audited_code_is_never_run(checkout: Checkout) -> None:
    sign = checkout.path.parent / "was-run"
    trap = f"import pathlib\npathlib.Path({str(sign)!r}).touch()\n"
    checkout.commit(
        {
            **dict.fromkeys(("sitecustomize.py", "click.py", "json.py", "tomllib.py", "git.py", "conftest.py"), trap),
            "ml_audit_hooks/__init__.py": trap,
            "setup.py": trap,
            "pyproject.toml": "[tool.ml-audit]\nexclude = ['docs']\n",
        }
    )
    for command in (["ml-audit", "run"], ["audit-stubs"], ["audit-all"], ["ml-audit", "explain", "STB001"]):
        assert checkout.run(*command).code in (0, 1)
    assert not sign.exists()
