"""The 28 items of the ML Test Score as data, and what would show each in a repository.

An item holds where a test fits (`categories` and one of `named`, `calls`; `asserts` narrows), where code outside tests
uses one of the packages in `signs`, or where one of `facets` is present. With `outside` it speaks of what a repository
cannot tell, and where nothing shows it, it is undecidable instead of not shown.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple
from ml_audit_hooks.gates.categories import DATA, INFRASTRUCTURE, MODEL, PERFORMANCE, REGRESSION

SECTIONS = ("data", "model", "infrastructure", "monitoring")


class Item(NamedTuple):
    """One item of the rubric."""

    id: str
    title: str
    categories: tuple[str, ...] = ()
    named: str = ""  # searched in path and name of a test, in lower case
    calls: str = ""  # searched in what it calls, imports and takes as fixtures
    asserts: str = ""
    needs: str = ""  # what the test must call besides
    prefer: str = ""  # in the path of the test that is named as evidence
    facets: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    updates: bool = False  # whether notices of new dependency versions show it
    outside: str = ""  # why a repository cannot tell
    leaves_open: str = ""  # what the evidence does not show


_SCHEMAS = ("deepchecks", "great_expectations", "pandera", "tensorflow_data_validation")
_WATCHERS = ("alibi_detect", "deepchecks", "evidently", "great_expectations", "nannyml", "whylogs")
_METRICS = r"accuracy|acc|auc|bleu|f1|iou|map|precision|r2|recall|reward|score"
_LOSSES = r"loss|error|mae|mse|perplexity|rmse|wer"
_QUALITY = (  # a figure above or below a bound that is not zero
    rf"^compare:[^<>]*\b(?:\w+_)?(?:{_METRICS})\b.* (?:Gt|GtE) (?:0\.0*[1-9]|[1-9]|\w*(?:threshold|min|baseline))"
    rf"|^compare:[^<>]*\b(?:\w+_)?(?:{_LOSSES})\b.* (?:Lt|LtE) (?:0\.0*[1-9]|[1-9]|\w*(?:threshold|max|baseline))"
)
_TRAINS = r"(?:^|[._])(?:fit|partial_fit|train\w*|backward|learn|run_path|Trainer|training_step)$|(?:^|\.)train\w*\."
ITEMS = (
    Item(
        "data.1",
        "feature expectations are captured in a schema",
        (DATA,),
        calls=r"(?:^|\.)(?:pandera|great_expectations|tensorflow_data_validation)\b|(?:^|[._])schema(?:$|[._])|Schema\b",
        signs=_SCHEMAS,
        leaves_open="whether the schema covers every feature",
    ),
    Item("data.2", "all features are beneficial", outside="needs ablation runs on the data"),
    Item("data.3", "no feature's cost is too much", outside="needs the cost of each feature in production"),
    Item("data.4", "features adhere to meta-level requirements", outside="the requirements stand outside the code"),
    Item(
        "data.5",
        "the data pipeline has appropriate privacy controls",
        named=r"\b(?:test_)?(?:\w*_)?(?:pii|privacy|anonymi[sz]\w*|gdpr|redact\w*|differential_privacy)(?:_|\b)",
        outside="access and retention are set outside the code",
        leaves_open="who may read the data, and how long it is kept",
    ),
    Item("data.6", "new features can be added quickly", outside="needs the time that past features took"),
    Item(
        "data.7",
        "all input feature code is tested",
        (DATA,),
        named="test",
        prefer=r"data|token|transform|preprocess|loader",
        facets=("data.tests", "tokenization.tests"),
        leaves_open="whether all of it is: the tests are there",
    ),
    Item("model.1", "model specs are reviewed and submitted", outside="reviews happen outside the repository"),
    Item("model.2", "offline and online metrics correlate", outside="needs metrics from production"),
    Item(
        "model.3",
        "all hyperparameters have been tuned",
        facets=("configuration.sweeps",),
        leaves_open="whether all are: a search is there",
    ),
    Item("model.4", "the impact of model staleness is known", outside="needs older models on newer data"),
    Item(
        "model.5",
        "a simpler model is not better",
        (MODEL, REGRESSION, INFRASTRUCTURE),
        named=r"(?:beats?|better_than|outperforms?|versus|vs)_\w*(?:baseline|dummy|random|simple|majority)",
        calls=r"Dummy(?:Classifier|Regressor)$",
        asserts=r" (?:Gt|GtE|Lt|LtE) |call:assert(?:Greater|Less)",
    ),
    Item(
        "model.6",
        "model quality is sufficient on important data slices",
        (MODEL, REGRESSION, INFRASTRUCTURE, DATA),
        named=r"(?:per|each|by|important)_(?:slices?|subgroups?|segment|cohort)|subgroup|slices?_(?:metric|quality|accuracy)",
        asserts=r" (?:Gt|GtE|Lt|LtE) |call:assert(?:Greater|Less)|close:",
    ),
    Item(
        "model.7",
        "the model is tested for considerations of inclusion",
        named=r"fairness|demographic|disparate|equali[sz]ed_odds|gender_bias|counterfactual_fair",
        calls=r"^(?:fairlearn|aif360)\b",
    ),
    Item(
        "infrastructure.1",
        "training is reproducible",
        (INFRASTRUCTURE, REGRESSION, MODEL),
        named=r"reproducib|determinis|same_seed|seeded_(?:run|training)|identical_(?:runs?|results?)",
        asserts=r"^(?:close|compare|true|call):",
        needs=_TRAINS,
    ),
    Item(
        "infrastructure.2",
        "model specs are unit tested",
        (MODEL,),
        named="test",
        prefer=r"model|layer|module|net",
        facets=("modeling.tests",),
        leaves_open="whether every model is",
    ),
    Item(
        "infrastructure.3",
        "the ML pipeline is integration tested",
        (INFRASTRUCTURE, REGRESSION, MODEL),
        named=r"end_to_end|\be2e|_e2e|integration|(?:train|finetune|fit)_?\w*_(?:script|run|cli|main|pipeline|recipe)|"
        r"(?:pipeline|recipe|experiment)s?\b.*test_\w*(?:run|train)|fast_dev_run|test_train(?:ing)?(?:_|\b)",
        calls=r"(?:^|\.)(?:train|trainer)\.(?:main|train|fit|setup|run)$",
        needs=_TRAINS + r"|main$|setup$|run$|command$|invoke$|Popen$|check_call$|run_\w+$",
        facets=("training.tests",),
        leaves_open="whether it reaches from raw data to serving",
    ),
    Item(
        "infrastructure.4",
        "model quality is validated before serving",
        (MODEL, REGRESSION, INFRASTRUCTURE),
        named="test",
        asserts=_QUALITY,
        needs=r"(?:^|[._])(?:fit|train|evaluate|score|predict|test|validate|\w+_score|evaluate_\w+|train_\w+)$",
        leaves_open="whether what is served went through it",
    ),
    Item("infrastructure.5", "the model is debuggable", outside="needs a person who steps through one example"),
    Item("infrastructure.6", "models are canaried before serving", outside="is a matter of the deployment"),
    Item("infrastructure.7", "serving models can be rolled back", outside="is a matter of the deployment"),
    Item(
        "monitoring.1",
        "dependency changes result in notification",
        updates=True,
        leaves_open="changes of the data sources: notices of package versions are there",
    ),
    Item(
        "monitoring.2",
        "data invariants hold for inputs",
        (DATA,),
        calls=r"^(?:deepchecks|evidently|great_expectations|pandera|tensorflow_data_validation)\b",
        signs=(*_WATCHERS, "pandera", "tensorflow_data_validation"),
        leaves_open="whether it runs on what is served",
    ),
    Item(
        "monitoring.3",
        "training and serving are not skewed",
        (INFRASTRUCTURE, REGRESSION, MODEL),
        named=r"\bskew|train\w*_serv\w*|(?:onnx|torchscript|export\w*|tflite)\w*_(?:match|equal|same|parity|consisten)",
        calls=r"^onnxruntime\b|torch\.jit\.(?:load|trace|script)$|torch\.onnx\.export$",
        asserts=r"^close:|call:assert_(?:allclose|close|array)",
        leaves_open="skew of the data: an exported model gives what the trained one gives",
    ),
    Item("monitoring.4", "models are not too stale", outside="needs the age of what is served"),
    Item(
        "monitoring.5",
        "models are numerically stable",
        (MODEL, REGRESSION, INFRASTRUCTURE),
        asserts=r"\b(?:isnan|isfinite|isinf|is_finite|all_finite|has_nan)\b",
    ),
    Item(
        "monitoring.6",
        "computing performance has not regressed",
        (PERFORMANCE,),
        calls=r"^time\.time$|perf_counter|process_time|timeit|memory_(?:allocated|reserved|info)|tracemalloc|^benchmark$",
        leaves_open="whether the bound is that of the last release",
    ),
    Item(
        "monitoring.7",
        "prediction quality has not regressed",
        (REGRESSION,),
        named=r"loss|metric|accuracy|score|quality|eval|perplexity|benchmark|pretrained",
        leaves_open="quality on data from production",
    ),
)
