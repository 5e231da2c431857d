"""PyTorch, torchvision, timm, albumentations."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import Effect, given, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_TORCH_DRAWS = frozenset(
    "bernoulli binomial multinomial normal poisson rand rand_like randint randint_like randn randn_like randperm"
    " rrelu".split()
)
_MARKS = {"distributed.init_process_group": "dist", "load": "load", "save": "write"}
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


def of_torch(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into PyTorch."""
    if "()" in rest:
        sampled = rest.startswith("distributions.") and last in ("sample", "rsample", "sample_n")
        return [Effect("use", ("torch",), "run")] if sampled else []
    if rest in _TORCH_DRAWS:
        return shared(("torch",), "run", arguments, "generator")
    if rest in _MARKS:
        return [Effect(_MARKS[rest])]
    if rest.startswith("cuda.") or rest == "device":
        return [Effect("gpu")]
    if rest.startswith("nn."):
        return _of_nn(rest, last, arguments)
    return _of_data(last, arguments) if rest.startswith("utils.data.") else []


def _of_nn(rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest.startswith("nn.init."):
        return [] if last in _QUIET_INITS else shared(("torch",), "init", arguments, "generator")
    if last in _LAYERS:
        return [Effect("use", ("torch",), "init")]
    if last in _DROPOUT:
        rate = given(arguments, 1 if last[0].islower() else 0, "p")
        return [] if rate in (("c", 0), ("c", 0.0)) else [Effect("use", ("torch",), "drop")]
    return []


def _of_data(last: str, arguments: Arguments) -> list[Effect]:
    if last == "random_split":
        return shared(("torch",), "data", arguments, 2, "generator")
    if last in ("RandomSampler", "SubsetRandomSampler", "WeightedRandomSampler"):
        return shared(("torch",), "late", arguments, "generator")
    return loader(arguments) if last == "DataLoader" else []


def loader(arguments: Arguments) -> list[Effect]:
    """The effects of making a torch DataLoader."""
    shuffled = given(arguments, 2, "shuffle")
    if shuffled is None or shuffled in (("c", False), ("c", None)):
        return []
    return [Effect("use", ("torch",), "late", given(arguments, "generator"), shuffled)]


def of_vision(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into torchvision."""
    if ".transforms." in name and (
        last.startswith("Random") or last in ("ColorJitter", "AutoAugment", "TrivialAugmentWide")
    ):
        return [Effect("use", ("torch",), "late")]
    if name.startswith("torchvision.models.") and last.islower() and "()" not in name and not last.startswith("get_"):
        return [Effect("use", ("torch",), "weak" if _is_loaded(arguments) else "init")]
    return []


def _is_loaded(arguments: Arguments) -> bool:
    """Whether a model is made with weights that were trained, and with no head of another size."""
    weights = given(arguments, "weights")
    loaded = given(arguments, 0, "pretrained") == ("c", True) or given(arguments, "pretrained") == ("c", True)
    return (loaded or (weights is not None and weights != ("c", None))) and "num_classes" not in arguments


def of_timm(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into timm."""
    if last != "create_model":
        return []
    return [Effect("use", ("torch",), "weak" if _is_loaded(arguments) else "init")]


def of_albumentations(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into albumentations."""
    if last == "Compose" and "()" not in rest:
        return shared(("python",), "late", arguments, "seed")
    return []
