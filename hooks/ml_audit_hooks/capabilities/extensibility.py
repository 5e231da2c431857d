"""14. Extensibility."""

from __future__ import annotations

from ml_audit_hooks.capabilities._choice import chosen, tests_calling
from ml_audit_hooks.capabilities._plugins import DETECTORS as PLUGINS
from ml_audit_hooks.capabilities._registries import DETECTORS as REGISTRIES
from ml_audit_hooks.capabilities.model import Capability, Facet, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

_OPEN = ("extensibility.plugin_points", "extensibility.target_call")


def _registry(view: View) -> Verdict:
    """A table or a name looked up in code; `_target_` configs count where code instantiates them."""
    names = ["extensibility.registry", "extensibility.target_call"]
    if view.live("extensibility.target_call"):
        names.append("plugins.target_config")
    return chosen(view, *names, "extensibility.table")


def _plugin_points(view: View) -> Verdict:
    bases = "extensibility.base_class"
    return chosen(view, *_OPEN, bases, *(("plugins.target_config",) if view.live(_OPEN[1]) else ()))


def _tests(view: View) -> Verdict:
    return tests_calling(view, "extensibility.registry", *_OPEN, "extensibility.table", "extensibility.base_class")


CAPABILITY = Capability(
    name="extensibility",
    title="Extensibility",
    facets=(
        Facet(
            "registry",
            core=True,
            title="component registry",
            gap="models, data and losses are chosen by edits or if-chains in {train}, not by a name",
            risk="every new variant forks {train}, and the forks drift apart",
            patch="replace the choice in {train} by a dict from name to class that the settings index; "
            "test: every name builds, an unknown one raises KeyError that lists the known names",
            rollback="inline the one entry that is in use",
            decide=_registry,
        ),
        Facet(
            "plugin_points",
            core=True,
            title="plug-in points",
            gap="nobody can add a component without an edit of {train}",
            risk="users patch the core, and no release can be taken over without conflicts",
            patch="define an abc.ABC for {model} with its two or three methods and accept any subclass by dotted path "
            "(importlib.import_module); test: a subclass defined in the test is built and called",
            rollback="drop the base class; the built-in component does not need it",
            decide=_plugin_points,
        ),
        Facet(
            "tests",
            core=False,
            title="extension tests",
            gap="no test registers or builds a component by name",
            risk="a renamed class breaks every config that names it, unseen until a run starts",
            patch="add {tests}test_registry.py: build every registered name, refuse an unknown one; run by {runner}",
            rollback="delete the test file",
            decide=_tests,
            rests_on="registry",
        ),
    ),
    detectors=(*REGISTRIES, *PLUGINS),
)
