"""4. Configuration Management."""

from __future__ import annotations

from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._config_checks import DETECTORS as CHECKS
from ml_audit_hooks.capabilities._configs import DETECTORS
from ml_audit_hooks.capabilities._overrides import DETECTORS as OVERRIDES
from ml_audit_hooks.capabilities._sweeps import DETECTORS as SWEEPS
from ml_audit_hooks.capabilities.model import Capability, Facet, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


def _structured(view: View) -> Verdict:
    """A config object or system; or a config file with settings of a run that code loads."""
    names = ["configuration.structured"]
    if view.live("config.loads") and view.live("config.file"):
        names += ["config.file", "config.loads"]
    return chosen(view, *names, "config.object", "config.loads_yaml", "config.trainer_arguments")


def _overrides(view: View) -> Verdict:
    """Command line first, environment variables last."""
    return chosen(view, "configuration.overrides", "config.argument", "config.environment")


def _sweeps(view: View) -> Verdict:
    """A sweep in code or config; a documented multirun where Hydra reads the command line."""
    return chosen(view, "configuration.sweeps", *(("config.multirun",) if view.live("config.hydra") else ()))


def _validation(view: View) -> Verdict:
    """Whole schemas first, checks of single settings after them."""
    return chosen(view, "configuration.validation", "config.check")


CAPABILITY = Capability(
    name="configuration",
    title="Configuration Management",
    facets=(
        Facet(
            "structured",
            core=True,
            title="structured settings",
            gap="the settings of {train} live in no config file and no config object",
            risk="two runs cannot be told apart by their settings, and a change of one means an edit of {train}",
            patch="gather the settings of {train} in one frozen dataclass TrainConfig and read them from it; "
            "test: TrainConfig() holds today's values",
            rollback="inline the values again; nothing outside {train} reads the dataclass",
            decide=_structured,
        ),
        Facet(
            "overrides",
            core=True,
            title="outside overrides",
            gap="no setting of {train} can be changed without an edit",
            risk="a run in production starts from a locally edited file that no commit holds",
            patch="add an argparse option for every setting of {train}, today's value as its default; "
            "test: --batch-size 2 reaches the run's settings",
            rollback="drop the parser; the defaults are the values of today",
            decide=_overrides,
        ),
        Facet(
            "sweeps",
            core=True,
            title="parameter sweeps",
            gap="no hyper-parameter sweep over {config}",
            risk="hyper-parameters are tuned by hand, and nobody can tell which values were tried",
            patch="add sweep.py, an Optuna study that calls the training function of {train} with a suggested learning "
            "rate and batch size; test: two trials of one step leave a study with two results",
            rollback="delete sweep.py; {train} does not know it",
            decide=_sweeps,
        ),
        Facet(
            "validation",
            core=False,
            title="settings checked",
            gap="values given to {config} are used unchecked",
            risk="a mistyped name or a negative rate shows after hours, or never",
            patch="check range and choices of the settings before {train} uses them (choices= in argparse, "
            "__post_init__ "
            "in a dataclass); test: a negative learning rate raises ValueError that names the setting",
            rollback="remove the checks; valid runs do not change",
            decide=_validation,
        ),
    ),
    detectors=(*DETECTORS, *OVERRIDES, *CHECKS, *SWEEPS),
)
