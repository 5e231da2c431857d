"""What the detectors of training ask of a call or a definition before it counts."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities import _train_loops
from ml_audit_hooks.capabilities._settings import is_holder
from ml_audit_hooks.capabilities._train_names import last_name
from ml_audit_hooks.capabilities._trainers import LIGHTNING, SB3
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Signal
    from ml_audit_hooks.core.context import Context

LOOP = "training.train_loop"


def on(context: Context, call: Call) -> bool:
    """Not switched off by ``enabled=False``."""
    enabled = context.keywords(call).get("enabled")
    return enabled is None or context.is_on(enabled)


_PREPARING = frozenset(
    ("preprocessing", "feature_extraction", "feature_selection", "impute", "decomposition", "manifold", "compose")
)
_PREPARERS = frozenset(
    (
        "ax binarizer calibrator counter cv discretizer encoder featurizer gaussian imputer lb le mlb normalizer "
        "ohe pca preprocess preprocessor sc scaler scalers selector ss svd tfidf tok tokeniser tokenizer trainer "
        "transformer tsne umap vectoriser vectorizer"
    ).split()
)
_KERAS_FIT = frozenset(("epochs", "batch_size", "validation_data", "steps_per_epoch"))
_ESTIMATOR_ROOTS = frozenset(
    (
        "autogluon autokeras catboost cuml econml flaml hmmlearn imblearn keras lightgbm prophet pycaret "
        "pytorch_tabnet sklearn skorch sktime snapml statsmodels tensorflow tpot tslearn xgboost"
    ).split()
)


def is_estimator(context: Context, call: Call) -> bool:
    """``.fit(…)`` of something that learns, not of a scaler, an encoder or the like."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = call.func.value
    made = context.resolved(receiver)
    root, _, rest = made.partition(".")
    if made.endswith("()") and root in _ESTIMATOR_ROOTS:
        return root != "sklearn" or rest.partition(".")[0] not in _PREPARING
    if not call.args and not call.keywords:
        return False
    if not context.roots.isdisjoint(("keras", "tensorflow")) and not _KERAS_FIT.isdisjoint(context.keywords(call)):
        return True
    words = name_parts(last_name(receiver))
    return bool(words) and not _ESTIMATOR_ROOTS.isdisjoint(context.roots) and _PREPARERS.isdisjoint(words)


def is_lightning_fit(context: Context, call: Call) -> bool:
    given = context.keywords(call)
    known = {"datamodule", "train_dataloaders", "train_dataloader", "ckpt_path", "val_dataloaders"}
    if not isinstance(call.func, ast.Attribute):
        return False
    by_name = last_name(call.func.value) == "trainer" and not context.roots.isdisjoint(LIGHTNING)
    return by_name or not known.isdisjoint(given)


def is_learn(context: Context, call: Call) -> bool:
    return "total_timesteps" in context.keywords(call) or not context.roots.isdisjoint(SB3)


def is_hf_start(context: Context, call: Call) -> bool:
    return isinstance(call.func, ast.Attribute) and "trainer" in last_name(call.func.value).lower()


def is_training_step(context: Context, parts: list[str], node: Definition) -> bool:
    return (
        parts == ["training", "step"] and not context.roots.isdisjoint(LIGHTNING) and isinstance(node, FUNCTION_TYPES)
    )


def is_train_place(context: Context, parts: list[str], node: Definition) -> bool:
    return _train_loops.is_train_name(parts, node)


def is_clip_place(context: Context, parts: list[str], node: Definition) -> bool:
    return "clip" in parts and not {"grad", "grads", "gradient", "gradients"}.isdisjoint(parts)


def is_schedule_place(context: Context, parts: list[str], node: Definition) -> bool:
    words = set(parts)
    return bool(words & {"scheduler", "schedule"}) and bool(
        words & {"lr", "rate", "warmup", "cosine", "create", "get", "build"}
    )


def is_accumulation_place(context: Context, parts: list[str], node: Definition) -> bool:
    return bool({"accumulate", "accumulation"} & set(parts)) and bool(
        {"grad", "gradient", "gradients", "grads"} & set(parts)
    )


def is_precision_place(context: Context, parts: list[str], node: Definition) -> bool:
    text = "_".join(parts)
    return "mixed_precision" in text or ("amp_" in f"{text}_" and parts[0] == "amp")


def is_distributed_place(context: Context, parts: list[str], node: Definition) -> bool:
    words = set(parts)
    return bool(words & {"ddp", "fsdp", "distributed"}) and bool(words & {"setup", "init", "train", "wrap", "training"})


def is_real_policy(context: Context, call: Call) -> bool:
    """A Keras policy other than float32."""
    value = context.constant(context.argument(call, "policy", 0))
    return not (isinstance(value, str) and value in ("float32", "float64"))


def is_mixed(context: Context, call: Call) -> bool:
    value = context.keywords(call).get("mixed_precision")
    return value is not None and context.is_on(value)


def accumulates(context: Context, call: Call) -> bool:
    value = context.keywords(call).get("gradient_accumulation_steps")
    return value is not None and context.constant(value) not in (None, 1, 0)


def is_multi(context: Context, call: Call) -> bool:
    """Whether a Lightning trainer is told, or may be told, to use several devices."""
    given = context.keywords(call)
    for name in ("devices", "gpus", "num_nodes", "tpu_cores"):
        value = given.get(name)
        if value is None:
            continue
        if isinstance(value, (ast.List, ast.Tuple)):
            return len(value.elts) > 1
        known = context.constant(value)
        if known not in (None, 0, 1, "1", "auto") and isinstance(known, (int, str)):
            return True
    return False


_TYPE_OPTIONS = ("torch_dtype", "dtype", "param_dtype", "compute_dtype", "bnb_4bit_compute_dtype")


def _lowering(context: Context) -> list[ast.Call]:
    """The calls that may choose a type for what they make or are called on."""
    found = [*context.calls_of(frozenset(), frozenset(_TYPE_OPTIONS))]
    for name in ("to", "half", "bfloat16", ""):
        found += context.written.get(name, ())
    return found


def lowered(context: Context) -> Iterator[Signal]:
    """Models that are trained in a smaller type as a whole."""
    for node in _lowering(context):
        last = last_name(node.func)
        given = context.keywords(node)
        values = [given[k] for k in _TYPE_OPTIONS if k in given]
        functional = not context.roots.isdisjoint(("jax", "flax")) and not context.dotted(node.func).startswith("jax.")
        chosen = functional and last[:1].isupper() and any(_is_dtype_option(context, value) for value in values)
        if chosen and not any(_is_half(context, value) for value in values):
            yield context.signal("dtype.option", node, f"{last} in the type that a setting names")
        loads = functional or last in ("from_pretrained", "from_config", "BitsAndBytesConfig")
        receiver = getattr(node.func, "value", node.func)
        if last == "to" and "model" in last_name(receiver).lower():
            values, loads = [*values, *node.args], True
        if loads and any(_is_half(context, value) for value in values):
            yield context.signal("dtype.lowered", node, f"{last} in a 16-bit type")
        elif last in ("half", "bfloat16") and not node.args and "model" in last_name(receiver).lower():
            yield context.signal("dtype.lowered", node, f"model.{last}()")


_PRECISIONS = frozenset(("dtype", "precision", "half", "bf16", "fp16", "bfloat16", "amp"))


def _is_dtype_option(context: Context, node: ast.AST) -> bool:
    """Whether a value is taken from a setting for types: ``get_dtype(FLAGS.dtype)``, ``config["precision"]``."""
    stack = [node]
    if isinstance(node, ast.Name):
        stack += context.values.get((context.symbol(node), node.id), [])
    for value in stack:
        for read in (*context.inside(value, ast.Attribute), *context.inside(value, ast.Subscript)):
            key = read.attr if isinstance(read, ast.Attribute) else context.constant(read.slice)
            if isinstance(key, str) and is_holder(context, read) and not _PRECISIONS.isdisjoint(name_parts(key)):
                return True
    return False


def _is_half(context: Context, node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        several = context.values.get((context.symbol(node), node.id), [])
        if len(several) > 1:  # one type a branch
            return any(_is_half(context, value) for value in several if not isinstance(value, ast.Name))
        node = context.value_of(node) or node
    names = {n.attr for n in context.inside(node, ast.Attribute)}
    texts = {n.value for n in context.inside(node, ast.Constant)}
    return bool(names & {"bfloat16", "float16", "half"}) or bool(texts & {"bfloat16", "float16", "bf16", "fp16"})


_RUNNERS = frozenset(("run_sh_command", "run_command", "run_script"))


def programs(context: Context) -> Iterator[Signal]:
    """Programs that a test starts: ``subprocess.run("python train.py …")``."""
    if not context.in_test or (
        context.packages.isdisjoint(("os", "subprocess")) and context.calls.keys().isdisjoint(_RUNNERS)
    ):
        return
    for node in context.nodes(ast.Call):
        name = context.dotted(node.func)
        if name.startswith(("subprocess.", "os.system")) or name.rpartition(".")[2] in _RUNNERS:
            nodes: list[ast.AST] = [*node.args]
            for part in context.inside(node, ast.Name):
                value = context.value_of(part)
                nodes += [value] if value is not None else []
            texts = [t.value for n in nodes for t in context.inside(n, ast.Constant) if isinstance(t.value, str)]
            for word in " ".join(texts).split():
                if word.endswith(".py"):
                    yield context.signal(f"runs.program|{word.rpartition('/')[2]}", node, f"runs {word}")


_HANDED = {  # what a call takes as an argument: ``partial(torch.autocast, …)``, ``getattr(lr_scheduler, name)``
    "keras.optimizers.schedules": "training.lr_schedule",
    "tensorflow.keras.optimizers.schedules": "training.lr_schedule",
    "torch.amp.autocast": "training.precision",
    "torch.autocast": "training.precision",
    "torch.cuda.amp.autocast": "training.precision",
    "torch.nn.parallel.DistributedDataParallel": "training.distributed",
    "torch.optim.lr_scheduler": "training.lr_schedule",
}


def handed(context: Context) -> Iterator[Signal]:
    """Things that are handed to a call to be called there; schedules that Stable-Baselines3 gets as functions."""
    sb3 = not context.roots.isdisjoint(SB3)
    for node in context.nodes(ast.Call):
        if sb3 and "schedule" in name_parts(last_name(node.func)):
            yield context.signal("training.lr_schedule", node, "builds a schedule")
        if not node.args or context.dotted(node.func) in ("isinstance", "issubclass", "hasattr"):
            continue
        for argument in node.args:
            name = context.dotted(argument)
            if name in _HANDED:
                yield context.signal(_HANDED[name], node, f"hands over {name}")
            elif isinstance(argument, ast.Constant) and argument.value == "torch.optim.lr_scheduler":
                yield context.signal("training.lr_schedule", node, "imports torch.optim.lr_scheduler by its name")


SB3_CLIPPERS = ("A2C", "DQN", "MaskablePPO", "PPO", "RecurrentPPO")
CLIPPERS = ("clip_grad_norm_", "clip_grad_norm", "clip_grad_value_", "clip_gradients", "clip_grad_by_total_norm_")
SCHEDULES = (
    "torch.optim.lr_scheduler.*",
    "torch.optim.swa_utils.SWALR",
    "transformers.get_*",
    "transformers.optimization.get_*",
    "diffusers.optimization.get_*",
    "timm.scheduler.*",
    "tensorflow.keras.optimizers.schedules.*",
    "keras.optimizers.schedules.*",
    "tensorflow.train.exponential_decay",
    "tensorflow.compat.v1.train.exponential_decay",
    "ignite.handlers.*Scheduler",
)
SCHEDULE_CALLS = (
    "*.ReduceLROnPlateau",
    "*.LearningRateScheduler",
    "*.fit_one_cycle",
    "*.adjust_learning_rate",
    "adjust_learning_rate",
)


def is_schedule(context: Context, call: Call) -> bool:
    name = context.dotted(call.func)
    if name.startswith(("transformers.", "diffusers.")):
        return "schedule" in name.rpartition(".")[2]
    return name.rpartition(".")[2] not in ("_LRScheduler", "LRScheduler")


def is_optax_schedule(context: Context, call: Call) -> bool:
    last = context.dotted(call.func).rpartition(".")[2]
    return last != "constant_schedule" and (
        (last.endswith(("schedule", "decay", "schedules")) and "weight" not in last) or last == "inject_hyperparams"
    )


WRAPPERS = (
    "torch.nn.parallel.DistributedDataParallel",
    "torch.nn.parallel.distributed.DistributedDataParallel",
    "torch.distributed.init_process_group",
    "torch.distributed.fsdp.*",
    "torch.distributed._composable.fsdp.*",
    "torch.distributed.device_mesh.init_device_mesh",
    "apex.parallel.DistributedDataParallel",
    "deepspeed.initialize",
    "deepspeed.init_distributed",
    "deepspeed.init_inference",
    "accelerate.Accelerator",
    "accelerate.accelerator.Accelerator",
    "colossalai.launch*",
    "horovod.torch.*",
    "horovod.tensorflow.*",
    "horovod.tensorflow.keras.*",
    "horovod.keras.*",
    "tensorflow.distribute.*Strategy",
    "jax.pmap",
    "jax.distributed.initialize",
    "jax.sharding.Mesh",
    "jax.experimental.maps.Mesh",
    "jax.experimental.pjit.pjit",
    "jax.experimental.shard_map.shard_map",
    "jax.shard_map",
    "jax.make_mesh",
    "flax.jax_utils.replicate",
    "mlx.core.distributed.init",
    "mlx.nn.average_gradients",
    "ray.train.ScalingConfig",
    "ray.air.config.ScalingConfig",
    "ray.train.torch.TorchTrainer",
    "ray.train.torch.prepare_model",
    "torch.distributed.rpc.init_rpc",
    "dask.distributed.Client",
    "xgboost.dask.train",
    "xgboost.spark.*",
    "*.build_nccl_process_group",
)


def is_distribution(context: Context, call: Call) -> bool:
    name = context.dotted(call.func)
    if name.startswith("dask."):
        return "xgboost" in context.roots or "lightgbm" in context.roots
    return name.rpartition(".")[2] not in ("MixedPrecision", "CPUOffload", "init_inference", "StateDictType") and (
        not name.startswith("torch.distributed.") or not name.endswith(("Config", "get_rank", "Policy"))
    )
