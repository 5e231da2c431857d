"""``random_state=`` for splitters and estimators of scikit-learn that draw without one."""

from __future__ import annotations

import _ast as ast
import re

from ml_audit_hooks.core.called import called
from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.patches import edits
from ml_audit_hooks.patches.model import Closed, Kind, Patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.finding import Finding
    from ml_audit_hooks.patches.model import Ground
    from ml_audit_hooks.patches.splice import Splice, Text

_CODES = ("SEED001", "SEED002")
_MAX_PATCHES = 3
_ALWAYS = frozenset(  # what draws whatever else is given
    "ADASYN AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BalancedBaggingClassifier"
    " BalancedRandomForestClassifier BernoulliRBM BorderlineSMOTE DictionaryLearning EasyEnsembleClassifier"
    " ExtraTreeClassifier ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor GaussianMixture"
    " GaussianRandomProjection GradientBoostingClassifier GradientBoostingRegressor GroupShuffleSplit"
    " IsolationForest KMeans KMeansSMOTE LatentDirichletAllocation MLPClassifier MLPRegressor MiniBatchKMeans"
    " RUSBoostClassifier RandomForestClassifier RandomForestRegressor RandomOverSampler RandomTreesEmbedding"
    " RandomUnderSampler RandomizedSearchCV RepeatedKFold RepeatedStratifiedKFold SGDClassifier SGDRegressor"
    " SMOTE SMOTEENN SMOTETomek SVMSMOTE ShuffleSplit SparseRandomProjection StratifiedShuffleSplit TSNE"
    " make_blobs make_circles make_classification make_moons make_regression permutation_importance"
    " train_test_split".split()
)
_TREES = frozenset(("DecisionTreeClassifier", "DecisionTreeRegressor"))  # draw the order of the features
_SHUFFLED = frozenset(("KFold", "StratifiedGroupKFold", "StratifiedKFold"))  # draw with shuffle=True
_NAMES = ("RANDOM_STATE", "RANDOM_SEED", "SEED", "random_state", "random_seed", "seed")
_GIVEN = re.compile(rb"random_state\s*=\s*(\d+)")
_PACKAGES = ("imblearn", "sklearn")


class Call(NamedTuple):
    """A call that gets a ``random_state``."""

    name: str
    splice: Splice
    value: str


def build(ground: Ground) -> Iterator[Patch]:
    """One patch a file whose programs draw by scikit-learn."""
    by_file: dict[str, list[Finding]] = {}
    for code in _CODES:
        for path, finding in ground.findings.get(code, ()):
            if finding.kind in ("numpy", "sklearn") and finding.cell is None and "random_state=" in finding.text:
                by_file.setdefault(path, []).append(finding)
    order = {path: i for i, path in enumerate(ground.programs)}
    for path in sorted(by_file, key=lambda path: (order.get(path, len(order)), path))[:_MAX_PATCHES]:
        patch = _of_file(ground, path, by_file[path])
        if patch is not None:
            yield patch


def _of_file(ground: Ground, path: str, findings: list[Finding]) -> Patch | None:
    text, context = edits.text_of(ground, path), edits.context_of(ground, path)
    if text is None or context is None or _makes_several(context):
        return None
    usual = _usual(ground)
    given = [found for call in _unseeded(context) if (found := _call(text, context, call, usual)) is not None]
    if not given:
        return None
    names, values = [*dict.fromkeys(call.name for call in given)], [*dict.fromkeys(call.value for call in given)]
    return Patch(
        id=f"random-state-{edits.slug(path)}",
        title=f"Give {edits.some(names)} in {path} a random_state",
        why=f"Each run of {path} draws anew in {edits.some(names, 4)}: scores of two runs cannot be compared.",
        risk=f"Scores of {path} differ once from those of earlier runs. With random_state={values[0]} every run has "
        "the same draw; their spread shows only over several numbers.",
        rollback=f"Remove random_state={values[0]} from {edits.some(names)} in {path}.",
        tests=(f"Run {path} twice and compare the scores: they are equal.",),
        changes=(edits.change(text, [call.splice for call in given]),),
        findings=tuple(Closed(finding.code, path, finding.symbol) for finding in findings),
    )


def _makes_several(context: Context) -> bool:
    """Whether a file makes data twice by one function: with one number the second would be like the first."""
    return any(name.startswith("make_") and len(calls) > 1 for name, calls in context.calls.items())


def _unseeded(context: Context) -> list[ast.Call]:
    """The calls of scikit-learn and of what is built on it that draw without a ``random_state``."""
    found = []
    for call in context.nodes(ast.Call):
        if context.dotted(call.func).startswith(_PACKAGES) and "random_state" not in context.keywords(call):
            name = called(context, call)
            shuffle = context.keywords(call).get("shuffle")
            shuffled = shuffle is not None and context.constant(shuffle) is True
            if name == "train_test_split" and shuffle is not None and context.constant(shuffle) is False:
                continue
            if name in _ALWAYS or name in _TREES or (name in _SHUFFLED and shuffled):
                found.append(call)
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _call(text: Text, context: Context, call: ast.Call, usual: str) -> Call | None:
    value = _variable(context, call) or usual
    splice = edits.with_keyword(text, call, "random_state", value)
    return None if splice is None else Call(called(context, call), splice, value)


def _variable(context: Context, call: ast.Call) -> str:
    """The seed that is in scope: a parameter of the function, or a constant at the top that stands before the call."""
    owner = edits.function(context, call)
    if owner is not None:
        given = {arg.arg for arg in (*owner.args.posonlyargs, *owner.args.args, *owner.args.kwonlyargs)}
        found = next((name for name in _NAMES if name in given), "")
        if found:
            return found
    for name in _NAMES:
        values = context.values.get(("<module>", name), [])
        one = values[0] if len(values) == 1 else None
        known = isinstance(one, ast.Constant) and isinstance(one.value, int)
        if one is not None and known and (owner is not None or one.lineno < call.lineno):
            return name
    return ""


def _usual(ground: Ground) -> str:
    """The number that the repository gives most often; 42 where it gives none."""
    counts: dict[str, int] = {}
    for path in ground.paths:
        if path.endswith(".py"):
            for number in _GIVEN.findall(ground.file(path).content.data or b""):
                counts[number.decode()] = counts.get(number.decode(), 0) + 1
    return max(sorted(counts), key=lambda number: counts[number]) if counts else "42"


KIND = Kind("random_state", 75, build)
