"""3. Training Engine."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _train_signs
from ml_audit_hooks.capabilities._ground import NO_TRAINING, trains
from ml_audit_hooks.capabilities._trainers import flagged, hf_trainers, lightning_trainers
from ml_audit_hooks.capabilities._verdicts import best, exercised, hollow
from ml_audit_hooks.capabilities.model import (
    PRESENT,
    Capability,
    Facet,
    Verdict,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Evidence
    from ml_audit_hooks.capabilities.view import View

LOOP = "training.train_loop"


# -- what decides -----------------------------------------------------------------------------------------------------


def _train_loop(view: View) -> Verdict:
    found = list(view.every(LOOP))
    backward, steps = view.every("loop.backward"), view.every("loop.step")
    if not found and backward and steps:
        found = [*backward, *steps]
    kept = best((*(found or _run(view)), *view.live("lightning.step")))
    return Verdict(PRESENT, kept) if kept else hollow(view, "place.train")


def _run(view: View) -> tuple[Evidence, ...]:
    """Trainers of the repository's own classes whose start does not show by itself."""
    return hf_trainers(view) if view.live("trainer.started") else ()


def _found(view: View, facet: str) -> tuple[Evidence, ...]:
    """Code, configuration files and documented commands that switch a facet on."""
    return best((*view.every(facet), *flagged(view, facet)))


def _decided(view: View, facet: str, place: str) -> Verdict:
    """What is switched on; then what may be chosen without an edit."""
    found = _found(view, facet)
    if found:
        return Verdict(PRESENT, found)
    chosen = view.live("hf.parser", "lightning.cli")
    return Verdict(PRESENT, chosen, "off by default") if chosen else hollow(view, place)


def _precision(view: View) -> Verdict:
    found = _decided(view, "training.precision", "place.precision")
    if found.state == PRESENT and not found.note:
        return found
    trained = {e.path for e in (*view.every(LOOP), *hf_trainers(view), *lightning_trainers(view))}
    lowered = best(e for e in view.every("dtype.lowered") if e.path in trained)
    if lowered:
        return Verdict(PRESENT, lowered, "reduced, not mixed")
    optional = best(e for e in view.every("dtype.option") if e.path in trained)
    if optional and found.state != PRESENT:
        return Verdict(PRESENT, optional, "off by default")
    launched = view.live("accelerate.made")
    return Verdict(PRESENT, launched, "off by default") if launched and found.state != PRESENT else found


def _grad_accumulation(view: View) -> Verdict:
    return _decided(view, "training.grad_accumulation", "place.accumulation")


def _by_default(view: View, facet: str, default: tuple[Evidence, ...], place: str) -> Verdict:
    """As `_decided`, a trainer's own default before what may be chosen."""
    if _found(view, facet) or not default or view.live(f"hf.no.{facet}"):
        return _decided(view, facet, place)
    return Verdict(PRESENT, default, "by default")


def _grad_clipping(view: View) -> Verdict:
    default = hf_trainers(view) or view.live("sb3.clips")
    return _by_default(view, "training.grad_clipping", default, "place.clipping")


def _lr_schedule(view: View) -> Verdict:
    found = _found(view, "training.lr_schedule")
    if found:
        return Verdict(PRESENT, found)
    default = () if view.live("hf.no.training.lr_schedule") else hf_trainers(view)
    return (
        Verdict(PRESENT, default, "by default") if default else hollow(view, "place.schedule", "training.lr_schedule")
    )


def _distributed(view: View) -> Verdict:
    return _decided(view, "training.distributed", "place.distributed")


_VERBS = frozenset(("train", "fit", "step", "run", "learn", "update", "finetune", "epoch"))


def _tests(view: View) -> Verdict:
    own = () if view.live(LOOP) else ("loop.backward", "loop.step")
    return exercised(view, (LOOP, "lightning.step", "trainer.started", *own), _VERBS, frozenset())


CAPABILITY = Capability(
    name="training",
    title="Training Engine",
    facets=(
        Facet(
            "train_loop",
            core=True,
            title="training loop",
            gap="nothing in the repository updates the weights of {model}",
            risk="the model cannot be retrained when the data move, only replaced by hand",
            patch="add a train_step(model, batch, optimizer) that runs forward, loss.backward() and optimizer.step(),"
            " and call it from {train}; test: 20 steps on one batch lower its loss",
            rollback="remove the function and its call; the model code stays untouched",
            decide=_train_loop,
        ),
        Facet(
            "precision",
            core=True,
            title="mixed precision",
            gap="{trainer} runs in full float32",
            risk="training needs about twice the memory and time that the same GPU allows",
            patch="wrap the forward pass of {trainer} in torch.autocast behind a --precision flag that defaults to "
            'fp32 (a framework trainer: bf16=True or precision="bf16-mixed"); test: one step under bf16 gives a'
            " finite loss",
            rollback="set --precision fp32",
            decide=_precision,
            rests_on="train_loop",
        ),
        Facet(
            "grad_accumulation",
            core=True,
            title="gradient accumulation",
            gap="{trainer} steps the optimizer on every batch",
            risk="a smaller GPU forces a smaller batch, and the published hyper-parameters no longer hold",
            patch="divide the loss by --gradient-accumulation-steps (default 1) in {train} and step every n batches; "
            "test: two half batches give the gradients of the whole one",
            rollback="set the flag to 1",
            decide=_grad_accumulation,
            rests_on="train_loop",
        ),
        Facet(
            "grad_clipping",
            core=False,
            title="gradient clipping",
            gap="{trainer} never clips gradients",
            risk="one bad batch throws the weights off and the run ends in NaN",
            patch="call torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm) before the step in {train}, "
            "max_norm from a flag; test: after the call the total norm is at most max_norm",
            rollback="set the flag to 0, which skips the call",
            decide=_grad_clipping,
            rests_on="train_loop",
        ),
        Facet(
            "lr_schedule",
            core=False,
            title="learning-rate schedule",
            gap="{trainer} keeps one learning rate throughout",
            risk="long runs stall or diverge early, and results depend on when the run is stopped",
            patch="step a warmup-and-cosine LambdaLR after each optimizer step in {train}; test: the rate at steps 0,"
            " warmup and last equals the three expected values",
            rollback="select a constant schedule",
            decide=_lr_schedule,
            rests_on="train_loop",
        ),
        Facet(
            "distributed",
            core=False,
            title="distributed training",
            gap="{trainer} runs in one process on one device",
            risk="a model or data set that outgrows one GPU cannot be trained",
            patch="make {train} start under torchrun: init_process_group and DistributedDataParallel when WORLD_SIZE "
            "is above 1; test: two gloo processes on CPU end with equal weights",
            rollback="start {train} without torchrun",
            decide=_distributed,
            rests_on="train_loop",
        ),
        Facet(
            "tests",
            core=False,
            title="training test",
            gap="no test runs a training step",
            risk="a change that stops the loss from falling is found after days of GPU time",
            patch="add {tests}test_training.py: a few steps of {trainer} on a fixed tiny batch lower the loss "
            "({runner})",
            rollback="delete the test",
            decide=_tests,
            rests_on="train_loop",
        ),
    ),
    detectors=_train_signs.DETECTORS,
    ground=trains,
    no_ground=NO_TRAINING,
)
