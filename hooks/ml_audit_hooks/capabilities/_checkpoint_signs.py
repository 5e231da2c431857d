"""Signs of checkpoints in code: calls, keywords and definitions of the frameworks."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities import _checkpoint_best, _checkpoint_code
from ml_audit_hooks.capabilities._checkpoint_best import BEST
from ml_audit_hooks.capabilities._checkpoint_code import OPTIMIZER, RESUME, WEIGHTS, is_state, spelled
from ml_audit_hooks.capabilities._train_names import last_name
from ml_audit_hooks.capabilities._train_predicates import is_optax_schedule
from ml_audit_hooks.capabilities._trainers import SB3
from ml_audit_hooks.capabilities.model import Calls, Defines, Keywords
from ml_audit_hooks.core.names import name_parts
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ml_audit_hooks.capabilities.model import Call, Definition
    from ml_audit_hooks.core.context import Context


_TEXT_THINGS = (
    "tokenizer",
    "processor",
    "config",
    "feature_extractor",
    "image_processor",
    "tok",
    "generation_config",
    "scaler",
    "card",
    "dataset",
)


def _of_model(context: Context, call: Call) -> bool:
    """``save_pretrained`` of a model, and not of its tokenizer or configuration."""
    if not isinstance(call.func, ast.Attribute):
        return True
    made = context.resolved(call.func.value)
    name = last_name(call.func.value).lower()
    return not any(thing in name for thing in _TEXT_THINGS) and not any(
        part in made for part in ("Tokenizer", "Processor", "Config", "FeatureExtractor")
    )


_KERAS_ROOTS = frozenset(("keras", "tensorflow"))
_MODEL_WORDS = frozenset(
    (
        "actor agent autoencoder booster bst classifier clf cnn critic decoder discriminator encoder gan generator "
        "learn learner lstm model models net network policy rnn unet vae"
    ).split()
)


def _is_model_save(context: Context, call: Call) -> bool:
    """``model.save(…)`` of Keras, Stable-Baselines3, fastai and the like."""
    if not isinstance(call.func, ast.Attribute):
        return False
    roots = (
        _KERAS_ROOTS
        | frozenset(SB3)
        | {"fastai", "gensim", "xgboost", "lightgbm", "catboost", "bigdl", "tianshou", "d3rlpy"}
    )
    words = spelled(context, call.func.value)
    if words & {
        "normalize",
        "normalizer",
        "env",
        "buffer",
        "replay",
        "tokenizer",
        "config",
        "history",
        "figure",
        "fig",
    }:
        return False
    return not context.roots.isdisjoint(roots) and bool(words & _MODEL_WORDS) and bool(call.args or call.keywords)


def _is_keras_save(context: Context, call: Call) -> bool:
    return _is_model_save(context, call) and not context.roots.isdisjoint(_KERAS_ROOTS)


def _is_sb3_save(context: Context, call: Call) -> bool:
    return _is_model_save(context, call) and not context.roots.isdisjoint(SB3)


def _is_weights_file(context: Context, call: Call) -> bool:
    """``np.savez`` and the like of parameters."""
    words = spelled(context, call)
    return bool(words & {"weights", "params", "parameters", "model", "checkpoint", "ckpt"})


def _is_keras(context: Context, call: Call) -> bool:
    name = context.dotted(call.func)
    return name.startswith(("keras.", "tensorflow.")) or not context.roots.isdisjoint(_KERAS_ROOTS)


def _saves_all(context: Context, call: Call) -> bool:
    """A Keras checkpoint callback that does not save the weights alone."""
    given = context.keywords(call).get("save_weights_only")
    return _is_keras(context, call) and not (given is not None and context.constant(given) is True)


def _is_engine(context: Context, call: Call) -> bool:
    return "deepspeed" in context.roots or (
        not context.roots.isdisjoint(("lightning", "pytorch_lightning"))
        and "trainer" in last_name(getattr(call.func, "value", call.func))
    )


def _is_deepspeed(context: Context, call: Call) -> bool:
    return "deepspeed" in context.roots


def _is_whole(context: Context, call: Call) -> bool:
    """A whole training state, and not the parameters taken out of it."""
    words = spelled(context, *call.args[:2])
    return bool(words & {"state", "opt", "optimizer"}) and not words & {"params", "variables"}


def _is_written_state(context: Context, call: Call) -> bool:
    """A whole training state that is taken apart to be written: by a function that saves, or in one that writes."""
    if not _is_whole(context, call):
        return False
    symbol = context.symbol(call)
    if {"save", "write", "dump", "checkpoint"} & set(name_parts(symbol.rpartition(".")[2])):
        return True
    written = ("to_bytes", "msgpack_serialize", "packb", "dump", "write_bytes", "save")
    return any(
        last_name(other.func) in written and context.symbol(other) == symbol
        for other in context.module.nodes.get(ast.Call, ())
        if isinstance(other, ast.Call)
    )


def _is_sb3_load(context: Context, call: Call) -> bool:
    """``PPO.load(path, env=env)``: an agent that is loaded with its environment can learn on."""
    given = context.keywords(call)
    words = set(name_parts(context.symbol(call).rpartition(".")[2])) | set(
        name_parts(context.file.path.rpartition("/")[2][:-3])
    )
    return (
        "env" in given
        and not context.roots.isdisjoint(SB3)
        and words.isdisjoint(("eval", "enjoy", "evaluate", "test", "record"))
    )


def _is_go_on(context: Context, call: Call) -> bool:
    """``resume_from_checkpoint=`` or ``ckpt_path=`` of a call that trains."""
    return last_name(call.func) in ("train", "fit", "Trainer", "_inner_training_loop") or last_name(call.func).endswith(
        "Trainer"
    )


def _is_fit(context: Context, call: Call) -> bool:
    return last_name(call.func) == "fit"


def _is_checkpoint_manager(context: Context, call: Call) -> bool:
    return "manager" in last_name(getattr(call.func, "value", call.func)).lower() or "Manager" in context.call_name(
        call
    )


def _is_saver(context: Context, parts: list[str], node: Definition) -> bool:
    return (
        isinstance(node, FUNCTION_TYPES)
        and bool(parts)
        and "save" in parts
        and not {"model", "checkpoint", "weights", "ckpt", "adapter", "adapters", "state"}.isdisjoint(parts)
    )


def _is_keeper_of(*words: str) -> Callable[[Context, list[str], Definition], bool]:
    """Functions whose names promise to save or load the state of one of `words`."""

    def promises(context: Context, parts: list[str], node: Definition) -> bool:
        saves = "state" in parts and not {"save", "load", "restore"}.isdisjoint(parts)
        return saves and isinstance(node, FUNCTION_TYPES) and not set(words).isdisjoint(parts)

    return promises


def _is_resumer(context: Context, parts: list[str], node: Definition) -> bool:
    text = "_".join(parts)
    return isinstance(node, FUNCTION_TYPES) and (
        (bool(parts) and parts[0] == "resume")
        or text in ("load_checkpoint", "restore_checkpoint", "load_ckpt", "_resume_checkpoint")
    )


def _is_best_keeper(context: Context, parts: list[str], node: Definition) -> bool:
    text = "_".join(parts)
    return isinstance(node, FUNCTION_TYPES) and (
        "best_model" in text or "best_checkpoint" in text or "cleanup_checkpoints" in text
    )


DETECTORS = (
    *_checkpoint_best.DETECTORS,
    *_checkpoint_code.DETECTORS,
    Calls(("torch.saved",), ("torch.save", "torch_xla.core.xla_model.save")),
    Calls(
        (WEIGHTS,),
        ("torch.save", "accelerate.*().save", "joblib.dump", "pickle.dump", "cloudpickle.dump"),
        test=is_state,
    ),
    Calls(
        (WEIGHTS,),
        ("torch.distributed.checkpoint.save", "torch.distributed.checkpoint.save_state_dict", "torch.jit.save"),
    ),
    Calls((WEIGHTS,), ("*.save_pretrained", "*.push_to_hub", "*.save_pretrained_merged"), test=_of_model),
    Calls(
        (WEIGHTS,),
        ("*.save_weights", "safetensors.*.save_file", "safetensors.*.save_model", "mlx.core.save_safetensors"),
    ),
    Calls((WEIGHTS,), ("numpy.savez", "numpy.savez_compressed", "mlx.core.savez", "numpy.save"), test=_is_weights_file),
    Calls(
        (WEIGHTS,), ("*Trainer().save_model", "trainer.save_model", "self.save_model"), needs=("transformers", "trl")
    ),
    Calls(
        (WEIGHTS,),
        ("*.save_model",),
        needs=("xgboost", "lightgbm", "catboost", "mlflow", "bentoml", "paddle", "sklearn"),
    ),
    Calls(
        (WEIGHTS,), ("mlflow.*.log_model", "mlflow.*.save_model", "bentoml.*.save_model", "tensorflow.saved_model.save")
    ),
    Calls((WEIGHTS,), ("*.save", "*.export"), test=_is_model_save),
    Calls((WEIGHTS, "optimizer.by_default"), ("*.save",), test=_is_sb3_save),
    Calls(("optimizer.by_default", "scheduler.by_default"), ("*.save",), test=_is_keras_save),
    Calls((WEIGHTS, "optimizer.by_default", "scheduler.by_default"), ("*.save_checkpoint",), test=_is_engine),
    Calls((WEIGHTS,), ("*.ModelCheckpoint",), test=_is_keras),
    Calls(
        ("optimizer.by_default", "scheduler.by_default"), ("*.ModelCheckpoint", "*.BackupAndRestore"), test=_saves_all
    ),
    Calls((WEIGHTS, "flax.saved", "best.by_default"), ("flax.training.checkpoints.save_checkpoint*",)),
    Calls(
        (WEIGHTS, "flax.saved"), ("flax.serialization.to_bytes", "flax.serialization.msgpack_serialize"), test=_is_whole
    ),
    Calls((WEIGHTS,), ("flax.serialization.to_bytes", "flax.serialization.msgpack_serialize")),
    Calls(("flax.saved",), ("flax.serialization.to_state_dict",), test=_is_written_state),
    Calls(("optax.schedule",), ("optax.*",), test=is_optax_schedule),
    Calls(
        (WEIGHTS, "flax.saved"),
        ("orbax.checkpoint.*().save", "orbax.checkpoint.*Checkpointer", "orbax.checkpoint.*Manager"),
    ),
    Calls(("flax.state",), ("*TrainState.create", "*.TrainState", "TrainState")),
    Calls((WEIGHTS,), ("tensorflow.train.Checkpoint", "tensorflow.train.CheckpointManager")),
    Calls((WEIGHTS,), ("tensorflow.train.Saver", "tensorflow.compat.v1.train.Saver")),
    Calls(
        (WEIGHTS,), ("fabric.save", "self.fabric.save", "lightning.*Fabric().save", "lightning_fabric.*Fabric().save")
    ),
    Calls(
        (RESUME,), ("fabric.load", "self.fabric.load", "lightning.*Fabric().load", "lightning_fabric.*Fabric().load")
    ),
    Keywords((OPTIMIZER,), ("optimizer", "opt", "opt_state"), ("tensorflow.train.Checkpoint",)),
    Calls(
        (WEIGHTS, OPTIMIZER, "scheduler.by_default", "rng.by_default"),
        ("accelerate.*().save_state", "*.save_state"),
        needs=("accelerate",),
    ),
    Calls((WEIGHTS, "optimizer.by_default", "best.by_default"), ("ultralytics.*().train",)),
    Calls((WEIGHTS,), ("stable_baselines3.common.callbacks.CheckpointCallback",)),
    Calls(("optimizer.by_default",), ("stable_baselines3.common.callbacks.CheckpointCallback",)),
    Defines(("place.save",), _is_saver, words=frozenset(("save",))),
    # going on
    Keywords((RESUME,), ("resume_from_checkpoint", "ckpt_path", "model_path"), test=_is_go_on),
    Keywords((RESUME,), ("initial_epoch",), test=_is_fit),
    Keywords((RESUME,), ("xgb_model", "init_model")),
    Keywords((RESUME,), ("resume",), ("ultralytics.*",)),
    Keywords((RESUME,), ("restore_path", "resume_from"), ("*Trainer", "*Tuner", "ray.*")),
    Calls((RESUME,), ("*.load",), test=_is_sb3_load, why="loads an agent with its environment"),
    Calls((RESUME,), ("*.load_state",), needs=("accelerate",)),
    Calls((RESUME,), ("*.load_checkpoint",), test=_is_deepspeed),
    Calls((RESUME,), ("*.BackupAndRestore",), test=_is_keras),
    Calls((RESUME,), ("flax.training.checkpoints.restore_checkpoint", "orbax.checkpoint.*().restore")),
    Calls(
        (RESUME,),
        ("tensorflow.train.*().restore", "tensorflow.train.*().restore_or_initialize", "ray.tune.Tuner.restore"),
    ),
    Defines(("place.optimizer",), _is_keeper_of("optimizer", "optim"), words=frozenset(("state",))),
    Defines(("place.scheduler",), _is_keeper_of("scheduler", "schedule"), words=frozenset(("state",))),
    Defines(("place.rng",), _is_keeper_of("rng", "random", "seed"), words=frozenset(("state",))),
    Defines(("place.resume",), _is_resumer, words=frozenset(("resume", "load", "restore"))),
    # the best, the last few
    Keywords(
        (BEST,),
        ("save_best_only", "restore_best_weights", "max_to_keep", "keep_n", "save_best", "best_model_save_path"),
    ),
    Keywords((BEST,), ("n_saved", "keep_checkpoints_num", "num_to_keep", "keep_last_n", "total_limit")),
    Calls((BEST,), ("flax.training.early_stopping.EarlyStopping", "tensorflow.train.CheckpointManager")),
    Defines(("place.best",), _is_best_keeper),
)
