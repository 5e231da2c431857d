"""Python, numpy, pandas, scikit-learn, Optuna, datasets: draws without tensors."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import NOTHING, Effect, given, has_rest, own, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_PYTHON = frozenset(
    "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits lognormvariate"
    " normalvariate paretovariate randbytes randint random randrange sample shuffle triangular uniform vonmisesvariate"
    " weibullvariate".split()
)
_NUMPY_QUIET = frozenset(
    "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence bit_generator default_rng"
    " get_state mtrand seed set_state get_bit_generator set_bit_generator".split()
)
_SKLEARN = frozenset(  # those whose result depends on random_state with their default arguments
    "AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BayesianGaussianMixture BernoulliRBM"
    " BisectingKMeans DecisionTreeClassifier DecisionTreeRegressor DictionaryLearning ExtraTreeClassifier"
    " ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor FastICA GaussianMixture"
    " GaussianRandomProjection GradientBoostingClassifier GradientBoostingRegressor"
    " GroupShuffleSplit IsolationForest IterativeImputer KMeans LatentDirichletAllocation MLPClassifier MLPRegressor"
    " MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF PassiveAggressiveClassifier"
    " PassiveAggressiveRegressor RANSACRegressor RandomForestClassifier RandomForestRegressor"
    " RandomTreesEmbedding RandomizedSearchCV RepeatedKFold RepeatedStratifiedKFold SGDClassifier SGDRegressor"
    " ShuffleSplit SparseRandomProjection SpectralClustering StratifiedShuffleSplit TSNE permutation_importance"
    " Perceptron resample shuffle train_test_split".split()
)
_SKLEARN_SHUFFLE = frozenset(("KFold", "StratifiedKFold", "StratifiedGroupKFold"))  # random only with shuffle=True
_SKLEARN_MADE = ("sklearn.datasets.make_",)
_ITERATORS = frozenset(("BPTTIterator", "BucketIterator", "Iterator"))
_SEARCHES = {  # of Ray Tune, with the name of the seed; what is not here has one by default
    "HEBOSearch": "random_state_seed",
    "HyperOptSearch": "random_state_seed",
    "OptunaSearch": "seed",
    "TuneBOHB": "seed",
}
_OPTUNA = frozenset(("TPESampler", "RandomSampler", "CmaEsSampler", "NSGAIISampler", "NSGAIIISampler", "QMCSampler"))


def of_python(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into `random`."""
    if rest in _PYTHON:
        return [Effect("use", ("python",), "run")]
    if rest == "Random":
        return own(("python",), arguments, 0, "x", "seed")
    return []


def of_numpy(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into numpy."""
    if rest in ("save", "savez", "savez_compressed", "savetxt"):
        return [Effect("write")]
    if not rest.startswith("random.") or rest.count(".") > 1 or "()" in rest:
        return []
    if last in ("default_rng", "RandomState"):
        return own(("numpy",), arguments, 0, "seed")
    return [] if last in _NUMPY_QUIET or not last.islower() else [Effect("use", ("numpy",), "run")]


def of_sklearn(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into scikit-learn."""
    if "()" in rest:
        return [Effect("train")] if last in ("fit", "fit_transform", "fit_predict", "partial_fit") else []
    if last == "Perceptron" and "random_state" not in arguments:
        return [Effect("use", ("sklearn",), "own", ("c", 0))]  # the one whose seed is 0 by default
    shuffled = given(arguments, "shuffle")
    if last in _SKLEARN_SHUFFLE:
        if shuffled is None or shuffled == ("c", False):
            return []
        return [*_sk(arguments, "random_state")]
    if last == "train_test_split" and shuffled == ("c", False):
        return []
    if last in _SKLEARN or name.startswith(_SKLEARN_MADE):
        return _sk(arguments, "random_state")
    if name.startswith("sklearn.metrics."):
        return [Effect("eval")]
    return []


def _sk(arguments: Arguments, *keys: str) -> list[Effect]:
    """As `shared`, for the source ``sklearn``; ``random_state=None`` is the global state too, any other its own."""
    found = shared(("sklearn",), "run", arguments, *keys)
    fixed = found[0].value is not None and found[0].value[0] == "c" and found[0].value != NOTHING
    return [found[0]._replace(kind="own")] if fixed else found


def of_optuna(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Optuna."""
    if last in _OPTUNA and "()" not in rest:
        return own(("numpy",), arguments, "seed")
    if last == "create_study" and given(arguments, "sampler", 1) is None and not has_rest(arguments):
        return [Effect("use", ("numpy",), "own", NOTHING)]
    return [Effect("train")] if last == "optimize" else []


def of_datasets(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into `datasets`."""
    if last in ("shuffle", "train_test_split") and "()" in name:
        if last == "train_test_split" and given(arguments, "shuffle") == ("c", False):
            return []
        return shared(("numpy",), "data", arguments, "seed", "generator", *((0,) if last == "shuffle" else ()))
    if last in ("save_to_disk", "push_to_hub", "to_parquet", "to_json", "to_csv"):
        return [Effect("write")]
    return []


def of_pandas(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into pandas."""
    if last == "sample" and "()" in name:
        return shared(("numpy",), "run", arguments, "random_state", 4)
    return [Effect("write")] if last in ("to_csv", "to_parquet", "to_json", "to_pickle") else []


def of_boosting(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into XGBoost or LightGBM."""
    return [Effect("train")] if last in ("fit", "train") else []  # XGBoost, LightGBM: a fixed seed by default


def of_torchtext(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into torchtext: its iterators shuffle by `random` while they train (the default)."""
    if last not in _ITERATORS and not (last == "splits" and rest.split(".")[-2:][0] in _ITERATORS):
        return []
    shuffled = given(arguments, "shuffle") or given(arguments, "train")
    return [] if shuffled == ("c", False) else [Effect("use", ("python",), "late", None, shuffled)]


def of_ray(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Ray: shuffles by generators of their own, searches of hyper-parameters."""
    if last in ("random_shuffle", "randomize_block_order") and "()" in name:
        return own(("numpy",), arguments, 0, "seed")
    key = _SEARCHES.get(last, "")
    return own(("numpy",), arguments, key) if key and "()" not in rest else []
