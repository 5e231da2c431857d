"""Proves the shown patches anew, with nothing but git and the installed commands.

    python -m tests.patches.independent CHECKOUT ...

Each patch is written by ``ml-audit patches --write``, taken by ``git am`` in a copy, and the copy is audited anew:
what the patch closes must be gone or present, nothing new may be there, its Python must parse, and the commit reverted
must give the old tree. Then all patches are taken one after another, those that exclude an earlier one left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """A finished git command."""
    return subprocess.run(("git", *IDENTITY, *words), cwd=folder, capture_output=True, check=False)


def audit(folder: Path) -> dict[str, Any]:
    """The audit of a checkout as JSON, from scratch."""
    words = (str(BIN / "ml-audit"), "report", "--format", "json", "--output", "-")
    done = subprocess.run(words, cwd=folder, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def findings(document: dict[str, Any]) -> Counter[tuple[str, str, str]]:
    """(code, path, symbol) of every finding."""
    return Counter((row["code"], row["path"], row["symbol"]) for row in document["findings"])


def facets(document: dict[str, Any]) -> dict[str, str]:
    """Facet id to state."""
    return {f["id"]: f["state"] for row in document["capabilities"] for f in row["facets"]}


def copied(checkout: Path, folder: Path) -> Path:
    """A repository of one commit with the tracked files of a checkout; a partial clone may lack some."""
    made = folder / "copy"
    made.mkdir()
    git(made, "init", "-q")
    for name in os.fsdecode(git(checkout, "ls-files", "-z").stdout).split("\0"):
        source = checkout / name
        if name and name != "CODEBASE_AUDIT.md" and source.is_file() and not source.is_symlink():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, made / name)
    git(made, "add", "-A", "-f")
    done = git(made, "commit", "-q", "-m", "copy")
    assert done.returncode == 0, done.stderr
    return made


def written(checkout: Path, folder: Path) -> list[Path]:
    """The patches of a checkout as files, the most valuable first."""
    words = (str(BIN / "ml-audit"), "patches", "--write", str(folder))
    subprocess.run(words, cwd=checkout, capture_output=True, check=True)
    return sorted(folder.glob("*.patch")) if folder.is_dir() else []


def refuted(patch: Path, clone: Path, before: dict[str, Any]) -> Iterator[str]:
    """Why one patch does not hold what it says."""
    tree = git(clone, "rev-parse", "HEAD^{tree}").stdout
    taken = git(clone, "am", "-q", str(patch))
    if taken.returncode:
        git(clone, "am", "--abort")
        yield f"git am: {taken.stderr.decode('utf-8', 'replace').strip()}"
        return
    for name in git(clone, "diff", "--name-only", "HEAD^", "HEAD").stdout.decode().split():
        if name.endswith(".py"):
            compile((clone / name).read_bytes(), name, "exec", dont_inherit=True)
    after = audit(clone)
    row = next(r for r in before["patches"] if patch.name.partition("-")[2] == f"{r['id']}.patch")
    old, new = findings(before), findings(after)
    for opened in (new - old).elements():
        yield f"opens {opened}"
    for closed in row["closes"]:
        code, _, place = closed.partition(" ")
        if not place:
            if facets(after)[code] != "present" or facets(before)[code] == "present":
                yield f"does not close {closed}"
            continue
        path, _, symbol = place.partition(": ")
        gone = [k for k in old - new if k[0] == code and k[1] == path and symbol in ("", k[2])]
        if not gone:
            yield f"does not close {closed}"
    for facet, state in facets(before).items():
        if state == "present" and facets(after)[facet] != "present":
            yield f"loses {facet}"
    git(clone, "revert", "--no-edit", "HEAD")
    if git(clone, "rev-parse", "HEAD^{tree}").stdout != tree:
        yield "does not go back to the same tree"
    git(clone, "reset", "-q", "--hard", "HEAD~2")


def proved(checkout: Path) -> tuple[int, list[str]]:
    """(how many patches a checkout is shown, what is wrong with them)."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clone = copied(checkout, folder)
        before = audit(clone)
        patches = written(clone, folder / "patches")
        if [p.name.partition("-")[2].removesuffix(".patch") for p in patches] != [r["id"] for r in before["patches"]]:
            wrong.append("the files are not those of the report")
        for patch in patches:
            wrong += [f"{patch.name}: {reason}" for reason in refuted(patch, clone, before)]
        together = listed(clone)
        for patch in patches:  # in sequence; what excludes an earlier one says so
            if git(clone, "am", "-q", str(patch)).returncode:
                git(clone, "am", "--abort")
                if b"not together with" not in together:
                    wrong.append(f"{patch.name}: does not apply after the others, and does not say so")
    return len(patches), wrong


def listed(checkout: Path) -> bytes:
    """What ``ml-audit patches`` prints."""
    return subprocess.run((str(BIN / "ml-audit"), "patches"), cwd=checkout, capture_output=True, check=True).stdout


def main() -> int:
    """Print a line for each checkout and one for each thing that is wrong; 1 where anything is."""
    failed = False
    for name in sys.argv[1:]:
        count, wrong = proved(Path(name))
        print(f"{name}: {count} patches, {len(wrong)} wrong", *wrong, sep="\n  ")
        failed = failed or bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
