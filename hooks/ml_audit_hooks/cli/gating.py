"""``ml-audit gates``: the commands by which a repository judges itself, listed or run with the network shut off."""

from __future__ import annotations

import os

from ml_audit_hooks.cli import pipeline, subject, writing
from ml_audit_hooks.core import capture, show, write
from ml_audit_hooks.core.tree import AUDIT_FILE
from ml_audit_hooks.report import gates, markdown, previous
from ml_audit_hooks.report.previous import CLOSE, OPEN, OPEN_END, Note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.report.audit import Audit

_SECTION = 5


def listed(path: str) -> list[str]:
    """A line or two for each gate of the checkout that holds `path`."""
    found = pipeline.audit(subject.whole(path)).audit.gates
    lines = []
    for gate in found:
        lines.append(show.plain(gate.command))
        lines.append(f"    {show.plain(gate.purpose)}")
        if gate.network:
            lines.append(f"    needs a network: {show.plain(gate.network)}")
    return lines or ["no command was found that tests or checks this repository"]


def run(path: str, seconds: int) -> int:
    """Run every gate, `seconds` at most each; the highest exit code, 1 where one was above. Keeps what they printed."""
    from ml_audit_hooks.gates import running

    looked_at = subject.whole(path)
    audit = pipeline.audit(looked_at).audit
    done = []
    for gate in audit.gates:
        print(f"$ {show.plain(gate.command)}", flush=True)
        ran = running.run(gate.command, looked_at.root, seconds)
        done.append((ran.command, ran.code, ran.output, ran.how))
        print(f"{ran.output}\nexit code {ran.code}, {ran.how}\n", flush=True)
    if done:
        _keep(looked_at, audit, gates.noted(done, capture.now()[:10]))
    else:
        print("no command was found that tests or checks this repository")
    return int(any(code for _, code, _, _ in done))


def _keep(looked_at: subject.Subject, audit: Audit, text: str) -> None:
    """Put what the gates printed into their notes block of the audit file."""
    path = os.path.join(looked_at.root, AUDIT_FILE)
    try:
        old, kept = writing.read_previous(path, adopt=False)
    except writing.ForeignFile:
        return
    opening = f"{OPEN}{gates.NOTE} {OPEN_END}"
    others = [note for note in kept.notes if not note.text.startswith(opening)]
    notes = [*others, Note(_SECTION, f"{opening}\n{text}\n{CLOSE}")]
    stamps = pipeline.timestamps(audit, previous.Previous(tuple(notes), kept.timestamps), looked_at)
    new = markdown.render(audit, notes, stamps)
    if new != old:
        write.replace(path, new.encode("utf-8", "surrogateescape"))
        print(f"{AUDIT_FILE}: what they printed is kept in its section {_SECTION}; stage it (git add {AUDIT_FILE})")


def outputs(notes: tuple[Note, ...]) -> dict[str, str]:
    """Command to output of the last run, from the notes of an audit file."""
    opening = f"{OPEN}{gates.NOTE} {OPEN_END}"
    return {k: v for note in notes if note.text.startswith(opening) for k, v in gates.outputs(note.text).items()}
