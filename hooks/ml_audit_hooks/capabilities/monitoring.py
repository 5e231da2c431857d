"""6. Logging & Monitoring."""

from __future__ import annotations

from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._monitors import DETECTORS
from ml_audit_hooks.capabilities._trackers import TRACKED, optional_tracker
from ml_audit_hooks.capabilities.model import PRESENT, Capability, Facet, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


def _tracker(view: View) -> Verdict:
    found = chosen(view, TRACKED, "logging.tracker", places=("tracker.place",))
    optional = optional_tracker(view) if found.state != PRESENT else found
    return optional if optional.state == PRESENT else found


def _python_logging(view: View) -> Verdict:
    return chosen(view, "logging.python_logging")


def _system_metrics(view: View) -> Verdict:
    return chosen(
        view,
        "logging.system_metrics",
        prefer=("train", "trainer", "monitor", "metrics", "stats", "profile"),
        places=("system.place",),
    )


def _progress(view: View) -> Verdict:
    """A bar of the repository's own; else the one that its trainer shows."""
    own = chosen(view, "logging.progress")
    if own.state == PRESENT:
        return own
    shown = view.live("progress.default")
    return Verdict(PRESENT, shown, "by default") if shown else own


CAPABILITY = Capability(
    name="logging",
    title="Logging & Monitoring",
    facets=(
        Facet(
            "tracker",
            core=True,
            title="scalar tracker",
            gap="the loss of {train} goes to no tracker",
            risk="a run that diverges at night is seen in the morning, without a curve to look at",
            patch="open torch.utils.tensorboard.SummaryWriter (or the trainer's report_to) in {train} and call "
            "add_scalar for loss and rate; test: one step in a temporary folder leaves an event file",
            rollback="remove the writer; training does not read it",
            decide=_tracker,
        ),
        Facet(
            "python_logging",
            core=False,
            title="leveled logging",
            gap="{train} reports by print only",
            risk="messages have no time, level or source, and cannot be filtered or kept by a job runner",
            patch="logger = logging.getLogger(__name__) in {train}, its prints turned into logger.info; "
            "test: caplog holds the line of one step",
            rollback="turn the calls back into prints",
            decide=_python_logging,
        ),
        Facet(
            "system_metrics",
            core=True,
            title="machine figures",
            gap="no memory or GPU figures are recorded by {train}",
            risk="an out-of-memory stop comes without warning, and an idle GPU is paid for unseen",
            patch="log psutil.virtual_memory().percent and, where a GPU is there, torch.cuda.max_memory_allocated() "
            "beside the loss in {train}; test: the logged step holds both names",
            rollback="remove the two logged figures",
            decide=_system_metrics,
        ),
        Facet(
            "progress",
            core=False,
            title="progress display",
            gap="long work in {train} shows no progress",
            risk="a hung run looks like a slow one",
            patch="wrap the outer loop of {train} in tqdm(…, disable=None); test: the loop's results do not change",
            rollback="unwrap the loop",
            decide=_progress,
        ),
    ),
    detectors=DETECTORS,
)
