"""PyTorch, torchvision, timm, albumentations."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import TORCH, Effect, given, has_rest, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments

_TORCH_DRAWS = frozenset(
    "bernoulli binomial multinomial normal poisson rand rand_like randint randint_like randn randn_like randperm"
    " rrelu".split()
)
_OF_TENSORS = frozenset(  # drawn on the device of what is given
    "bernoulli binomial multinomial normal poisson rand_like randint_like randn_like rrelu".split()
)
_DEFAULTS = frozenset(("set_default_device", "set_default_tensor_type"))  # where everything is drawn from then on
_MARKS = {"distributed.init_process_group": "dist", "load": "load", "save": "write"}
_LAYERS = frozenset(
    "Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Embedding EmbeddingBag GRU GRUCell"
    " LSTM LSTMCell LazyConv1d LazyConv2d LazyLinear Linear MultiheadAttention RNN RNNBase RNNCell Transformer"
    " TransformerDecoderLayer TransformerEncoderLayer".split()
)
_DROPPING = frozenset(("Transformer", "TransformerDecoderLayer", "TransformerEncoderLayer"))  # by default
_OFF = (("c", 0), ("c", 0.0), ("c", None))
_DROPPING_MODELS = tuple(
    f"torchvision.models.{name}"
    for name in "alexnet convnext efficientnet googlenet inception mnasnet mobilenet squeezenet swin vgg".split()
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
        return [Effect("use", TORCH, "run")] if sampled else []
    if rest in _TORCH_DRAWS:
        return shared(TORCH if _is_on_device(last, arguments) else ("torch",), "run", arguments, "generator")
    if rest in _DEFAULTS and given(arguments, 0, "device") != ("c", "cpu"):
        return [Effect("gpu"), Effect("use", ("torch.cuda",), "late")]
    if rest in _MARKS:
        return [Effect(_MARKS[rest])]
    if rest.startswith("cuda.") or rest == "device":
        return [Effect("gpu")]
    if rest.startswith("nn."):
        return _of_nn(rest, last, arguments)
    return _of_data(last, arguments) if rest.startswith("utils.data.") else []


def _is_on_device(last: str, arguments: Arguments) -> bool:
    """Whether a tensor may be drawn on the GPU: one that is only moved there was drawn on the CPU."""
    device = given(arguments, "device")
    if device is None:
        return last in _OF_TENSORS or has_rest(arguments)
    return device not in (("c", "cpu"), ("c", None))


def _of_nn(rest: str, last: str, arguments: Arguments) -> list[Effect]:
    if rest.startswith("nn.init."):
        return [] if last in _QUIET_INITS else shared(("torch",), "init", arguments, "generator")
    if last in _LAYERS:
        rate = given(arguments, "dropout")
        drops = last in _DROPPING if rate is None else rate not in _OFF
        return [Effect("use", ("torch",), "init"), *([Effect("use", TORCH, "drop")] if drops else [])]
    if last in _DROPOUT:
        rate = given(arguments, 1 if last[0].islower() else 0, "p")
        return [] if rate in _OFF else [Effect("use", TORCH, "drop")]
    if rest == "nn.functional.gumbel_softmax":
        return [Effect("use", TORCH, "run")]
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
        made = Effect("use", ("torch",), "weak" if _is_loaded(arguments) else "init")
        return [made, Effect("use", ("torch.cuda",), "drop")] if name.startswith(_DROPPING_MODELS) else [made]
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
    made = Effect("use", ("torch",), "weak" if _is_loaded(arguments) else "init")
    rates = [given(arguments, key) or _OFF[0] for key in ("drop_rate", "drop_path_rate")]
    drops = any(rate not in _OFF for rate in rates)
    return [made, Effect("use", ("torch.cuda",), "drop")] if drops else [made]


def of_albumentations(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into albumentations."""
    if last == "Compose" and "()" not in rest:
        return shared(("python",), "late", arguments, "seed")
    return []
