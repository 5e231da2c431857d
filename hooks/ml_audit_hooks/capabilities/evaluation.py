"""5. Evaluation & Metrics."""

from __future__ import annotations

from ml_audit_hooks.capabilities._choice import chosen, tests_calling
from ml_audit_hooks.capabilities._eval_loops import DETECTORS as LOOPS
from ml_audit_hooks.capabilities._ground import NO_MODEL, has_model
from ml_audit_hooks.capabilities._metrics import DETECTORS as METRICS
from ml_audit_hooks.capabilities._results import DETECTORS as RESULTS
from ml_audit_hooks.capabilities.model import Capability, Facet, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


_PLACES = ("eval", "evaluate", "evaluation", "train", "trainer", "test", "metric", "metrics", "model", "models")
_METRICS = ("evaluation.metrics_api", "evaluation.own_metric", "evaluation.computed")


def _validation_loop(view: View) -> Verdict:
    return chosen(view, "evaluation.validation_loop", "evaluation.held_out_call", "evaluation.named", prefer=_PLACES)


def _metrics_api(view: View) -> Verdict:
    return chosen(view, *_METRICS, prefer=_PLACES)


def _metrics_files(view: View) -> Verdict:
    return chosen(view, "evaluation.metrics_files", prefer=_PLACES, places=("results.place",))


def _tests(view: View) -> Verdict:
    return tests_calling(view, "evaluation.validation_loop", "evaluation.held_out_call", "evaluation.named", *_METRICS)


CAPABILITY = Capability(
    name="evaluation",
    title="Evaluation & Metrics",
    facets=(
        Facet(
            "validation_loop",
            core=True,
            title="held-out evaluation",
            gap="{train} never evaluates {model} on held-out data",
            risk="overfitting is found by users",
            patch="add evaluate(model, loader) to {train} (model.eval(), torch.no_grad(), the mean loss) and "
            "call it every "
            "epoch; test: evaluate leaves the weights unchanged and returns a finite number",
            rollback="remove the function and its one call",
            decide=_validation_loop,
        ),
        Facet(
            "metrics_api",
            core=True,
            title="named metrics",
            gap="no metric beside the training loss is computed for {model}",
            risk="a loss that falls says nothing about whether the task is done better",
            patch="compute the task's metric (accuracy, F1, perplexity) in the evaluation of {train}; "
            "test: a perfect prediction scores 1.0 and a wrong one 0.0",
            rollback="remove the metric from the evaluation's result",
            decide=_metrics_api,
        ),
        Facet(
            "metrics_files",
            core=True,
            title="metrics on disk",
            gap="the metrics of {train} reach no file that a program can read",
            risk="runs cannot be compared or gated by CI once the terminal is closed",
            patch="append one JSON line an evaluation (step, metric, value) to metrics.jsonl in the output folder of "
            "{train}; test: one evaluation leaves one line that json.loads reads",
            rollback="remove the write; nothing reads the file",
            decide=_metrics_files,
            rests_on="metrics_api",
        ),
        Facet(
            "tests",
            core=False,
            title="evaluation tests",
            gap="no test covers evaluation or a metric",
            risk="a wrong metric steers every decision that is taken by it",
            patch="add {tests}test_evaluation.py: a hand-computed example of the metric, an empty batch, one "
            "evaluation step; "
            "run by {runner}",
            rollback="delete the test file",
            decide=_tests,
        ),
    ),
    detectors=(*LOOPS, *METRICS, *RESULTS),
    ground=has_model,
    no_ground=NO_MODEL,
)
