"""Models of hubs and registries."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import paths, tables, words
from ml_audit_hooks.checks.checkpointing.finder import LOAD, SAVE, argument
from ml_audit_hooks.checks.checkpointing.holding import receiver
from ml_audit_hooks.checks.checkpointing.scopes import spelled
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.checkpointing.finder import Calls, Row


def is_model_class(name: str) -> bool:
    """Whether a class is one of models: ``AutoModelForCausalLM``, ``UNet2DConditionModel``, ``DiffusionPipeline``."""
    if name.endswith(tables.NOT_MODELS):
        return False
    return name.startswith("Peft") or name.endswith("Pipeline") or any(part in name for part in tables.MODEL_PARTS)


def is_unsafe_hub(calls: Calls, call: ast.Call) -> bool:
    """Whether a model is loaded with the hub's code, or from pickles by choice."""
    given = calls.context.keywords(call)
    if "trust_remote_code" in given and calls.context.constant(given["trust_remote_code"]) is True:
        return True
    return any(
        name in given and calls.context.constant(given[name]) is False for name in ("use_safetensors", "weights_only")
    )


def hub(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Models of hubs: from_pretrained, save_pretrained, pipelines, MLflow."""
    func = call.func
    if name == "from_pretrained" and isinstance(func, ast.Attribute):
        owner = last_name(func.value) if not isinstance(func.value, ast.Call) else ""
        full = calls.context.dotted(func.value).rpartition(".")[2] or owner
        known = is_model_class(full) if full[:1].isupper() else _is_model_variable(calls, owner)
        if not known:
            return None
        tokens: tuple[str, ...] = ("weights",) if _only_state(calls, call) else tables.HUB
        return calls.row(call, LOAD, "hub", tokens, is_unsafe_hub(calls, call), (f"class:{full}",))
    if name in ("push_to_hub", "save_pretrained") and isinstance(func, ast.Attribute):
        if not _is_saved_model(calls, func.value, name):
            return None
        path = argument(call, 0, "save_directory", "repo_id")
        return calls.row(call, SAVE, "hub", tables.HUB, path=path, flags=paths.flags(calls.scopes, call, path))
    if name == "pipeline" and dotted.startswith("transformers."):
        return calls.row(call, LOAD, "hub", tables.HUB, is_unsafe_hub(calls, call))
    if name in ("SentenceTransformer", "CrossEncoder") and dotted.startswith("sentence_transformers."):
        if call.args and not any(k.arg == "modules" for k in call.keywords):
            return calls.row(call, LOAD, "hub", tables.HUB, is_unsafe_hub(calls, call))
        return None
    if name == "YOLO" and dotted.startswith("ultralytics."):
        path = argument(call, 0, "model")
        text = calls.context.constant(path)
        return None if isinstance(text, str) and not text.endswith(".pt") else calls.row(call, LOAD, "hub", tables.HUB)
    return _registry(calls, call, name, dotted)


def _is_saved_model(calls: Calls, node: ast.expr, method: str) -> bool:
    """Whether what is saved is a model: by its name or by what made it, and no tokenizer, template or data set."""
    owner, made = receiver(node), calls.origin(node)
    if owner in ("self", "super") or not words.is_model(owner) or words.word(owner) == "config":
        return False
    if any(part in made for part in (*tables.NOT_MODELS, "load_dataset")):
        return False
    classes = [part for part in made[:-2].split(".") if part[:1].isupper()]
    if words.word(owner) == "weights" or any(is_model_class(name) for name in classes):
        return not words.is_data(owner)
    last = made[:-2].rpartition(".")[2]
    if made and not classes:
        return "model" in words.parts(last) or last in ("merge_and_unload", "unload")
    return method == "save_pretrained" and not classes and not words.is_data(owner)


def _registry(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    """Loads by name: MLX, CLIP, Whisper, and MLflow's models."""
    if dotted in ("mlx_lm.load", "mlx_lm.utils.load", "mlx_vlm.load", "mlx_vlm.utils.load"):
        return calls.row(call, LOAD, "mlx_lm", ("weights",))
    if dotted in ("clip.load", "whisper.load_model", "open_clip.create_model_and_transforms", "open_clip.create_model"):
        if name.startswith("create"):
            given = argument(call, 1, "pretrained")
            if given is None or not calls.context.is_on(given):
                return None
        return calls.row(call, LOAD, "hub", ("weights",))
    if name in ("log_model", "save_model", "load_model") and _is_mlflow(calls, call, dotted):
        return calls.row(call, LOAD if name == "load_model" else SAVE, "mlflow", ("weights",))
    return None


def _is_mlflow(calls: Calls, call: ast.Call, dotted: str) -> bool:
    """Whether a call is one of MLflow's flavors, also of one that is chosen by name: ``getattr(mlflow, flavor)``."""
    if "mlflow" in dotted.split("."):
        return True
    func = call.func
    if "mlflow" not in calls.packages or not isinstance(func, ast.Attribute):
        return False
    return spelled(func.value) not in ("self", "cls") and last_name(func.value) in ("flavor", "module")


def _is_model_variable(calls: Calls, owner: str) -> bool:
    has = frozenset(words.parts(owner))
    return (
        bool(calls.packages & (tables.HF | {"diffusers"})) and bool(has & {"model", "models"}) and words.is_model(owner)
    )


def _only_state(calls: Calls, call: ast.Call) -> bool:
    """Whether nothing is done with a model but to read its state dict."""
    above = calls.scopes.parent(call)
    if isinstance(above, ast.Attribute):
        return above.attr == "state_dict"
    if "state_dict" not in calls.context.written:
        return False
    name = spelled(above.targets[0]) if isinstance(above, ast.Assign) else ""
    reads = calls.scopes.reads(name, calls.context.symbol(call)) if name else []
    around = [calls.scopes.parent(node) for node in reads]
    return bool(around) and all(isinstance(node, ast.Attribute) and node.attr == "state_dict" for node in around)
