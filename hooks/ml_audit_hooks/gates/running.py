"""Runs a gate because the user said so, with the network shut off.

Where the system lets a user open a network namespace, the command runs in one that has nothing but its own loopback:
no program in it reaches the network, whatever it is written in. Elsewhere a ``sitecustomize`` on ``PYTHONPATH`` makes
every connection of a Python child fail; programs that are not Python, or that drop ``PYTHONPATH``, are not held back.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.gates.facts import SWITCHES

NAMESPACE = "in a network namespace with no way out"
GUARD = "with a socket guard in Python; programs other than Python are not held back"
TIMED_OUT = 124  # the code of a command that was stopped, as timeout(1) gives it
_LINES, _CHARACTERS = 40, 6000  # of the output that is kept
_TAIL = 64 * 1024  # bytes of it that are read at all
_PROBE = 20  # seconds
_PASSED: tuple[str, ...] = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX")
_PASSED += ("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "COMSPEC", "PATHEXT")  # without which Windows starts nothing
_ESCAPES = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]"
)  # ECMA-48
# Opens the namespace with the caller's own ids, raises its loopback, and becomes the command.
_ENTER = """
import os, sys
NEW_USER, NEW_NET = 0x10000000, 0x40000000
uid, gid = os.getuid(), os.getgid()
if hasattr(os, "unshare"):
    os.unshare(NEW_USER | NEW_NET)
else:
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_USER | NEW_NET):
        raise OSError(ctypes.get_errno(), "unshare")
for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
    with open(f"/proc/self/{name}", "w") as file:
        file.write(text)
try:
    import fcntl, socket, struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lo:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(lo, 0x8914, request)  # SIOCSIFFLAGS
except OSError:
    pass  # a loopback that is down is no way out either
os.execv("/bin/sh", ["/bin/sh", "-c", sys.argv[1]])
"""
_SITE = '''"""Written by ml-audit for one run: no connection leaves this interpreter."""
import socket

_INTERNET = (socket.AF_INET, socket.AF_INET6)


def _refuse(*args, **named):
    raise OSError("ml-audit gates: the network is shut off for this run")


class _Socket(socket.socket):
    def connect(self, address):
        return _refuse() if self.family in _INTERNET else super().connect(address)

    def connect_ex(self, address):
        return _refuse() if self.family in _INTERNET else super().connect_ex(address)

    def sendto(self, *args):
        return _refuse() if self.family in _INTERNET else super().sendto(*args)


socket.socket = socket.SocketType = _Socket
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = socket.gethostbyname_ex = _refuse
'''


class Ran(NamedTuple):
    """What a run gave."""

    command: str
    code: int  # of its exit; TIMED_OUT where it was stopped, 128 and the signal where it died of one
    output: str  # its last lines, without escape sequences; the root reads "." and the home folder "~"
    how: str  # how the network was shut off, and that it was stopped where it was


def run(command: str, root: str, seconds: float) -> Ran:
    """Runs a line in a shell at `root`, at most that long; then its whole process group is killed. Nothing of the
    environment is passed but where programs, the home folder and the language are."""
    with tempfile.TemporaryDirectory(prefix="ml-audit-gates-") as scratch:
        environment = _environment(scratch)
        how = NAMESPACE if has_namespaces() else GUARD
        if how is GUARD:
            Path(scratch, "sitecustomize.py").write_text(_SITE, encoding="utf-8")
            environment["PYTHONPATH"] = scratch
        with open(os.path.join(scratch, "output"), "w+b") as output:
            code, stopped = _wait(_start(command, root, environment, how, output.fileno()), seconds)
            text = _shown(_tail(output.fileno()), root)
    return Ran(command, code, text, f"{how}; stopped after {seconds:g} s" if stopped else how)


def has_namespaces() -> bool:
    """Whether a user may open a network namespace here."""
    if not sys.platform.startswith("linux") or not os.path.exists("/bin/sh"):
        return False
    try:
        done = subprocess.run(
            _entered("exit 0"), stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PROBE
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _entered(command: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", _ENTER, command]


def _start(command: str, root: str, environment: dict[str, str], how: str, output: int) -> subprocess.Popen[bytes]:
    inside = how is NAMESPACE
    return subprocess.Popen(
        _entered(command) if inside else command,
        # audit: ignore[B602] the repository's own command, because the user said so
        shell=not inside,  # a gate is a line of a shell, and the user asked for it
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, bool]:
    """(exit code, whether it was stopped); what the command left running in its group is ended too."""
    try:
        code, stopped = process.wait(seconds), False
    except subprocess.TimeoutExpired:
        code, stopped = TIMED_OUT, True
    _kill(process)
    process.wait()
    return (128 - code if code < 0 else code), stopped


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # nobody is left in the group
    elif process.poll() is None:
        process.kill()


def _environment(scratch: str) -> dict[str, str]:
    found = {name: os.environ[name] for name in _PASSED if name in os.environ}
    tracking = {"MLFLOW_TRACKING_URI": f"file:{scratch}/mlruns", "WANDB_DIR": scratch}
    return {**found, **dict(SWITCHES), **tracking, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "UV_OFFLINE": "1"}


def _tail(handle: int) -> str:
    size = os.fstat(handle).st_size
    os.lseek(handle, max(0, size - _TAIL), os.SEEK_SET)
    parts = []
    while part := os.read(handle, _TAIL):
        parts.append(part)
        if sum(map(len, parts)) >= _TAIL:
            break
    return b"".join(parts).decode("utf-8", "replace")


def _shown(text: str, root: str) -> str:
    text = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for folder, name in ((os.path.realpath(root), "."), (os.path.abspath(root), "."), (os.path.expanduser("~"), "~")):
        if len(folder) > 1:
            text = text.replace(folder, name)
    lines = [line.rstrip() for line in text.strip("\n").split("\n")][-_LINES:]
    return "\n".join(lines)[-_CHARACTERS:]
