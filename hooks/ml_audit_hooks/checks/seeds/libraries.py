"""What the calls of the libraries do to randomness: which source they draw from, which they seed."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    Value: TypeAlias = tuple[Any, ...]  # see `values.py`
    Arguments: TypeAlias = Mapping[int | str, Value]

SOURCES = ("python", "numpy", "torch", "torch.cuda", "tensorflow", "jax", "sklearn", "env")
_NUMPY = ("numpy", "sklearn")  # scikit-learn draws from numpy's global state where no random_state is given
_TORCH = ("torch", "torch.cuda")
_TRIO = ("python", *_NUMPY, *_TORCH)
EVERYTHING = (*_TRIO, "tensorflow")


class Effect(NamedTuple):
    """One thing that a call does. `op` is one of

    ``use``, ``seed``, ``helper`` (seeds, unless the repository has its own of that name), ``restore`` (a saved state),
    ``train``, ``eval``, ``load``, ``gpu``, ``write``, ``configured`` (calls what a configuration names).
    """

    op: str
    sources: tuple[str, ...] = ()
    # of a use: init (weights), data, run, own (a generator of its own, which no global seed reaches), drop (dropout),
    # late (made here, drawn from in a later loop), weak (what is drawn is overwritten)
    kind: str = ""
    value: Value | None = None  # the seed; of a use None where the global state is drawn from
    when: Value | None = None  # a value that must not be off for the use to happen


# Sites of the documentation: https://docs.python.org/3/library/random.html, numpy.org/doc/stable/reference/random,
# pytorch.org/docs/stable/notes/randomness.html, tensorflow.org/api_docs/python/tf/random/set_seed,
# scikit-learn.org/stable/common_pitfalls.html#randomness
_SEEDS: dict[str, tuple[str, ...]] = {
    "accelerate.set_seed": _TRIO,
    "accelerate.utils.random.set_seed": _TRIO,
    "accelerate.utils.set_seed": _TRIO,
    "composer.utils.reproducibility.seed_all": _TRIO,
    "cupy.random.seed": (),
    "detectron2.utils.env.seed_all_rng": _TRIO,
    "fastai.torch_core.set_seed": _TRIO,
    "ignite.utils.manual_seed": _TRIO,
    "imgaug.seed": (),
    "keras.utils.set_random_seed": ("python", *_NUMPY, "tensorflow"),
    "mmengine.runner.set_random_seed": _TRIO,
    "monai.utils.set_determinism": _TRIO,
    "numpy.random.seed": _NUMPY,
    "pyro.set_rng_seed": _TRIO,
    "random.seed": ("python",),
    "sklearn.utils.check_random_state": (),
    "stable_baselines3.common.utils.set_random_seed": _TRIO,
    "tensorflow.compat.v1.random.set_random_seed": ("tensorflow",),
    "tensorflow.compat.v1.set_random_seed": ("tensorflow",),
    "tensorflow.random.set_random_seed": ("tensorflow",),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.set_random_seed": ("tensorflow",),
    "torch.cuda.manual_seed": ("torch.cuda",),
    "torch.cuda.manual_seed_all": ("torch.cuda",),
    "torch.cuda.random.manual_seed": ("torch.cuda",),
    "torch.cuda.random.manual_seed_all": ("torch.cuda",),
    "torch.manual_seed": _TORCH,
    "torch.random.manual_seed": _TORCH,
    "transformers.enable_full_determinism": EVERYTHING,
    "transformers.set_seed": EVERYTHING,
    "transformers.trainer_utils.set_seed": EVERYTHING,
}
# Names that seeding helpers of other libraries bear; a helper of the repository itself is read instead.
_HELPERS = frozenset(
    "enable_full_determinism fix_random_seed fix_random_seeds fix_seed fix_seeds init_seed init_seeds manual_seed_all"
    " same_seed same_seeds seed_all seed_all_rng seed_everything seed_torch set_all_seeds set_determinism"
    " set_global_random_seed set_global_seed set_global_seeds set_rand_seed set_random_seed set_random_seeds"
    " set_rng_seed"
    " set_seed set_seed_everywhere set_seeds setup_seed".split()
)
_RESTORES = {
    "numpy.random.set_state": _NUMPY,
    "random.setstate": ("python",),
    "torch.cuda.set_rng_state": ("torch.cuda",),
    "torch.cuda.set_rng_state_all": ("torch.cuda",),
    "torch.random.set_rng_state": ("torch",),
    "torch.set_rng_state": ("torch",),
}
_PYTHON = frozenset(
    "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits lognormvariate"
    " normalvariate paretovariate randbytes randint random randrange sample shuffle triangular uniform vonmisesvariate"
    " weibullvariate".split()
)
_NUMPY_QUIET = frozenset(
    "BitGenerator Generator MT19937 PCG64 PCG64DXSM Philox RandomState SFC64 SeedSequence bit_generator default_rng"
    " get_state mtrand seed set_state get_bit_generator set_bit_generator".split()
)
_TORCH_DRAWS = frozenset(
    "bernoulli binomial multinomial normal poisson rand rand_like randint randint_like randn randn_like randperm"
    " rrelu".split()
)
_TORCH_IN_PLACE = frozenset("bernoulli_ cauchy_ exponential_ geometric_ log_normal_ normal_ random_ uniform_".split())
_LAYERS = frozenset(
    "Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Embedding EmbeddingBag GRU GRUCell"
    " LSTM LSTMCell LazyConv1d LazyConv2d LazyLinear Linear MultiheadAttention RNN RNNBase RNNCell Transformer"
    " TransformerDecoderLayer TransformerEncoderLayer".split()
)
_QUIET_INITS = frozenset(
    "calculate_gain constant constant_ dirac dirac_ eye eye_ ones ones_ zeros zeros_ _calculate_fan_in_and_fan_out"
    " _no_grad_fill_".split()
)
_DROPOUT = frozenset(
    "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout alpha_dropout dropout dropout1d dropout2d"
    " dropout3d feature_alpha_dropout".split()
)
_NEW_HEADS = tuple(
    "ForAudioClassification ForImageClassification ForMultipleChoice ForQuestionAnswering ForSemanticSegmentation"
    " ForSequenceClassification ForTokenClassification".split()
)
_TRAINER_ROOTS = frozenset(("transformers", "trl", "sentence_transformers", "setfit", "adapters", "optimum", "unsloth"))
_LIGHTNING = frozenset(("lightning", "pytorch_lightning", "lightning_fabric"))
_GYM = frozenset(("gym", "gymnasium"))
_SB3 = frozenset("A2C ARS DDPG DQN MaskablePPO PPO QRDQN RecurrentPPO SAC TD3 TQC TRPO CrossQ".split())
_SKLEARN = frozenset(  # those whose result depends on random_state with their default arguments
    "AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BayesianGaussianMixture BernoulliRBM"
    " BisectingKMeans DecisionTreeClassifier DecisionTreeRegressor DictionaryLearning ExtraTreeClassifier"
    " ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor FastICA GaussianMixture"
    " GaussianRandomProjection GradientBoostingClassifier GradientBoostingRegressor"
    " GroupShuffleSplit IsolationForest IterativeImputer KMeans LatentDirichletAllocation MLPClassifier MLPRegressor"
    " MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF PassiveAggressiveClassifier"
    " PassiveAggressiveRegressor Perceptron RANSACRegressor RandomForestClassifier RandomForestRegressor"
    " RandomTreesEmbedding RandomizedSearchCV RepeatedKFold RepeatedStratifiedKFold SGDClassifier SGDRegressor"
    " ShuffleSplit SparseRandomProjection SpectralClustering StratifiedShuffleSplit TSNE permutation_importance"
    " resample shuffle train_test_split".split()
)
_SKLEARN_SHUFFLE = frozenset(("KFold", "StratifiedKFold", "StratifiedGroupKFold"))  # random only with shuffle=True
_SKLEARN_MADE = ("sklearn.datasets.make_",)
_OPTUNA = frozenset(("TPESampler", "RandomSampler", "CmaEsSampler", "NSGAIISampler", "NSGAIIISampler", "QMCSampler"))
_KERAS_LAYERS = frozenset(
    "BatchNormalization Bidirectional Conv1D Conv2D Conv2DTranspose Conv3D Dense DepthwiseConv2D Embedding GRU LSTM"
    " MultiHeadAttention SeparableConv2D SimpleRNN Dropout SpatialDropout2D".split()
)
_TF_DRAWS = frozenset(
    "categorical gamma normal poisson random_normal random_shuffle random_uniform shuffle truncated_normal"
    " uniform multinomial random_crop random_flip_left_right random_brightness random_contrast".split()
)
_SEED_WORDS = ("seed", "random_state", "random_seed", "rng", "seed_value", "manual_seed")


def given(arguments: Arguments, *keys: int | str) -> Value | None:
    """The first of the arguments that is there."""
    for key in keys:
        if key in arguments:
            return arguments[key]
    return None


def has_rest(arguments: Arguments) -> bool:
    """Whether ``**options`` may hold more arguments."""
    return "**" in arguments or "*" in arguments


NOTHING: Value = ("c", None)
OPEN: Value = ("x",)  # a value that cannot be known: taken as given


def _own(sources: tuple[str, ...], arguments: Arguments, *keys: int | str) -> list[Effect]:
    """A generator of its own: only its own seed counts."""
    value = given(arguments, *keys)
    if value is None:
        value = OPEN if has_rest(arguments) else NOTHING
    return [Effect("use", sources, "own", value)]


def _global(sources: tuple[str, ...], kind: str, arguments: Arguments, *keys: int | str) -> list[Effect]:
    """A draw from the global state unless a seed or generator of its own is given."""
    value = given(arguments, *keys)
    if value is None and has_rest(arguments):
        value = OPEN
    return [Effect("use", sources, kind, value)]


def effects(name: str, arguments: Arguments) -> list[Effect]:
    """What calling `name` (resolved through imports, ``made()`` for what calls return) does; [] for most calls."""
    root, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    if name in _SEEDS:
        value = given(arguments, 0, *_SEED_WORDS, "a", "seed_")
        return [Effect("seed", _SEEDS[name], "", value or (OPEN if has_rest(arguments) else NOTHING))]
    if name in _RESTORES:
        return [Effect("restore", _RESTORES[name])]
    handler = _HANDLERS.get(root)
    if handler is not None:
        found = handler(name, rest, last, arguments)
        if found:
            return found
    if last == "load_hyperpyyaml":
        return [Effect("configured")]
    if last in _HELPERS and root not in ("self", "cls", "super()"):
        default = NOTHING if root not in _LIGHTNING and not arguments and last == "set_seed" else OPEN
        return [Effect("helper", EVERYTHING, "", given(arguments, 0, *_SEED_WORDS) or default)]
    return _by_method(name, last, arguments)


def _python(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest in _PYTHON:
        return [Effect("use", ("python",), "run")]
    if rest == "Random":
        return _own(("python",), arguments, 0, "x", "seed")
    return []


def _numpy(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest in ("save", "savez", "savez_compressed", "savetxt"):
        return [Effect("write")]
    if not rest.startswith("random.") or rest.count(".") > 1 or "()" in rest:
        return []
    if last in ("default_rng", "RandomState"):
        return _own(("numpy",), arguments, 0, "seed")
    return [] if last in _NUMPY_QUIET or not last.islower() else [Effect("use", ("numpy",), "run")]


def _torch(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if "()" in rest:
        sampled = rest.startswith("distributions.") and last in ("sample", "rsample", "sample_n")
        return [Effect("use", ("torch",), "run")] if sampled else []
    if rest in _TORCH_DRAWS:
        return _global(("torch",), "run", arguments, "generator")
    if rest == "save":
        return [Effect("write")]
    if rest == "load":
        return [Effect("load")]
    if rest.startswith("cuda.") or rest == "device":
        return [Effect("gpu")]
    if rest.startswith("nn.init."):
        return [] if last in _QUIET_INITS else _global(("torch",), "init", arguments, "generator")
    if rest.startswith("nn."):
        if last in _LAYERS:
            return [Effect("use", ("torch",), "init")]
        if last in _DROPOUT:
            rate = given(arguments, 1 if last[0].islower() else 0, "p")
            return [] if rate in (("c", 0), ("c", 0.0)) else [Effect("use", ("torch",), "drop")]
        return []
    if rest.startswith("utils.data."):
        if last == "random_split":
            return _global(("torch",), "data", arguments, 2, "generator")
        if last in ("RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler"):
            return _global(("torch",), "late", arguments, "generator")
        if last == "DataLoader":
            return loader(arguments)
    return []


def loader(arguments: Arguments) -> list[Effect]:
    """The effects of making a torch DataLoader."""
    shuffled = given(arguments, 2, "shuffle")
    if shuffled is None or shuffled in (("c", False), ("c", None)):
        return []
    return [Effect("use", ("torch",), "late", given(arguments, "generator"), shuffled)]


def _vision(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if ".transforms." in name and (
        last.startswith("Random") or last in ("ColorJitter", "AutoAugment", "TrivialAugmentWide")
    ):
        return [Effect("use", ("torch",), "late")]
    if name.startswith("torchvision.models.") and last.islower() and "()" not in name and not last.startswith("get_"):
        return [Effect("use", ("torch",), "init")]
    return []


def _timm(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    return [Effect("use", ("torch",), "init")] if last == "create_model" else []


def _trainer(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if name.endswith("Trainer().train"):
        return [Effect("train"), Effect("gpu"), Effect("use", ("torch",), "late")]
    if name.endswith(("Trainer().evaluate", "Trainer().predict")):
        return [Effect("eval")]
    if last.endswith("Trainer") and "()" not in name:
        return [Effect("seed", EVERYTHING, "", OPEN)]  # Trainer.__init__ calls set_seed(args.seed), 42 by default
    if last in ("from_pretrained", "from_config") and "Tokenizer" not in name and "Config" not in name:
        owner = name.split(".")[-2]
        if owner.endswith(_NEW_HEADS) or last == "from_config":
            return [Effect("use", ("torch",), "init")]
    return []


def _peft(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    return [Effect("use", ("torch",), "init")] if last == "get_peft_model" else []


def _lightning(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if name.endswith("Trainer().fit"):
        return [Effect("train"), Effect("gpu")]
    if name.endswith(("Trainer().test", "Trainer().validate", "Trainer().predict")):
        return [Effect("eval")]
    return []


def _sklearn(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if "()" in rest:
        return [Effect("train")] if last in ("fit", "fit_transform", "fit_predict", "partial_fit") else []
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
    """As `_global`, for the source ``sklearn``; ``random_state=None`` is the global state too."""
    return _global(("sklearn",), "run", arguments, *keys)


def _optuna(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if last in _OPTUNA and "()" not in rest:
        return _own(("numpy",), arguments, "seed")
    if last == "create_study" and given(arguments, "sampler", 1) is None and not has_rest(arguments):
        return [Effect("use", ("numpy",), "own", NOTHING)]
    return [Effect("train")] if last == "optimize" else []


def _datasets(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if last in ("shuffle", "train_test_split") and "()" in name:
        if last == "train_test_split" and given(arguments, "shuffle") == ("c", False):
            return []
        return _global(("numpy",), "data", arguments, "seed", "generator", *((0,) if last == "shuffle" else ()))
    if last in ("save_to_disk", "push_to_hub", "to_parquet", "to_json", "to_csv"):
        return [Effect("write")]
    return []


def _pandas(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if last == "sample" and "()" in name:
        return _global(("numpy",), "run", arguments, "random_state", 4)
    return [Effect("write")] if last in ("to_csv", "to_parquet", "to_json", "to_pickle") else []


def _tensorflow(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    inner = name.removeprefix("tensorflow.").removeprefix("compat.v1.").removeprefix("python.")
    if inner.startswith("random.") and "()" not in inner and (last in _TF_DRAWS) and "stateless" not in last:
        return [Effect("use", ("tensorflow",), "run")]
    if inner in ("random_normal", "random_uniform", "truncated_normal", "random_shuffle", "multinomial"):
        return [Effect("use", ("tensorflow",), "run")]
    if inner.startswith("image.random_"):
        return [Effect("use", ("tensorflow",), "data")]
    if inner.startswith("data.") and last == "shuffle":
        return [Effect("use", ("tensorflow",), "late")]
    if inner.startswith("keras."):
        return _keras(name, inner.removeprefix("keras."), last, arguments)
    return []


def _keras(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest == "utils.set_random_seed":
        value = given(arguments, 0, "seed") or NOTHING
        return [Effect("seed", ("python", *_NUMPY, "tensorflow"), "", value)]
    if last in ("fit", "fit_generator", "train_on_batch") and "()" in rest:
        return [Effect("train"), Effect("use", ("tensorflow",), "data")]
    if last in ("evaluate", "predict") and "()" in rest:
        return [Effect("eval")]
    if "()" in rest:
        return []
    if rest.startswith("layers.") and (last in _KERAS_LAYERS or last.startswith("Random")):
        return [Effect("use", ("tensorflow",), "init")]
    if rest.startswith("applications.") and last[:1].isupper():
        return [Effect("use", ("tensorflow",), "init")]
    return []


def _jax(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest in ("random.PRNGKey", "random.key"):
        return _own(("jax",), arguments, 0, "seed")
    return []


def _nnx(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    return _own(("jax",), arguments, 0, "default", "params") if rest == "nnx.Rngs" else []


def _gym(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest in ("make", "vector.make", "make_vec") or (rest.startswith("envs.") and last.endswith("Env")):
        return [Effect("use", ("env",), "weak")]
    return _by_method(name, last, arguments)


def _baselines(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if last in _SB3 and "()" not in name:
        value = given(arguments, "seed")
        if value is None and has_rest(arguments):
            value = OPEN
        if value is not None:
            return [Effect("seed", (*_TRIO, "env"), "", value), Effect("use", ("torch",), "init")]
        return [Effect("use", ("torch",), "init"), Effect("use", ("numpy",), "run")]
    if last in ("make_vec_env", "make_atari_env"):
        seed = given(arguments, "seed", 2) or (OPEN if has_rest(arguments) else None)
        return [Effect("use", ("env",), "weak"), *([Effect("seed", ("env",), "", seed)] if seed else [])]
    if last == "learn":
        return [Effect("train"), Effect("gpu")]
    return []


def _albumentations(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if last == "Compose" and "()" not in rest:
        return _global(("python",), "late", arguments, "seed")
    return []


def _boosting(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    return [Effect("train")] if last in ("fit", "train") else []  # XGBoost, LightGBM: a fixed seed by default


def _augment(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    return [Effect("use", ("numpy",), "data")] if last == "Sequential" else []


_HANDLERS = {
    "albumentations": _albumentations,
    "datasets": _datasets,
    "flax": _nnx,
    "gym": _gym,
    "gymnasium": _gym,
    "jax": _jax,
    "keras": _keras,
    "lightgbm": _boosting,
    "lightning": _lightning,
    "numpy": _numpy,
    "optuna": _optuna,
    "pandas": _pandas,
    "peft": _peft,
    "pytorch_lightning": _lightning,
    "random": _python,
    "sb3_contrib": _baselines,
    "sklearn": _sklearn,
    "stable_baselines3": _baselines,
    "tensorflow": _tensorflow,
    "timm": _timm,
    "torch": _torch,
    "torchvision": _vision,
    "xgboost": _boosting,
    **dict.fromkeys(_TRAINER_ROOTS, _trainer),
}


def _by_method(name: str, last: str, arguments: Arguments) -> list[Effect]:
    """Calls known by the method's name alone, whatever it is called on."""
    if last in _TORCH_IN_PLACE and "." in name:
        return _global(("torch",), "init", arguments, "generator")
    if last == "resize_token_embeddings":
        return [Effect("use", ("torch",), "weak")]
    if last == "generate" and "do_sample" in arguments and arguments["do_sample"] != ("c", False):
        return [Effect("use", ("torch",), "run")]
    if last == "backward":
        return [Effect("train")]
    if last in ("load_state_dict", "load_weights", "load_from_checkpoint"):
        return [Effect("load")]
    if last == "cuda" or (last == "to" and "." in name):
        return [Effect("gpu")]
    if last == "seed" and "." in name and arguments:
        return [Effect("seed", ("env",), "", given(arguments, 0, "seed"))]
    if last == "reset" and "seed" in arguments:
        return [Effect("seed", ("env",), "", arguments["seed"])]
    if last == "sample" and "frac" in arguments:
        return _global(("numpy",), "run", arguments, "random_state")
    if last in ("to_csv", "to_parquet", "save_pretrained", "save_to_disk", "tofile", "save_model"):
        return [Effect("write")]
    return []


KNOWN_ROOTS = frozenset(_HANDLERS)
