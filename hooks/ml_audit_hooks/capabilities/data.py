"""8. Data Handling."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _caches as caches
from ml_audit_hooks.capabilities import _shuffles as shuffles
from ml_audit_hooks.capabilities import _splits as splits
from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._exercise import exercised, or_place
from ml_audit_hooks.capabilities._ground import NO_DATA, has_data
from ml_audit_hooks.capabilities.model import PRESENT, Bases, Capability, Defines, Facet, Files, Finds, Verdict
from ml_audit_hooks.capabilities.view import MAX_EVIDENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.view import View


_DATA_FILES = (
    *("data", "dataset", "datasets", "datamodule", "dataloader", "loader", "loaders", "prepare", "preprocess", "split"),
    *("train", "finetune", "main", "input", "pipeline"),
)


def _splits(view: View) -> Verdict:
    return chosen(view, splits.SPLITS, prefer=_DATA_FILES)


def _caching(view: View) -> Verdict:
    return or_place(chosen(view, caches.CACHING, prefer=_DATA_FILES), view, "place.caching")


def _deterministic_shuffling(view: View) -> Verdict:
    """A seeded shuffle; else a seed set in the program that shuffles; else the trainer's own seed."""
    shown = chosen(view, shuffles.SHUFFLING, prefer=_DATA_FILES)
    together = [*shown.evidence] if shown.state == PRESENT else []
    for near in (_same_file, _same_project):
        if not together or near is _same_file:
            for source in shuffles.SOURCES:
                seeds = view.every(shuffles.SEEDS + source, shuffles.SEEDS + "any")
                together += _one_program(seeds, view.every(shuffles.SHUFFLES + source), near)
    if together:
        found = tuple(dict.fromkeys(together))[:MAX_EVIDENCE]
        return Verdict(PRESENT, found, "" if shown.state == PRESENT else "by a seed set before")
    trainer = view.live(shuffles.TRAINER)
    return Verdict(PRESENT, trainer, "by default") if trainer else shown


def _one_program(
    seeds: tuple[Evidence, ...], shuffles: tuple[Evidence, ...], near: Callable[[str, str], bool]
) -> list[Evidence]:
    """The shuffles, one a file, and the seeds that can run before them in one program."""
    found: list[Evidence] = []
    seen: set[str] = set()
    for shuffle in shuffles:
        seed = next((s for s in seeds if near(s.path, shuffle.path)), None)
        if seed is not None and shuffle.path not in seen:
            seen.add(shuffle.path)
            found += [shuffle, seed]
    return found


def _same_file(one: str, other: str) -> bool:
    return one == other


def _same_project(seed: str, shuffle: str) -> bool:
    """Whether a module lies beside or below the folder of the program that seeds, or beside that folder."""
    folder = seed.rpartition("/")[0].rpartition("/")[0]
    return not folder or shuffle.startswith(f"{folder}/")


def _tests(view: View) -> Verdict:
    return exercised(view, caches.CODE, splits.SPLITS, shuffles.SHUFFLING, caches.CACHING)


CAPABILITY = Capability(
    name="data",
    title="Data Handling",
    facets=(
        Facet(
            "splits",
            core=True,
            title="data splits",
            gap="no held-out split: {train} uses all of the data",
            risk="overfitting stays unseen until users meet it",
            patch="cut a validation part in {data} (`train_test_split(..., random_state=0)` or "
            "`random_split(..., generator=torch.Generator().manual_seed(0))`); test: the parts are disjoint and "
            "complete",
            rollback="set the validation share to 0",
            decide=_splits,
        ),
        Facet(
            "deterministic_shuffling",
            core=True,
            title="seeded shuffling",
            gap="shuffles and splits in {data} are not seeded",
            risk="two runs of one commit see other splits, so their scores cannot be compared",
            patch="add a seed setting to {config} and hand it to the split and the loader (`random_state=`, "
            "`generator=`); "
            "test: two loaders of one seed give the same order",
            rollback="drop the argument; the order is random again",
            decide=_deterministic_shuffling,
        ),
        Facet(
            "caching",
            core=True,
            title="cached data",
            gap="prepared data are not stored: {train} prepares them anew on every start",
            risk="every run and every rank pays for the preparation, and a changed step alters old data silently",
            patch="write the prepared data once from {data} (`save_to_disk`, parquet or `np.memmap`) under a "
            "name with a hash of "
            "the settings and load it where it exists; test: the second call reads the file and gives equal data",
            rollback="delete the stored files and the branch that reads them",
            decide=_caching,
        ),
        Facet(
            "tests",
            core=False,
            title="data tests",
            gap="no test covers {data}",
            risk="a changed column or a leaking split reaches training unnoticed",
            patch="add test_data.py under {tests}: a tiny sample through {data}, then shapes, dtypes and "
            "disjoint splits; "
            "run it with {runner}",
            rollback="delete the test file",
            decide=_tests,
        ),
    ),
    detectors=(
        Finds((), splits.find_splits),
        Defines((splits.SPLITS,), splits.defines_split, words=frozenset("dataloader loader split splits".split())),
        Finds((b"shuffle", b"seed", b"random", b"Trainer", b"PRNGKey", b"rng"), shuffles.find_shuffling, quick=True),
        Finds(
            (b"memmap", b"save", b"to_", b"tofile", b"cache", b"dump", b"map(", b"disk", b"create_dataset", b"Writer"),
            caches.find_caching,
            quick=True,
        ),
        Defines(("place.caching",), caches.places_caching, words=frozenset("cache cached save store".split())),
        Defines(
            (caches.CODE,),
            caches.defines_data_code,
            words=frozenset(
                "collate collator data dataloader dataloaders datamodule dataset datasets loader loaders".split()
            ),
        ),
        Bases(
            (caches.CODE,),
            (
                *("torch.utils.data.*Dataset", "*.LightningDataModule", "torch.utils.data.DataLoader"),
                *("keras.utils.Sequence", "tensorflow.keras.utils.Sequence", "torch.utils.data.dataset.Dataset"),
            ),
        ),
        Files(splits.in_yaml, languages=("YAML",)),
    ),
    ground=has_data,
    no_ground=NO_DATA,
)
