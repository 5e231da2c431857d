"""What builds a model."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._devices import DEVICE, LIGHTNING
from ml_audit_hooks.capabilities._model_names import COMPUTES, MAKES, MODEL_WORDS, SB3, is_model_name
from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities.model import Signal
from ml_audit_hooks.core.called import last_name, may_name
from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

INIT = "modeling.model_init"
TENSORS = "models.tensors"  # parameters without a model around them
BUILT = "models.built"  # an object is built and called a model
FRAMEWORKS = frozenset(
    "torch tensorflow keras tf_keras jax flax haiku equinox mlx sklearn transformers lightning pytorch_lightning fastai"
    " xgboost lightgbm catboost stable_baselines3 sb3_contrib paddle mxnet diffusers timm torchvision"
    " accelerate".split()
)
_NOT_MODELS = (
    "Tokenizer",
    "Preprocessor",
    "Processor",
    "FeatureExtractor",
    "Config",
    "Scheduler",
    "TokenizerFast",
    "Args",
    "Dataset",
)
_ESTIMATOR_ENDS = (
    *("Classifier", "Regressor", "Regression", "SVC", "SVR", "KMeans", "NB", "Lasso", "Ridge", "ElasticNet", "Forest"),
    *("Clusterer", "DBSCAN", "OneClassSVM", "Mixture", "Perceptron", "RegressionCV", "LassoCV", "RidgeCV", "Neighbors"),
)
_ESTIMATOR_PACKAGES = frozenset(
    "sklearn xgboost lightgbm catboost imblearn cuml ngboost interpret sktime snapml statsmodels hdbscan".split()
)
_BUILDERS = (
    *("timm.create_model", "torch.hub.load", "mlx_lm.load", "mlx_lm.utils.load", "transformers.pipeline"),
    *("torch.nn.Sequential", "lightgbm.train", "xgboost.train", "lightgbm.Booster", "xgboost.Booster"),
    *("sentence_transformers.SentenceTransformer", "ultralytics.YOLO", "vllm.LLM", "catboost.CatBoost"),
    *("segmentation_models_pytorch.Unet", "whisper.load_model", "open_clip.create_model_and_transforms", "clip.load"),
    *("setfit.SetFitModel", "prophet.Prophet", "fastai.vision.all.vision_learner", "sklearn.pipeline.make_pipeline"),
    *("haiku.transform", "haiku.transform_with_state", "flax.linen.Sequential", "jax.example_libraries.stax.serial"),
    *("fastai.vision.learner.vision_learner", "fastai.vision.all.cnn_learner", "mlx.nn.Sequential"),
)
_BUILDER_FOLDERS = ("torchvision.models.", "segmentation_models_pytorch.", "gensim.models.", "pyod.models.")
_KERAS_MODELS = ("Sequential", "Model")
BASES = (
    *("torch.nn.Module", "torch.nn.Sequential", "pytorch_lightning.LightningModule", "lightning.LightningModule"),
    *("lightning.pytorch.LightningModule", "pytorch_lightning.core.LightningModule", "lightning.*.LightningModule"),
    *(
        "keras.Model",
        "tensorflow.keras.Model",
        "tensorflow.keras.models.Model",
        "keras.models.Model",
        "keras.Sequential",
    ),
    *("tensorflow.keras.Sequential", "tensorflow.keras.layers.Layer", "keras.layers.Layer", "tensorflow.Module"),
    *("tensorflow.python.keras.Model", "tf_keras.Model", "keras.src.models.Model", "keras.engine.topology.Layer"),
    *("flax.linen.Module", "flax.nnx.Module", "haiku.Module", "equinox.Module", "mlx.nn.Module", "paddle.nn.Layer"),
    *("sklearn.base.BaseEstimator", "sklearn.base.ClassifierMixin", "sklearn.base.RegressorMixin", "mxnet.gluon.Block"),
    *("transformers.*PreTrainedModel", "transformers.*ForCausalLM", "transformers.*Model", "diffusers.ModelMixin"),
    *("transformers.*ForSequenceClassification", "torch.jit.ScriptModule", "stable_baselines3.*Policy"),
    *("stable_baselines3.*Algorithm", "stable_baselines3.*Extractor", "chainer.Chain", "mxnet.gluon.nn.HybridBlock"),
)
_BUILD_NEEDS = (*(name.encode() for name in sorted(FRAMEWORKS)), b"gensim", b"ultralytics", b"instantiate", b"catboost")


def find_built(context: Context) -> Iterator[Signal]:
    """Calls that build a model."""
    found = [*_of_calls(context)]
    if found and (not context.roots.isdisjoint(FRAMEWORKS) or may_name(context, _BUILD_NEEDS)):
        yield from found
    if not any(root in FRAMEWORKS or "keras" in root for root in context.roots):
        return
    yield from _tensors(context)
    for node in (node for name, found in context.assigned.items() if is_model_name(name) for node in found):
        if not isinstance(node.value, ast.Call):
            continue
        made = _made(context, node.value) if any(is_model_name(last_name(target)) for target in node.targets) else ""
        if made:
            yield context.signal(BUILT, node, f"builds {made}")


def _of_calls(context: Context) -> Iterator[Signal]:
    for call in context.nodes(ast.Call):
        name = context.dotted(call.func)
        if not _MAY_BUILD[name]:
            continue
        by_keras = name.rpartition(".")[2] in _KERAS_MODELS
        if builds(name) or (by_keras and _is_handed_keras(context, call, name)):
            yield context.signal(INIT, call, f"calls {name}")
        elif name.endswith("instantiate") and call.args and is_model_name(last_name(call.args[0])):
            yield context.signal(INIT, call, "instantiates the configured model")


def _is_handed_keras(context: Context, call: ast.Call, name: str) -> bool:
    """``models.Model(inputs, outputs)`` of a Keras that is no import here: handed over as an argument, taken out of a
    dict or of a helper's result, or ``models = tf.keras.models`` of a lazy import."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(owner, (ast.Name, ast.Attribute)):
        return False
    value = context.value_of(owner) if isinstance(owner, ast.Name) else None
    if value is not None and builds(f"{context.dotted(value)}.{name.rpartition('.')[2]}"):
        return True
    if isinstance(owner, ast.Name) and owner.id in context.module.aliases:
        return False
    whole = len(call.args) >= 2 or {"inputs", "outputs"} <= {k.arg for k in call.keywords}
    said = "keras" in name.lower() or (last_name(owner) == "models" and "keras" in context.module.text)
    return said and (whole or name.endswith("Sequential"))


def _tensors(context: Context) -> Iterator[Signal]:
    """Parameters that are written down tensor by tensor: ``requires_grad`` is switched on."""
    for node in context.assigned.get("requires_grad", ()):
        target = node.targets[0]
        if (
            isinstance(target, ast.Attribute)
            and target.attr == "requires_grad"
            and context.constant(node.value) is True
        ):
            yield context.signal(TENSORS, node, "trains tensors of its own")
    for call in context.options.get("requires_grad", ()):
        if any(k.arg == "requires_grad" and context.constant(k.value) is True for k in call.keywords):
            yield context.signal(TENSORS, call, "trains tensors of its own")


def _made(context: Context, call: ast.Call) -> str:
    """What a call that a name for models is assigned builds, in words; "" for what may be no model."""
    func = call.func
    if isinstance(func, ast.Subscript):  # MODELS[name](…)
        return f"an entry of {last_name(func.value)}" if last_name(func.value) else ""
    if isinstance(func, ast.Call):
        return "a class by its name" if last_name(func.func) == "getattr" else ""
    last = context.dotted(func).rpartition(".")[2]
    words = name_parts(last)
    if _is_class(last):
        return "" if last.endswith((*_NOT_MODELS, "Parallel")) else last
    made_by_function = words and words[0] in MAKES and not MODEL_WORDS.isdisjoint(words)
    return f"a model by {last}" if made_by_function else ""


def _is_class(name: str) -> bool:
    return (name[:1].isupper() and not name.isupper()) or name in SB3


def builds(name: str) -> bool:
    """Whether a call of this resolved name gives a model."""
    parts = name.split(".")
    last, root = parts[-1], parts[0]
    if last in ("from_pretrained", "from_preset") and len(parts) > 1:
        return not parts[-2].endswith(_NOT_MODELS) and parts[-2][:1].isupper()
    if name in _BUILDERS or name.startswith(_BUILDER_FOLDERS):
        return not last.endswith("Weights") and "utils" not in parts
    if root in _ESTIMATOR_PACKAGES:
        return (last[:1].isupper() and last.endswith(_ESTIMATOR_ENDS)) or name == "sklearn.pipeline.Pipeline"
    if last in _KERAS_MODELS and ("keras" in parts or "tf_keras" in parts):
        return True
    if "applications" in parts and "keras" in parts:
        return last[:1].isupper()
    if root == "tensorflow" and "estimator" in parts:
        return last.endswith(("Estimator", "Classifier", "Regressor"))
    if last == "load" and len(parts) > 1:
        last = parts[-2]
    return last in SB3 and root in ("stable_baselines3", "sb3_contrib", "stable_baselines")


_MAY_BUILD = Remembered(
    lambda name: builds(name) or name.rpartition(".")[2] in _KERAS_MODELS or name.endswith("instantiate")
)


def defines_model(context: Context, words: list[str], node: Definition) -> bool:
    """A class of the repository's own that computes as a model does: ``forward`` or ``fit`` with ``predict``."""
    if not isinstance(node, ast.ClassDef):
        return False
    methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    return (
        {"forward", "backward"} <= methods
        or {"fit", "predict"} <= methods
        or ("parameters" in methods and not COMPUTES.isdisjoint(methods))
    )


def in_yaml(file: File) -> Iterator[Signal]:
    """Models and trainers that a ``_target_`` names."""
    if b"_target_" not in file.data:
        return
    found = list(keys(file.text, "YAML"))
    prefixes = {k.name.rpartition("_target_")[0] for k in found if k.name.endswith("_target_") and _is_trainer(k.value)}
    for key in found:
        if key.name.endswith("_target_") and builds(key.value):
            yield Signal(INIT, key.line, None, "", f"builds {key.value}")
        for prefix in prefixes:
            if key.name in (f"{prefix}accelerator", f"{prefix}devices") and key.value:
                yield Signal(DEVICE, key.line, None, "", f"sets {key.name} of the trainer")


def _is_trainer(target: str) -> bool:
    return target.endswith((".Trainer", "Fabric")) and target.partition(".")[0] in LIGHTNING


def places_model(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises a model."""
    return not isinstance(node, ast.ClassDef) and words[:1] != [] and words[0] in MAKES and words[-1] in MODEL_WORDS
