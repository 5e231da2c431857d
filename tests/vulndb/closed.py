"""A process in which nothing may start a process or open a socket, run by tests: what is not allowed ends it with 3."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import unmeasured

GUARD = """
import os, sys
def closed(event, args):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.fork", "os.exec", "os.posix_spawn", "os.spawn")):
        sys.stderr.write("refused: " + event)
        sys.stderr.flush()
        os._exit(3)
sys.addaudithook(closed)
"""


def run(code: str, *arguments: str, cwd: Path, **environ: str) -> str:
    """What `code` prints under the guard. Fails the test where it does not end well."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys\nsys.path.remove('')\n" + GUARD + code, *arguments],
        cwd=cwd,
        env={**unmeasured(), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
