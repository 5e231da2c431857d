"""13. Experiment Tracking."""

from __future__ import annotations

from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._ground import NO_TRAINING, trains
from ml_audit_hooks.capabilities._recording import DETECTORS as RECORDING
from ml_audit_hooks.capabilities._trackers import (
    DETECTORS,
    LOCAL,
    OFFLINE,
    ONLINE,
    OPTIONAL,
    PARAMS,
    TRACKED,
    optional_tracker,
)
from ml_audit_hooks.capabilities._wrappers import DETECTORS as WRAPPERS
from ml_audit_hooks.capabilities.model import PRESENT, Capability, Facet, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


def _local_tracker(view: View) -> Verdict:
    found = chosen(view, TRACKED, places=("tracker.place",))
    optional = optional_tracker(view) if found.state != PRESENT else found
    return optional if optional.state == PRESENT else found


def _offline_mode(view: View) -> Verdict:
    """A chosen switch; or TensorBoard or CSV files with no tracker beside them that must have the network."""
    stored = ("mlflow.local_setting",) if view.live("mlflow.uri_set") else ()
    switch = chosen(view, OFFLINE, *stored)
    if switch.state != PRESENT and view.live(OPTIONAL, ONLINE):
        switch = chosen(view, "offline.documented")
    if switch.state == PRESENT:
        return switch
    local = view.live(LOCAL)
    if not local or view.live(ONLINE):
        return switch
    note = "the network tracker is optional" if view.live(OPTIONAL) else "works offline by nature"
    return Verdict(PRESENT, local, note)


def _params_logged(view: View) -> Verdict:
    return chosen(view, PARAMS)


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
            decide=_local_tracker,
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
            rests_on="local_tracker",
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
            decide=_params_logged,
        ),
    ),
    detectors=(*DETECTORS, *WRAPPERS, *RECORDING),
    ground=trains,
    no_ground=f"{NO_TRAINING}: there are no runs to track",
)
