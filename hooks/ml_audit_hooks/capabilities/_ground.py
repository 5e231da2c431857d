"""Whether a repository has what some capabilities are about: a model of its own, training, a model in use."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _caches, _models, _moderation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

NO_TRAINING = "nothing in the repository trains a model or defines one to train"
NO_DATA = "nothing in the repository trains or evaluates a model, so it handles no data set"
NO_MODEL = "no model is built, trained or called here"
_TRAINS = ("loop.backward", "loop.step", "trainer.started", "lightning.step", "runs.program", "accelerate.made")
_PLACES = ("place.train", "place.save", "place.resume", "place.optimizer", "place.best", "tracker.place", "place.model")


def trains(view: View) -> bool:
    """Whether something is trained, could be by a model that is defined here, or has a stub as its place."""
    if view.live(*_TRAINS, _models.TENSORS) or view.names("training.") or view.names("checkpointing."):
        return True
    if any(e.why.startswith(("class ", "defines ")) for e in view.every(_models.INIT)):
        return True
    return bool(view.hollow(*_PLACES) or view.names("tracking.") or view.names("hf."))


def has_model(view: View) -> bool:
    """Whether a model is there at all, one that is only called included."""
    shown = (_models.INIT, _models.BUILT, _models.TENSORS, _moderation.MODEL, "security.generates")
    return bool(view.live(*shown) or view.names("evaluation.")) or trains(view)


def has_data(view: View) -> bool:
    """Whether there may be data to handle: something is trained or evaluated, or code is about data by its kind."""
    return trains(view) or bool(view.names("evaluation.") or view.names("data.") or view.live(_caches.CODE))
