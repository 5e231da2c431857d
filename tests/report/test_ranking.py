"""What breaks in production comes first, each cause is said once, and what is good is said too."""

from __future__ import annotations

from typing import Any

import pytest

from ml_audit_hooks.core.rows import EntryPoint, Site, Source
from ml_audit_hooks.report.ranking import MAX_BULLETS, as_rows, lines, ranked, said
from ml_audit_hooks.report.strengths import MAX_STRENGTHS
from tests.report.audits import audit, found, place, rows

NOTHING = "No error, no warning, and no gap that breaks production."
TRAINS = ("training.train_loop",)
KEPT = (*TRAINS, "checkpointing.weights")
SEEDED = EntryPoint("train.py", None, "<module>", (Source("torch", True, 3),))
SAVE = Site("train.py", 9, None, "save", ("weights", "optimizer", "scheduler", "step", "rng"), False, True)


def titles(*present: str, **more: Any) -> list[str]:
    """The titles of the bullets of an audit with these facets and no finding."""
    sites = more.pop("sites", ())
    paths = more.pop("paths", ("train.py",))
    made = audit(capabilities=rows(*present, **more), paths=paths, sites=sites)
    return [one.title for one in ranked(made).bullets]


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param([], [NOTHING], id="nothing"),
        pytest.param(
            [found("B101", "a.py", severity="note")],
            [NOTHING, "", "Also noted: `B101` ×1. `ml-audit explain CODE` tells what each means."],
            id="a-note-is-no-bullet",
        ),
        pytest.param(
            [found("NBK007", "examples/a.ipynb", severity="warning"), found("CKP001", "tests/test_a.py")],
            [
                "No error, no warning, and no gap that breaks production.",
                "",
                "Also noted: `CKP001` ×1, `NBK007` ×1. `ml-audit explain CODE` tells what each means.",
            ],
            id="noise-is-no-bullet",
        ),
        pytest.param(
            [found("CKP001", "a.py", 3, "load")],
            [
                (
                    "- **Loading a checkpoint or data file can run the code that is in it** (`CKP001`, error, 1 "
                    "place): [`a.py`](a.py) `load`. A pickle is a program: whoever made the file, or can replace it, "
                    "chooses what runs with the job's rights. Quick win: pass `weights_only=True`, or keep weights as "
                    "safetensors."
                )
            ],
            id="what-where-so-what-and-the-quick-win",
        ),
        pytest.param(
            [found("NEW001", f"{name}.py", symbol=f) for name in "abcd" for f in ("f", "g", "h")],
            [
                (
                    "- **Title of NEW001** (`NEW001`, error, 4 places in 4 files): [`a.py`](a.py) `f`, `g` and 1 more "
                    "there, [`b.py`](b.py) `f`, `g` and 1 more there, [`c.py`](c.py) `f`, `g` and 1 more there and 1 "
                    "more file. Why it matters."
                )
            ],
            id="forty-places-are-one-bullet",
        ),
        pytest.param(
            [found("NEW001", "a|<b>.py", symbol="f")],
            ["- **Title of NEW001** (`NEW001`, error, 1 place): [`a|<b>.py`](a%7C%3Cb%3E.py) `f`. Why it matters."],
            id="names-of-the-repository-are-harmless",
        ),
        pytest.param(
            [found("CKP006", "a.py", 3, "save"), found("CKP009", "a.py", 3, "save")],
            [
                (
                    "- **A resumed run is not the run that was interrupted** (`CKP006, CKP009`, error, 1 place): "
                    "[`a.py`](a.py) `save`. The checkpoint lacks the state of the optimizer and of the random "
                    "generators: a resumed run starts with cold moments and its loss jumps. Quick win: save the "
                    "missing state beside the weights and restore it."
                )
            ],
            id="lost-state-is-named",
        ),
        pytest.param(
            [found("SEED001", "a.py", kind="torch"), found("SEED002", "a.py", kind="numpy")],
            [
                (
                    "- **Programs draw random numbers before or without a seed** (`SEED001, SEED002`, error, 1 "
                    "program): [`a.py`](a.py). Two runs of one commit differ, and nobody can tell a change from "
                    "chance. Unseeded: numpy, torch. Quick win: seed at the top of the program, before models and data "
                    "are made."
                )
            ],
            id="unseeded-sources-are-named",
        ),
        pytest.param(
            [found("SEED003", "a.py", severity="warning")],
            [
                (
                    "- **Programs draw random numbers before or without a seed** (`SEED003`, warning, 1 program): "
                    "[`a.py`](a.py). Unless somebody gives a seed, two runs of one commit differ, and nobody can tell "
                    "a change from chance. Quick win: seed at the top of the program, before models and data are made."
                )
            ],
            id="a-seed-that-is-off-by-default",
        ),
    ],
)
def test_a_cause_is_one_bullet(findings: list[Any], expected: list[str]) -> None:
    assert lines(ranked(audit(tuple(findings)))) == expected


def test_what_costs_most_comes_first() -> None:
    codes = ("CPX001", "B113", "SEED001", "CKP012", "CKP001", "SEC001")
    findings = tuple(found(code, "a.py", line, severity="warning") for line, code in enumerate(codes, 1))
    assert [one.codes[0] for one in ranked(audit(findings)).bullets] == [
        "SEC001",
        "CKP001",
        "CKP012",
        "SEED001",
        "B113",
        "CPX001",
    ]


def test_what_only_examples_do_stands_behind_what_the_product_does() -> None:
    findings = (found("CKP001", "examples/a.py"), found("SEED003", "pkg/a.py", severity="warning"))
    bullets = ranked(audit(findings)).bullets
    assert [(one.codes, one.counted) for one in bullets] == [
        (("SEED003",), "warning, 1 program"),
        (("CKP001",), "error, 1 place, examples only"),
    ]


def test_severity_reach_and_gates_decide_among_equals() -> None:
    alone = ranked(audit((found("CKP001", "a.py", severity="warning"),))).bullets[0].rank
    many = tuple(found("CKP001", f"{n}.py", severity="warning") for n in range(9))
    assert ranked(audit(many)).bullets[0].rank > alone
    assert ranked(audit((found("CKP001", "a.py"),))).bullets[0].rank > alone
    started = audit((found("CKP001", "train.py", severity="warning"),), entry_points=(SEEDED,))
    assert ranked(started).bullets[0].rank > alone
    ungated = audit((found("CKP001", "a.py", severity="warning"),), rows())
    assert next(one.rank for one in ranked(ungated).bullets if one.codes == ("CKP001",)) > alone


@pytest.mark.parametrize(
    ("why", "counted"),
    [
        ("pre-commit runs bandit", "error, 1 place"),
        ("CI uses github/codeql-action/init", "error, 1 place"),
        ("dependabot watches pip", "error, 1 place; no gate"),
    ],
)
def test_only_what_reads_code_is_a_gate_of_code(why: str, counted: str) -> None:
    evidence = {"security.security_lint": (place(".pre-commit-config.yaml", "x", why),)}
    made = audit((found("CKP001", "a.py"),), rows("security.security_lint", evidence=evidence))
    assert next(one.counted for one in ranked(made).bullets if one.codes == ("CKP001",)) == counted


@pytest.mark.parametrize(
    ("present", "absent_title"),
    [
        pytest.param((), "Training saves no model", id="no-training-no-checkpoint"),
        pytest.param(KEPT, "Training saves no model", id="weights-are-saved"),
        pytest.param((*KEPT, "checkpointing.resume"), "Training cannot go on from a checkpoint", id="resumes"),
        pytest.param(("ci_tests.pytest_targets",), "No test that can fail", id="tests"),
        pytest.param(("security.dependency_lock",), "No lock: each install resolves to other versions", id="lock"),
        pytest.param(
            (*TRAINS, "evaluation.tests"), "Nothing is evaluated on held-out data", id="an-evaluation-that-is-tested"
        ),
    ],
)
def test_a_gap_that_breaks_nothing_is_silent(present: tuple[str, ...], absent_title: str) -> None:
    assert absent_title not in titles(*present)


@pytest.mark.parametrize(
    ("present", "title"),
    [
        pytest.param(TRAINS, "Training saves no model", id="no-checkpoint"),
        pytest.param(KEPT, "Training cannot go on from a checkpoint", id="no-resume"),
        pytest.param((*KEPT, "checkpointing.resume"), "Checkpoints leave the optimizer's state out", id="cold"),
        pytest.param((), "No test that can fail", id="no-tests"),
        pytest.param((), "No lock: each install resolves to other versions", id="no-lock"),
        pytest.param(TRAINS, "Nothing is evaluated on held-out data", id="no-evaluation"),
        pytest.param(("ci_tests.pytest_targets",), "Tests exist, and no CI runs them", id="no-ci"),
        pytest.param(
            (*TRAINS, "ci_tests.pytest_targets"), "The code whose faults cost most has no test", id="untested"
        ),
    ],
)
def test_a_gap_that_breaks_production_is_a_bullet(present: tuple[str, ...], title: str) -> None:
    assert title in titles(*present)


def test_no_gap_is_told_where_a_capability_may_not_apply() -> None:
    assert titles(*TRAINS, hint="nothing in the repository trains") == []


def test_a_gap_is_silent_where_a_finding_says_it() -> None:
    made = audit((found("CKP006", "train.py"),), rows(*KEPT, "checkpointing.resume"))
    codes = [one.codes for one in ranked(made).bullets]
    assert ("CKP006",) in codes
    assert ("checkpointing.optimizer_state",) not in codes


def test_a_trainer_that_saves_all_lacks_one_argument() -> None:
    told = titles(*KEPT, sites=(SAVE,))
    assert "The whole training state is saved, and no program resumes from it" in told
    assert "Training cannot go on from a checkpoint" not in told


def test_a_load_of_the_optimizer_is_a_resume() -> None:
    load = SAVE._replace(what="load")
    assert "Training cannot go on from a checkpoint" not in titles(*KEPT, sites=(load,))


def test_a_test_file_by_its_name_is_not_said_to_be_missing() -> None:
    present = (*TRAINS, "ci_tests.pytest_targets", "data.tests", "evaluation.tests", "modeling.tests")
    title = "The code whose faults cost most has no test"
    assert title in titles(*present)
    assert title not in titles(*present, paths=("train.py", "tests/test_checkpoint.py", "tests/test_train.py"))


def test_the_quick_win_of_a_gap_is_the_tables_plan() -> None:
    bullets = {one.title: one.win for one in ranked(audit(capabilities=rows())).bullets}
    assert bullets["No test that can fail"] == "plan ci_tests.pytest_targets in train.py"
    bullets = {one.title: one.win for one in ranked(audit(capabilities=rows(told=False))).bullets}
    assert bullets["No test that can fail"] == "add one test that builds the model and takes a training step"


def test_a_proved_patch_is_named() -> None:
    made = audit((found("CKP001", "a.py"),), rows())
    told = lines(ranked(made, {"CKP001": "safe-load-a", "security.dependency_lock": "lock"}))
    assert told[0].endswith("or keep weights as safetensors (patch `safe-load-a`).")
    assert any("`security.dependency_lock`, gap" in line and line.endswith("(patch `lock`).") for line in told)


def test_what_the_bullets_speak_of() -> None:
    made = audit((found("CKP009", "train.py"),), rows("ci_tests.pytest_targets"))
    assert {"checkpointing.rng_state", "security.dependency_lock", "ci_tests.ci"} <= said(ranked(made))
    assert "modeling.peft" not in said(ranked(made))


def test_there_are_never_more_bullets_than_somebody_reads() -> None:
    findings = tuple(found(f"NEW{n:03}", "a.py", n) for n in range(40))
    section = ranked(audit(findings))
    assert len(section.bullets) == MAX_BULLETS
    assert len(section.noted) == 40 - MAX_BULLETS


@pytest.mark.parametrize(
    ("present", "more", "title"),
    [
        pytest.param(
            ("checkpointing.rng_state", "checkpointing.scheduler_state", "checkpointing.optimizer_state")
            + ("checkpointing.resume",),
            {},
            "An interrupted run goes on where it stopped: optimizer, schedule and RNG states are saved and resumed",
            id="resume",
        ),
        pytest.param(("security.dependency_lock",), {}, "Dependencies are locked", id="lock"),
        pytest.param(
            ("ci_tests.coverage", "ci_tests.ci"), {}, "CI runs the tests, and coverage may not fall", id="coverage"
        ),
        pytest.param(
            (),
            {"entry_points": (SEEDED, SEEDED._replace(path="b.py"))},
            "All 2 programs that draw random numbers seed every source first",
            id="seeds",
        ),
    ],
)
def test_what_is_good_is_said(present: tuple[str, ...], more: dict[str, Any], title: str) -> None:
    assert title in [one.title for one in ranked(audit(capabilities=rows(*present), **more)).strengths]
    assert title not in [one.title for one in ranked(audit(capabilities=rows())).strengths]


def test_a_finding_that_speaks_against_a_strength_silences_it() -> None:
    made = audit((found("LCK003", "uv.lock"),), rows("security.dependency_lock"))
    assert ranked(made).strengths == ()


def test_strengths_are_few_and_shown_with_their_evidence() -> None:
    from ml_audit_hooks.core.rubric import FACETS

    section = ranked(audit(capabilities=rows(*FACETS), entry_points=(SEEDED,)))
    assert len(section.strengths) == MAX_STRENGTHS
    told = lines(section)
    assert told[:3] == [NOTHING, "", "What is good, and to be kept:"]
    assert told[-1].endswith(": [`train.py`](train.py) `fit`.")


def test_the_rows_have_every_place_with_its_line() -> None:
    made = as_rows(ranked(audit((found("NEW001", "b.py", 7, "load"), found("NEW001", "a.py", 3)))))
    assert made == [
        {
            "title": "NEW001: Title of NEW001",
            "detail": "error, 2 places in 2 files. Why it matters.",
            "evidence": [
                {"path": "a.py", "line": 3, "cell": None, "symbol": None, "why": "message 3"},
                {"path": "b.py", "line": 7, "cell": None, "symbol": "load", "why": "message 7"},
            ],
        }
    ]


def test_moved_lines_do_not_touch_the_text() -> None:
    def told(moved: int) -> list[str]:
        findings = tuple(found("CKP001", "a.py", line + moved, f"f{line}") for line in (3, 9))
        return lines(ranked(audit(findings, rows(*TRAINS))))

    assert told(0) == told(40)


def test_a_fit_of_seconds_need_not_resume() -> None:
    def told(source: str) -> bool:
        program = EntryPoint("train.py", None, "<module>", (Source(source, True, 3),))
        made = audit(capabilities=rows(*KEPT), entry_points=(program,))
        return "Training cannot go on from a checkpoint" in [one.title for one in ranked(made).bullets]

    assert not told("sklearn")
    assert told("torch")


@pytest.mark.parametrize(
    ("codes", "win"),
    [
        (("CKP002",), "store it as JSON, npz or safetensors, or check a digest before it is loaded"),
        (("CKP001", "CKP002"), "pass `weights_only=True`, or keep weights as safetensors"),
    ],
)
def test_the_quick_win_fits_what_is_loaded(codes: tuple[str, ...], win: str) -> None:
    findings = tuple(found(code, "a.py", line) for line, code in enumerate(codes, 1))
    assert ranked(audit(findings)).bullets[0].win == win


def test_a_symbol_that_only_repeats_the_path_is_left_out() -> None:
    told = lines(ranked(audit((found("LCK004", "requirements.txt", symbol="requirements"),))))
    assert told[0].startswith(
        "- **What is installed is not what was tested** (`LCK004`, error, 1 place): [`requirements"
    )
    assert "`requirements`." not in told[0]
