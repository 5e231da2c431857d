"""Section 6: the checklist, what each entry point leaves unseeded, and each place that saves or loads."""

from __future__ import annotations

from typing import Any

import pytest

from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.rows import EntryPoint, Site, Source
from ml_audit_hooks.core.source import Content
from ml_audit_hooks.report import reproducing
from ml_audit_hooks.report.checklist import MET, MISSING, NOT_CHECKED, PARTLY, items
from ml_audit_hooks.report.reproducibility import as_rows, checkpoints, lines, randomness
from ml_audit_hooks.report.reproducing import Sign
from ml_audit_hooks.report.reproducing_signs import _ACCELERATORS, _COMMIT_NAMES, _DIGESTS, _SHORT, _SWITCH_VALUES
from tests.report.audits import audit, found, place, rows

HEAD = ["### Randomness by entry point", ""]
NO_PROGRAM = "No program of the repository was seen to draw random numbers."
NO_SITE = "No place was found that saves or loads model or training state."
TRAIN = EntryPoint("train.py", None, "<module>", (Source("torch", True, 3), Source("numpy", False, 9)))
SEEDED = EntryPoint("other.py", None, "main", (Source("torch", True, 3),))
SAVE = Site("train.py", 40, None, "save", ("weights", "optimizer"), False, False)
SEEDS, ENVIRONMENT, COMMIT, VERSIONS, SETTINGS, SWITCHES, REPEATS, HARDWARE, RUNS = range(9)


@pytest.mark.parametrize(
    ("programs", "sites", "expected"),
    [
        pytest.param([], [], [*HEAD, NO_PROGRAM, "", "### Checkpoints", "", NO_SITE], id="nothing"),
        pytest.param(
            [EntryPoint("a.py", None, "main", ())],
            [],
            [*HEAD, NO_PROGRAM, "", "### Checkpoints", "", NO_SITE],
            id="a-program-without-randomness",
        ),
        pytest.param(
            [TRAIN, EntryPoint("n.ipynb", 2, "main", (Source("jax", True, 1),))],
            [SAVE, SAVE._replace(line=60), Site("n.ipynb", 1, 5, "load", ("weights",), True, False)],
            [
                *HEAD,
                "| Entry point | Unseeded | Seeded |",
                "| --- | --- | --- |",
                "| [`train.py`](train.py) | numpy | torch |",
                "",
                "<details>",
                "<summary>Wholly seeded: 1 entry point</summary>",
                "",
                "| Entry point | Seeded |",
                "| --- | --- |",
                "| [`n.ipynb`](n.ipynb) cell 2 `main` | jax |",
                "",
                "</details>",
                "",
                "### Checkpoints",
                "",
                "| File | What | Holds | How |",
                "| --- | --- | --- | --- |",
                "| [`train.py`](train.py) ×2 | save | weights, optimizer | not atomic |",
                "| [`n.ipynb`](n.ipynb) cell 5 | load | weights | **unsafe** |",
            ],
            id="both",
        ),
    ],
)
def test_the_section_lists_programs_and_places(
    programs: list[EntryPoint], sites: list[Site], expected: list[str]
) -> None:
    assert lines(programs, sites) == expected


def test_a_long_table_ends_in_a_line() -> None:
    shown = lines([], [SAVE._replace(path=f"{i:03}.py") for i in range(103)])
    assert shown[-2].startswith("| [`099.py`]")
    assert shown[-1] == "| … and 3 more; `ml-audit report --format json` has all |  |  |  |"


def test_the_json_rows_have_the_lines() -> None:
    assert randomness([TRAIN]) == [
        {
            "path": "train.py",
            "cell": None,
            "symbol": "<module>",
            "sources": [
                {"source": "torch", "seeded": True, "line": 3},
                {"source": "numpy", "seeded": False, "line": 9},
            ],
        }
    ]
    assert checkpoints([SAVE]) == [
        {
            "path": "train.py",
            "line": 40,
            "cell": None,
            "what": "save",
            "holds": ["weights", "optimizer"],
            "unsafe": False,
            "atomic": False,
        }
    ]


def signs(path: str, text: str) -> list[tuple[str, int, str, str]]:
    """(kind, line, symbol, why) of what a file shows."""
    record = reproducing.examine(File(path, Content(text.encode(), "blob", "")))
    return [(s.kind, s.line, s.symbol, s.why) for s in reproducing.of(record)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", "x = 1\n", id="nothing"),
        pytest.param("a.py", 'run(["git", "rev-parse", "--show-toplevel"])\n', id="the-root-is-no-commit"),
        pytest.param("setup.py", 'run(["git", "rev-parse", "HEAD"])\n', id="a-package-version-is-no-run"),
        pytest.param("a.py", "# reads git rev-parse HEAD\n", id="a-comment"),
        pytest.param("a.py", "torch.backends.cudnn.deterministic = False\n", id="switched-off"),
        pytest.param("a.py", "Trainer(deterministic=False)\n", id="switched-off-by-keyword"),
        pytest.param("tests/test_a.py", "torch.use_deterministic_algorithms(True)\n", id="switched-on-by-a-test"),
        pytest.param("a.py", 'load("m", revision="main")\n', id="a-branch-moves"),
        pytest.param("a.py", 'load("m", revision=args.revision)\n', id="an-option-pins-nothing"),
        pytest.param("tests/test_a.py", "def test_hash_deterministic():\n    assert f() == f()\n", id="a-hash"),
        pytest.param(
            "tests/test_a.py",
            "class TestTrainer:\n    def test_ids_deterministic(self):\n        assert 1\n",
            id="in-a-class-of-training",
        ),
        pytest.param("tests/test_a.py", "def test_loss_is_deterministic():\n    fit()\n", id="no-assertion"),
        pytest.param("a.py", "def test_loss_is_deterministic():\n    assert 1\n", id="not-in-a-test-file"),
        pytest.param("tests/test_a.py", "def test_nondeterministic_batch():\n    assert 1\n", id="the-opposite"),
        pytest.param("README.md", "An RTX card helps, or two\n", id="any-gpu"),
        pytest.param("README.md", "Layer T4 of the U-Net\n", id="a-short-name-alone"),
        pytest.param("README.md", "The standard deviation of rewards\n", id="a-spread-of-something-else"),
        pytest.param("README.md", "It runs over all files with 3 workers\n", id="it-runs"),
        pytest.param("a.yaml", "deterministic: false\nrevision: main\n", id="settings-off"),
        pytest.param("a.csv", "A100\n", id="data"),
    ],
)
def test_what_shows_nothing_is_silent(path: str, text: str) -> None:
    assert signs(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "a.py",
            'def commit():\n    return run(["git", "rev-parse", "HEAD"])\n',
            [("commit", 2, "commit", "reads the commit with git rev-parse")],
            id="rev-parse",
        ),
        pytest.param(
            "a.py",
            "import git\nsha = git.Repo().head.object.hexsha\n",
            [("commit", 2, "<module>", "reads the commit with GitPython")],
            id="gitpython",
        ),
        pytest.param(
            "a.py",
            'import os\nsha = os.environ["GITHUB_SHA"]\n',
            [("commit", 2, "<module>", "reads the commit from GITHUB_SHA")],
            id="ci",
        ),
        pytest.param(
            "a.py",
            "torch.use_deterministic_algorithms(True)\ntorch.backends.cudnn.deterministic = args.exact\n",
            [
                ("switch", 1, "<module>", "calls use_deterministic_algorithms"),
                ("switch", 2, "<module>", "sets deterministic"),
            ],
            id="switches",
        ),
        pytest.param(
            "a.py",
            'Trainer(deterministic=True)\nos.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"\n',
            [
                ("switch", 1, "<module>", "sets deterministic=True"),
                ("switch", 2, "<module>", "sets CUBLAS_WORKSPACE_CONFIG"),
            ],
            id="switches-of-trainer-and-environment",
        ),
        pytest.param(
            "a.py",
            'load("m", revision="3f1c")\nfetch(url, known_hash="ab")\n',
            [("pinned", 1, "<module>", "pins a revision"), ("digest", 2, "<module>", "checks known_hash")],
            id="versions",
        ),
        pytest.param(
            "a.py",
            "import hashlib\ndef download(u):\n    return hashlib.sha256(u).hexdigest()\n",
            [("digest", 3, "download", "checks a sha256 digest")],
            id="a-digest-of-a-download",
        ),
        pytest.param(
            "tests/test_a.py",
            "class TestFit:\n    def test_same_seed_same_loss(self):\n        assert fit(1) == fit(1)\n",
            [("repeats", 2, "TestFit.test_same_seed_same_loss", "tests that a run repeats")],
            id="a-test-that-results-repeat",
        ),
        pytest.param(
            "tests/test_a.py",
            "def test_batch_deterministic():\n    torch.testing.assert_close(f(), f())\n",
            [("repeats", 1, "test_batch_deterministic", "tests that a run repeats")],
            id="a-test-that-asserts-by-a-call",
        ),
        pytest.param("README.md", "One\n8 A100 for 4 days\n", [("hardware", 2, "", "names A100")], id="hardware"),
        pytest.param("README.md", "On an RTX 2080 Ti\n", [("hardware", 1, "", "names 2080")], id="a-card"),
        pytest.param("docs/a.md", "mean over 5 random seeds\n", [("runs", 1, "", "states the number of runs")], id="n"),
        pytest.param("README.md", "| MNIST | 98.1 ± 0.2 |\n", [("runs", 1, "", "states the spread")], id="spread"),
        pytest.param(
            "a.yaml",
            f"trainer:\n  deterministic: true\nrevision: {'a' * 40}\n",
            [
                ("switch", 2, "trainer.deterministic", "switches determinism on"),
                ("pinned", 3, "revision", "pins a revision"),
            ],
            id="settings",
        ),
    ],
)
def test_what_a_file_shows(path: str, text: str, expected: list[Any]) -> None:
    assert signs(path, text) == expected


def test_a_file_that_cannot_be_read_shows_nothing() -> None:
    assert reproducing.examine(File("a.py", Content(None, "", "too large"))).facts == ()


def sign(kind: str, path: str = "a.py") -> dict[str, tuple[Sign, ...]]:
    """One sign in one file."""
    return {path: (Sign(kind, 3, None, "f", "why"),)}


FACETS = rows("training.train_loop")


@pytest.mark.parametrize(
    ("which", "made", "seen", "state", "note"),
    [
        pytest.param(SEEDS, audit(), {}, NOT_CHECKED, "no program was seen to draw random numbers", id="no-program"),
        pytest.param(
            SEEDS,
            audit(entry_points=(TRAIN._replace(path="tests/test_a.py"),)),
            {},
            NOT_CHECKED,
            "no program was seen to draw random numbers",
            id="a-test-is-no-program",
        ),
        pytest.param(
            SEEDS,
            audit(entry_points=(TRAIN,)),
            {},
            MISSING,
            "0 of 1 programs seed every source that they draw from",
            id="unseeded",
        ),
        pytest.param(
            SEEDS,
            audit(entry_points=(TRAIN, SEEDED)),
            {},
            PARTLY,
            "1 of 2 programs seed every source that they draw from",
            id="partly-seeded",
        ),
        pytest.param(
            SEEDS,
            audit(entry_points=(SEEDED,)),
            {},
            MET,
            "1 of 1 programs seed every source that they draw from",
            id="seeded",
        ),
        pytest.param(
            ENVIRONMENT,
            audit(capabilities=FACETS),
            {},
            MISSING,
            "nothing names what has to be installed",
            id="no-names",
        ),
        pytest.param(
            ENVIRONMENT,
            audit(capabilities=FACETS, paths=("requirements-dev.txt",)),
            {},
            PARTLY,
            "requirements are named, and not their versions",
            id="names-without-versions",
        ),
        pytest.param(
            ENVIRONMENT,
            audit(capabilities=rows("security.dependency_lock")),
            {},
            MET,
            "versions are fixed; no container fixes drivers and system libraries",
            id="locked",
        ),
        pytest.param(ENVIRONMENT, audit(), {}, NOT_CHECKED, "security was not audited", id="not-audited"),
        pytest.param(
            COMMIT, audit(), {}, NOT_CHECKED, "no program was seen to train or to draw random numbers", id="no-run"
        ),
        pytest.param(
            COMMIT,
            audit(capabilities=FACETS),
            {},
            MISSING,
            "a result cannot be traced to the code that made it",
            id="untraced",
        ),
        pytest.param(
            COMMIT,
            audit(capabilities=FACETS),
            sign(reproducing.COMMIT),
            PARTLY,
            "the commit is read, and nothing was seen to record it with a run",
            id="read-elsewhere",
        ),
        pytest.param(
            COMMIT,
            audit(
                capabilities=rows(
                    "tracking.local_tracker",
                    evidence={"tracking.local_tracker": (place("t.py", "f", "calls wandb.init"),)},
                )
            ),
            {},
            PARTLY,
            "W&B records the commit by itself, of those runs that it tracks from a clone",
            id="by-the-tracker",
        ),
        pytest.param(
            COMMIT,
            audit(
                capabilities=rows(
                    "tracking.params_logged", evidence={"tracking.params_logged": (place("a.py", "f.log"),)}
                )
            ),
            sign(reproducing.COMMIT),
            MET,
            "",
            id="recorded",
        ),
        pytest.param(
            VERSIONS, audit(), {}, MISSING, "no pinned revision, DVC file, LFS pointer or digest", id="no-version"
        ),
        pytest.param(
            VERSIONS,
            audit((found("B615", "a.py"), found("B615", "tests/test_a.py"))),
            {},
            MISSING,
            "1 download without a revision",
            id="floating",
        ),
        pytest.param(
            VERSIONS,
            audit((found("B615", "a.py"), found("B615", "a.py", 9)), paths=("data.csv.dvc",)),
            {},
            PARTLY,
            "2 downloads without a revision",
            id="partly-floating",
        ),
        pytest.param(VERSIONS, audit(), sign(reproducing.PINNED), MET, "", id="pinned"),
        pytest.param(
            SETTINGS,
            audit(capabilities=FACETS),
            {},
            MISSING,
            "nobody can tell which settings made a result",
            id="no-settings",
        ),
        pytest.param(
            SETTINGS,
            audit(capabilities=FACETS, sites=(SAVE._replace(holds=("weights", "config")),)),
            {},
            PARTLY,
            "in the checkpoint; a run that saves none leaves none",
            id="settings-in-the-checkpoint",
        ),
        pytest.param(SETTINGS, audit(capabilities=rows("tracking.params_logged")), {}, MET, "", id="settings"),
        pytest.param(
            SWITCHES,
            audit(),
            {},
            NOT_CHECKED,
            "no program was seen to draw from a framework that has such switches",
            id="no-framework",
        ),
        pytest.param(
            SWITCHES,
            audit(entry_points=(SEEDED,)),
            {},
            MISSING,
            "kernels may add in another order on each run, with seeds set",
            id="no-switch",
        ),
        pytest.param(
            SWITCHES,
            audit((found("SEED009", "a.py"),), entry_points=(SEEDED,)),
            sign(reproducing.SWITCH),
            PARTLY,
            "switches undo each other or come too late",
            id="switches-that-undo",
        ),
        pytest.param(SWITCHES, audit(), sign(reproducing.SWITCH), MET, "", id="switched"),
        pytest.param(REPEATS, audit(), sign(reproducing.REPEATS, "tests/test_a.py"), MET, "", id="repeats"),
        pytest.param(
            HARDWARE,
            audit(),
            sign(reproducing.HARDWARE, "node_modules/x/README.md"),
            MISSING,
            "no document names the accelerator that results come from",
            id="a-vendored-readme",
        ),
        pytest.param(HARDWARE, audit(), sign(reproducing.HARDWARE, "README.md"), MET, "", id="hardware"),
        pytest.param(
            RUNS, audit(), {}, MISSING, "no document tells over how many runs results were taken", id="no-runs"
        ),
    ],
)
def test_each_item_has_its_state(which: int, made: Any, seen: dict[str, Any], state: str, note: str) -> None:
    item = items(made, seen)[which]
    assert (item.state, item.note) == (state, note)


def test_the_checklist_stands_first_with_its_sources() -> None:
    made = items(audit(entry_points=(SEEDED,)), sign(reproducing.HARDWARE, "README.md"))
    told = lines([], [], made)
    assert told[:3] == [
        "| Item | State | Evidence | Note | Asked for by |",
        "| --- | --- | --- | --- | --- |",
        (
            "| Seeds | met | [`other.py`](other.py) `main` seeds every source | 1 of 1 programs seed every source that "
            "they draw from | PyTorch, Reproducibility; ML Test Score, Infra 1 |"
        ),
    ]
    assert told[9].startswith("| Documents state the hardware | met | [`README.md`](README.md) `f` why |")
    assert told[11:13] == ["", "### Randomness by entry point"]


def test_a_file_is_named_once_and_the_rest_counted() -> None:
    seen = {
        f"{n}.md": (Sign(reproducing.RUNS, 1, None, "", "w"), Sign(reproducing.RUNS, 2, None, "", "w")) for n in "abcd"
    }
    row = lines([], [], items(audit(), seen))[10]
    assert "[`a.md`](a.md) w<br>[`b.md`](b.md) w<br>[`c.md`](c.md) w<br>and 1 more" in row


def test_the_rows_of_the_checklist() -> None:
    row = as_rows(items(audit(), sign(reproducing.HARDWARE, "README.md")))[HARDWARE]
    assert row == {
        "item": "Documents state the hardware",
        "state": "met",
        "evidence": [{"path": "README.md", "line": 3, "cell": None, "symbol": "f", "why": "why"}],
        "note": "asked for by NeurIPS Paper Checklist 8; ACL Responsible NLP Checklist C1",
    }


@pytest.mark.parametrize("name", sorted(_ACCELERATORS | {f"GPU {word}" for word in _SHORT}))
def test_no_accelerator_is_lost_at_the_gate(name: str) -> None:
    for text in (name, name.lower()):
        assert [kind for kind, *_ in signs("README.md", f"{text}\n")] == [reproducing.HARDWARE]


@pytest.mark.parametrize(
    "text",
    [
        "Mean Over 3 Runs",
        "mean over three seeds",
        "Error Bars over trials",
        "Std. dev. of 5 runs",
        "95% Confidence Interval",
    ],
)
def test_no_spread_is_lost_at_the_gate(text: str) -> None:
    from ml_audit_hooks.report.reproducing_signs import in_document

    assert [sign.kind for sign in in_document(text)] == [kind for kind, *_ in signs("a.md", text)]


@pytest.mark.parametrize("word", [*sorted(_COMMIT_NAMES), *_SWITCH_VALUES])
def test_no_constant_is_lost_at_the_gate(word: str) -> None:
    assert len(signs("a.py", f'x = env["{word}"]\n')) == 1


@pytest.mark.parametrize("word", sorted(_DIGESTS))
def test_no_digest_is_lost_at_the_gate(word: str) -> None:
    assert signs("a.py", f'get(u, {word}="ab")\n') == [("digest", 1, "<module>", f"checks {word}")]
