"""TensorFlow, Keras, JAX, Flax."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import NOTHING, NUMPY, Effect, given, own, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_KERAS_LAYERS = frozenset(
    "BatchNormalization Bidirectional Conv1D Conv2D Conv2DTranspose Conv3D Dense DepthwiseConv2D Embedding GRU LSTM"
    " MultiHeadAttention SeparableConv2D SimpleRNN Dropout SpatialDropout2D".split()
)
_TF_DRAWS = frozenset(
    "categorical gamma normal poisson random_normal random_shuffle random_uniform shuffle truncated_normal"
    " uniform multinomial random_crop random_flip_left_right random_brightness random_contrast".split()
)
_FLOWS = frozenset(("flow", "flow_from_dataframe", "flow_from_directory"))  # of Keras's generators of images
_TRAINS_ESTIMATOR = frozenset(("train", "train_and_evaluate"))
_GRAPH_DRAWS = frozenset(  # of TensorFlow 1
    "get_variable glorot_normal_initializer glorot_uniform_initializer nn.dropout random_normal_initializer"
    " random_uniform_initializer truncated_normal_initializer variance_scaling_initializer".split()
)
_GRAPH_LAYERS = ("contrib.layers.", "contrib.slim.conv", "contrib.slim.fully_connected", "layers.")


def of_tensorflow(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into TensorFlow."""
    inner = rest.removeprefix("compat.v1.").removeprefix("compat.v2.").removeprefix("python.")
    if inner.startswith("random.") and "()" not in inner and (last in _TF_DRAWS) and "stateless" not in last:
        return [Effect("use", ("tensorflow",), "run")]
    if inner in ("random_normal", "random_uniform", "truncated_normal", "random_shuffle", "multinomial"):
        return [Effect("use", ("tensorflow",), "run")]
    if last == "enable_op_determinism":
        return [Effect("strict")]
    if last == "RunConfig" and "tf_random_seed" in arguments:
        return [Effect("seed", ("tensorflow",), "", arguments["tf_random_seed"])]
    if last in _TRAINS_ESTIMATOR and ("Estimator()" in inner or last == "train_and_evaluate"):
        return [Effect("train"), Effect("use", ("tensorflow",), "init")]
    if inner in _GRAPH_DRAWS or inner.startswith(_GRAPH_LAYERS):
        return [Effect("use", ("tensorflow",), "init")]
    if inner.startswith("image.random_"):
        return [Effect("use", ("tensorflow",), "data")]
    if (inner.startswith("data.") and last == "shuffle") or last == "shuffle_and_repeat":
        return shared(("tensorflow",), "late", arguments, "seed", 1)
    if inner.startswith("keras."):
        return of_keras(name, inner.removeprefix("keras."), last, arguments)
    return []


def of_keras(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Keras."""
    if rest == "utils.set_random_seed":
        value = given(arguments, 0, "seed") or NOTHING
        return [Effect("seed", ("python", *NUMPY, "tensorflow"), "", value)]
    if last in ("fit", "fit_generator", "train_on_batch") and "()" in rest:
        return fitted(last, arguments)
    if last in ("evaluate", "predict") and "()" in rest:
        return [Effect("eval")]
    if last in _FLOWS and (last != "flow" or rest.endswith("ImageDataGenerator().flow")):
        return flow(arguments)
    if "()" in rest:
        return []
    if rest.startswith("layers.") and (last in _KERAS_LAYERS or last.startswith("Random")):
        return [Effect("use", ("tensorflow",), "init")]
    if rest.startswith("applications.") and last[:1].isupper():
        drawn = given(arguments, "weights", 1) == NOTHING  # by default they are those of ImageNet
        return [Effect("use", ("tensorflow",), "init")] if drawn else []
    return []


def fitted(last: str, arguments: Arguments) -> list[Effect]:
    """The effects of training a Keras model: with arrays, or with an object that hands out batches."""
    found = [Effect("train"), Effect("use", ("tensorflow",), "data")]
    fed = last == "fit_generator" or (last == "fit" and 1 not in arguments and "y" not in arguments)
    return [*found, Effect("feeds")] if fed else found


def flow(arguments: Arguments) -> list[Effect]:
    """The effects of images read in batches: shuffled and changed by numpy; while a model is trained with them, Keras
    shuffles the batches by `random`."""
    shuffled = given(arguments, "shuffle")
    if shuffled == ("c", False):
        return []
    seed = shared(("numpy",), "late", arguments, "seed")[0].value
    return [Effect("use", ("numpy",), "late", seed, shuffled), Effect("use", ("python",), "drop", None, shuffled)]


def of_datasets(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into TensorFlow Datasets: the order of the files, and of what is read from them."""
    if last in ("shuffle", "shuffle_and_repeat") and "()" in rest:
        return shared(("tensorflow",), "late", arguments, "seed", 1)
    shuffled = given(arguments, "shuffle_files")
    if shuffled is None or shuffled == ("c", False) or last not in ("as_dataset", "load"):
        return []
    return [Effect("use", ("tensorflow",), "late", given(arguments, "read_config"), shuffled)]


def of_jax(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into JAX."""
    if rest in ("random.PRNGKey", "random.key"):
        return own(("jax",), arguments, 0, "seed")
    return [Effect("train")] if rest == "grad" else []


def of_nnx(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Flax."""
    return own(("jax",), arguments, 0, "default", "params") if rest == "nnx.Rngs" else []
