"""7. Checkpointing & Resume."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _checkpoint_signs, _verdicts
from ml_audit_hooks.capabilities._checkpoint_best import BEST
from ml_audit_hooks.capabilities._checkpoint_code import OPTIMIZER, RESUME, WEIGHTS
from ml_audit_hooks.capabilities._ground import NO_TRAINING, trains
from ml_audit_hooks.capabilities._trainers import flagged, hf_trainers, lightning_trainers
from ml_audit_hooks.capabilities._verdicts import exercised, hollow
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, Capability, Facet, Verdict
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.view import View


# -- what decides -----------------------------------------------------------------------------------------------------


def best(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The best pieces of evidence, code that keeps checkpoints by its name first."""
    return _verdicts.best(found, keeping=True)


def _by_trainer(view: View) -> tuple[Evidence, ...]:
    """Trainers that save weights, optimizer and scheduler by themselves: of transformers and of Lightning."""
    return best((*_hf(view), *_lightning(view)))


def _hf(view: View) -> tuple[Evidence, ...]:
    """Trainers of transformers, unless every set of arguments switches saving off."""
    if view.live("hf.arguments.unsaved") and not view.live("hf.arguments.built", "hf.parser"):
        return ()
    return hf_trainers(view)


def _lightning(view: View) -> tuple[Evidence, ...]:
    callbacks = view.live("lightning.callback", "lightning.callback.file")
    trainers = view.live("lightning.saves", "lightning.saves.file")
    return (*callbacks, *trainers) if lightning_trainers(view) or callbacks else ()


def _weights(view: View) -> Verdict:
    packed = view.every("weights.packed") if view.live("torch.saved") else ()
    found = best((*(view.every(WEIGHTS) or packed), *_by_trainer(view)))
    return Verdict(PRESENT, found) if found else hollow(view, "place.save")


def _with_defaults(view: View, facet: str, default: tuple[Evidence, ...], place: str) -> Verdict:
    found = best(view.every(facet))
    if found:
        return Verdict(PRESENT, found)
    return Verdict(PRESENT, best(default), "by default") if default else hollow(view, place)


def _optimizer_state(view: View) -> Verdict:
    default = (*_by_trainer(view), *view.live("optimizer.by_default"))
    if view.live("lightning.weights_only") and not _hf(view):
        default = view.live("optimizer.by_default")
    if not default and view.live("flax.state") and view.live("flax.saved"):
        default = (*view.live("optimizer.option"), *view.live("flax.saved"))
        if view.live("optimizer.option") and not view.every(OPTIMIZER):
            return Verdict(PRESENT, default[:8], "only where the option is on")
    return _with_defaults(view, OPTIMIZER, default, "place.optimizer")


def _scheduler_state(view: View) -> Verdict:
    saved, restored = view.live("scheduler.saved"), view.live("scheduler.restored")
    if saved and restored:
        return Verdict(PRESENT, best((*saved, *restored)))
    own = view.live("training.lr_schedule")
    stepped = view.live("rate.by_step")
    if view.live("step.saved") and view.live("step.restored") and stepped:
        return Verdict(
            PRESENT, best((*view.live("step.saved"), *view.live("step.restored"))), "the step decides the schedule"
        )
    if _hf(view):
        return Verdict(PRESENT, _hf(view), "by default")
    if own and _lightning(view) and not view.live("lightning.weights_only"):
        return Verdict(PRESENT, best(_lightning(view)), "by default")
    if own and view.live("scheduler.by_default"):
        return Verdict(PRESENT, view.live("scheduler.by_default"), "by default")
    if view.live("optax.schedule") and _optimizer_state(view).state == PRESENT:
        return Verdict(PRESENT, _optimizer_state(view).evidence, "the optimizer's state counts the steps")
    return hollow(view, "place.scheduler")


def _rng_state(view: View) -> Verdict:
    return _with_defaults(view, "checkpointing.rng_state", (*_hf(view), *view.live("rng.by_default")), "place.rng")


def _resume(view: View) -> Verdict:
    found = best(view.every(RESUME))
    if found:
        return Verdict(PRESENT, found)
    trained = {e.path for e in view.every("training.train_loop")}
    loaded = [e for e in view.every("weights.chosen") if e.path in trained]
    if loaded:
        return Verdict(PRESENT, best(loaded), "weights only")
    cli = view.live("lightning.cli")
    return Verdict(PRESENT, cli, "off by default") if cli else hollow(view, "place.resume")


def _best_k(view: View) -> Verdict:
    found = (*view.every(BEST), *flagged(view, BEST))
    if found:
        return Verdict(PRESENT, best(found))
    default = (*_lightning(view), *view.live("best.by_default"))
    if default:
        return Verdict(PRESENT, best(default), "by default")
    chosen = view.live("hf.parser")
    return Verdict(PRESENT, chosen, "off by default") if chosen else hollow(view, "place.best")


_VERBS = frozenset(("save", "load", "resume", "restore", "checkpoint", "export", "dump"))
_SAVING = frozenset(("save", "dump", "export", "register", "log"))
_LOADING = frozenset(("load", "loads", "restore", "resume"))
_WORDS = _VERBS | frozenset(
    (
        "checkpointing checkpoints ckpt deserialization loader loading loads persist persistence pickle reload "
        "roundtrip saved saver saves saving serializable serialization serialize state"
    ).split()
)


def _tests(view: View) -> Verdict:
    signals = (WEIGHTS, OPTIMIZER, RESUME, "weights.chosen", "weights.loaded")
    named = exercised(view, signals, _VERBS, _WORDS)
    return named if named.state == PRESENT else _round_trips(view)


def _round_trips(view: View) -> Verdict:
    """Tests of any name that save by what saves in the repository, and load again."""
    loads = {
        (use.path, use.symbol)
        for use in view.test_uses
        if not _LOADING.isdisjoint(name_parts(use.name.replace("()", "").rpartition(".")[2]))
    }
    saved = exercised(view, (WEIGHTS, OPTIMIZER), _SAVING, frozenset())
    found = tuple(e for e in saved.evidence if (e.path, e.symbol) in loads)
    return Verdict(PRESENT, found) if found else saved._replace(state=ABSENT, evidence=())


CAPABILITY = Capability(
    name="checkpointing",
    title="Checkpointing & Resume",
    facets=(
        Facet(
            "weights",
            core=True,
            title="saved weights",
            gap="{train} saves no weights",
            risk="a trained model is gone when the process ends",
            patch="write model.state_dict() to a temporary file and os.replace it to the checkpoint's name at the end"
            " of each epoch in {train}; test: the loaded weights equal those in memory",
            rollback="remove the call; nothing reads the file",
            decide=_weights,
        ),
        Facet(
            "optimizer_state",
            core=True,
            title="saved optimizer state",
            gap="{checkpoint} leaves the optimizer's state out",
            risk="a resumed run starts with cold moments and its loss jumps",
            patch="add optimizer.state_dict() to what {checkpoint} saves; test: its exp_avg is the same after save "
            "and load",
            rollback="drop the key; older files stay loadable when it is read with .get",
            decide=_optimizer_state,
            rests_on="weights",
        ),
        Facet(
            "scheduler_state",
            core=False,
            title="saved schedule",
            gap="{checkpoint} leaves the learning-rate schedule's position out",
            risk="a resumed run warms up again and trains at the wrong rate",
            patch="add scheduler.state_dict() (or the step) to what {checkpoint} saves, and load it on resume; test: "
            "get_last_lr() is the same before saving and after loading",
            rollback="drop the key",
            decide=_scheduler_state,
            rests_on="weights",
        ),
        Facet(
            "rng_state",
            core=False,
            title="saved RNG states",
            gap="{checkpoint} holds no RNG state",
            risk="a resumed run draws the same batches again, and no crash can be replayed",
            patch="add random.getstate(), numpy.random.get_state() and torch.get_rng_state() to what {checkpoint} "
            "saves and set them on resume; test: the next random tensor is the same with and without the "
            "interruption",
            rollback="drop the keys",
            decide=_rng_state,
            rests_on="weights",
        ),
        Facet(
            "resume",
            core=True,
            title="resume",
            gap="{train} cannot continue from a checkpoint",
            risk="every preemption or crash costs the whole run so far",
            patch="add --resume PATH to {train}: load model, optimizer and step before the loop starts; test: two "
            "steps, save, load, two steps equal four steps in one go",
            rollback="without the flag {train} behaves as before",
            decide=_resume,
        ),
        Facet(
            "best_k",
            core=True,
            title="best checkpoints kept",
            gap="{checkpoint} keeps neither the best checkpoint by a metric nor a limited number of old ones",
            risk="the disk fills up, or the model that was best is overwritten",
            patch="save best.pt only where the validation metric improves in {train}, and remove all but the last k; "
            "test: a worse metric leaves best.pt as it is",
            rollback="remove the comparison; the last checkpoint is still written",
            decide=_best_k,
            rests_on="weights",
        ),
        Facet(
            "tests",
            core=False,
            title="checkpoint test",
            gap="no test saves and loads a checkpoint",
            risk="an unreadable checkpoint is found when it is needed",
            patch="add {tests}test_checkpoint.py: save a tiny model to tmp_path, load it into a second one, compare "
            "every tensor ({runner})",
            rollback="delete the test",
            decide=_tests,
            rests_on="weights",
        ),
    ),
    detectors=_checkpoint_signs.DETECTORS,
    ground=trains,
    no_ground=NO_TRAINING,
)
