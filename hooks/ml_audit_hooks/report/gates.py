"""Section 5: the commands by which the repository judges itself, and what its tests show."""

from __future__ import annotations

from ml_audit_hooks.core import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ml_audit_hooks.core.rows import Gate, Tested, TestScore

CATEGORIES = ("data", "model", "infrastructure", "regression", "performance")
NOTE = "gates"  # the id of the notes block that keeps what a run printed
_SOURCE = "Breck et al. 2017, The ML Test Score: a rubric for ML production readiness"


def lines(gates: Sequence[Gate], tests: Sequence[Tested], score: TestScore) -> list[str]:
    """The section of the audit file."""
    out = _commands(gates)
    out += ["", "### ML Test Score", ""]
    if not tests:
        return [*out, f"No test function was found, so nothing is shown by tests ({_SOURCE})."]
    counted = counts(tests)
    kinds = ", ".join(f"{counted[name]} {name}" for name in CATEGORIES if counted[name])
    out.append(
        f"{len(tests)} test function{'' if len(tests) == 1 else 's'} by what they import, call and assert: {kinds}."
    )
    sums = ", ".join(f"{name} {points:g}" for name, points in score.sections)
    out += ["", f"Score {score.total:g}, the smallest of its sections ({sums}): {score.meaning}. {_SOURCE}."]
    out += _items(score)
    return out


def _commands(gates: Sequence[Gate]) -> list[str]:
    if not gates:
        return ["No command was found that tests, checks or builds this repository."]
    rows = [
        (
            show.code(gate.command),
            show.markdown(gate.purpose),
            show.link(gate.where) if gate.where else "",
            show.markdown(gate.network) if gate.network else "nothing seen",
            "yes" if gate.offline else "no",
        )
        for gate in gates
    ]
    return show.table(("Command", "Covers", "Defined in", "Needs a network for", "Offline switch"), rows)


def _items(score: TestScore) -> list[str]:
    shown = [item for item in score.items if item.points]
    hidden = [item for item in score.items if not item.points and item.state != "not shown"]
    open_ones = [item for item in score.items if item.state == "not shown"]
    out: list[str] = []
    if shown:
        rows = [
            (
                item.id,
                show.markdown(item.title),
                f"{item.points:g}",
                show.markdown(item.evidence),
                show.markdown(item.note),
            )
            for item in shown
        ]
        out += ["", *show.table(("Item", "Shown by local evidence", "Points", "Evidence", "Left open"), rows)]
    if open_ones:
        named = "; ".join(f"{item.id} {show.markdown(item.title)}" for item in open_ones)
        out += ["", f"Not shown: {named}."]
    if hidden:
        named = "; ".join(f"{item.id} {show.markdown(item.title)}" for item in hidden)
        out += ["", f"Cannot be decided from the files: {named}."]
    return out


def counts(tests: Sequence[Tested]) -> dict[str, int]:
    """How many tests there are of each category."""
    return {name: sum(1 for test in tests if test.category == name) for name in CATEGORIES}


def as_dict(gates: Sequence[Gate], tests: Sequence[Tested], outputs: Mapping[str, str]) -> dict[str, Any]:
    """`gates` of the audit as JSON. `outputs`: what a command printed when it was last run, by command."""
    return {
        "commands": [
            {"command": gate.command, "purpose": gate.purpose, "example_output": outputs.get(gate.command, "")}
            for gate in gates
        ],
        "ml_test_score": {**counts(tests), "tests": [test._asdict() for test in tests]},
    }


def noted(runs: Sequence[tuple[str, int, str, str]], when: str) -> str:
    """The text of the notes block that keeps (command, exit code, output, how the network was shut off) of a run."""
    out = [f"Run by `ml-audit gates --run` on {when}, the network shut off."]
    for command, code, output, how in runs:
        fence = "```"
        while fence in output or fence in command:
            fence += "`"
        shown = [show.plain(line) if line.strip() else "" for line in output.split("\n")]
        out += ["", f"{show.code(command)}: exit code {code}, {how}.", "", f"{fence}text", *shown, fence]
    return "\n".join(out)


def outputs(text: str) -> dict[str, str]:
    """Command to output, of a notes block that `noted` wrote."""
    found: dict[str, str] = {}
    command, fence = "", ""
    held: list[str] = []
    for line in text.split("\n"):
        if fence:
            if line == fence:
                found[command] = "\n".join(held)
                fence, held = "", []
            else:
                held.append(line)
        elif line.startswith("`") and ": exit code " in line:
            command = line.rpartition(": exit code ")[0].strip("` ").replace("\\|", "|")
        elif line.endswith("text") and line.startswith("```"):
            fence = line.removesuffix("text")
    return found
