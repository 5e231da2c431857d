"""13. Experiment Tracking."""

from __future__ import annotations

from ml_audit_hooks.capabilities.model import PRESENT, Calls, Capability, Facet, Strings, Verdict
from ml_audit_hooks.capabilities.status import by_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

_LOCAL_BY_NATURE = "tracking.tensorboard"


def _offline_mode(view: View) -> Verdict:
    """A chosen switch; or TensorBoard or CSV as the only trackers, which need no network by nature."""
    chosen = by_signals(view, "tracking.offline_mode")
    if chosen.state == PRESENT:
        return chosen
    online = view.live("tracking.online")
    local = view.live(_LOCAL_BY_NATURE)
    return Verdict(PRESENT, local, "works offline by nature") if local and not online else chosen


CAPABILITY = Capability(
    name="tracking",
    title="Experiment Tracking",
    facets=(
        Facet(
            "local_tracker",
            core=True,
            title="experiment tracker",
            gap="no experiment tracker: runs of {train} leave nothing to compare",
            risk="a result cannot be traced to the code and settings that made it",
            patch="open a local MLflow run (or a TensorBoard SummaryWriter) in {train} and log the loss every step; "
            "test: one step in a temporary folder leaves a run with one metric",
            rollback="remove the logger; nothing else reads it",
        ),
        Facet(
            "offline_mode",
            core=True,
            title="offline mode",
            gap="{tracker} needs the network: no offline mode is chosen or documented",
            risk="a run on a machine without network hangs or dies at start",
            patch="add a --offline switch to {train} that sets the tracker's offline mode, and document it",
            rollback="drop the switch; the default stays as it is",
            decide=_offline_mode,
        ),
        Facet(
            "params_logged",
            core=True,
            title="settings recorded with the run",
            gap="the settings of a run are not recorded with it",
            risk="nobody can rerun last month's best model",
            patch="hand the resolved settings to the tracker (or dump them beside the output) at the start of {train}; "
            "test: the recorded settings equal those of the run",
            rollback="remove the one call",
        ),
    ),
    detectors=(
        Calls(("tracking.local_tracker", "tracking.online"), ("wandb.init", "clearml.Task.init")),
        Calls(("tracking.local_tracker",), ("mlflow.start_run", "mlflow.set_experiment", "aim.Run")),
        Calls(("tracking.local_tracker", _LOCAL_BY_NATURE), ("*.SummaryWriter", "*.TensorBoardLogger")),
        Strings(("tracking.offline_mode",), ("WANDB_MODE",)),
    ),
)
