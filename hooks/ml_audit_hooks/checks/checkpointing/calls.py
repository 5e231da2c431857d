"""The lines of a module that save or load model or training state."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.checkpointing import paths, tables, words
from ml_audit_hooks.checks.checkpointing.facts import LIGHTNING, site
from ml_audit_hooks.checks.checkpointing.holding import Holding, receiver
from ml_audit_hooks.checks.checkpointing.flowing import Flow
from ml_audit_hooks.checks.checkpointing.scopes import Scopes, spelled
from ml_audit_hooks.core.called import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Row: TypeAlias = tuple[Any, ...]

_SAVE, _LOAD = "save", "load"
_LIGHTNING = frozenset(("lightning", "pytorch_lightning", "lightning_fabric", "hydra"))
_KERAS = frozenset(("keras", "tensorflow", "tf_keras", "segmentation_models"))
_SB3 = frozenset(("sb3_contrib", "stable_baselines", "stable_baselines3"))
_GBM = frozenset(("catboost", "lightgbm", "xgboost"))


class Calls:
    """The sites of one module."""

    def __init__(self, scopes: Scopes, holding: Holding, flow: Flow, packages: frozenset[str]) -> None:
        """`packages`: those that the file imports anywhere."""
        self.scopes, self.holding, self.flow = scopes, holding, flow
        self.context = scopes.context
        self.packages = packages

    def sites(self) -> Iterator[Row]:
        """The sites, in no order."""
        written = self.context.calls
        for name in written.keys() & tables.NAMES:
            for call in written[name]:
                dotted = self.context.dotted(call.func)
                for find in (_torch, _pickled, _arrays, _hub, _methods, _trainers, _frameworks):
                    row = find(self, call, name, dotted)
                    if row is not None:
                        yield row
                        break
            if name == "train":
                yield from self._resumes(written[name])
        if self.packages & tables.VISION or "keras" in self.packages or "tensorflow" in self.packages:
            yield from self._pretrained()

    # -- shared -----------------------------------------------------------------------------------------------------

    def row(
        self,
        call: ast.expr,
        what: str,
        api: str,
        tokens: frozenset[str] | tuple[str, ...],
        unsafe: bool = False,
        flags: tuple[str, ...] = (),
        path: ast.expr | None = None,
    ) -> Row:
        """The site at a call."""
        atomic = what == _SAVE and paths.is_renamed(self.scopes, call, path)
        symbol, cell = self.context.symbol(call), self.context.module.cell
        return site(call.lineno, call.col_offset + 1, cell, symbol, what, api, tuple(tokens), unsafe, atomic, flags)

    def saved(self, call: ast.Call, api: str, value: ast.expr | None, path: ast.expr | None) -> Row | None:
        """The site of a save of `value`; None for what is data by its name and path."""
        tokens = self.holding.of(value, last_name(value))
        if not tokens - _references(tokens) and self.is_data(call, value, path):
            return None
        flags = [*paths.flags(self.scopes, call, path), *(("dict",) if self.is_dictionary(value) else ())]
        return self.row(call, _SAVE, api, tokens or frozenset(("weights",)), flags=tuple(flags), path=path)

    def is_dictionary(self, value: ast.expr | None, depth: int = 0) -> bool:
        """Whether a saved value is a dictionary built here or handed in."""
        if isinstance(value, (ast.Dict, ast.DictComp)):
            return True
        if depth > 3:
            return False
        if isinstance(value, ast.Call):
            return last_name(value.func) in ("dict", "OrderedDict") or self._builds(value, depth)
        if isinstance(value, ast.Starred):
            return True
        name = spelled(value)
        if not name or value is None:
            return False
        symbol = self.context.symbol(value)
        assigned = [v for _, v in self.scopes.values(name, symbol)]
        if any(self.is_dictionary(v, depth + 1) for v in assigned if not isinstance(v, (ast.Name, ast.Attribute))):
            return True
        return bool(self.scopes.parameter(name, symbol)) and not assigned

    def _builds(self, call: ast.Call, depth: int) -> bool:
        """Whether an own function returns a dictionary, or a record of the repository's own is made."""
        name = last_name(call.func)
        if {"model_state", "state_dict"} & {k.arg for k in call.keywords} or name == "asdict":
            return True
        for function in self.scopes.functions.values():
            if function.name == name:
                for item in self.context.inside(function, ast.Return):
                    if self.is_dictionary(item.value, depth + 1):
                        return True
        return False

    def is_data(self, call: ast.Call, value: ast.expr | None, path: ast.expr | None) -> bool:
        """Whether names and paths speak of data and of nothing that is fitted."""
        texts = [last_name(value), *paths.texts(self.scopes, path)]
        if any(words.is_estimator(text) for text in texts if text):
            return False
        if any(words.is_data(text) for text in texts if text):
            return True
        own = self.context.symbol(call).rpartition(".")[2]
        return words.is_data(own) and not words.is_estimator(own)

    def loaded(self, call: ast.Call, api: str, unsafe: bool, path: ast.expr | None) -> Row:
        """The site of a load whose value is followed."""
        tokens = self.flow.uses(call)
        above = self.scopes.parent(call)
        if isinstance(above, ast.Attribute) and above.attr in ("numpy", "shape", "size", "tolist", "unsqueeze"):
            return self.row(call, _LOAD, api, tokens, unsafe, ("data",))
        texts = [*paths.texts(self.scopes, path), *self._targets(call)]
        flags = []
        if not any(":" not in token for token in tokens):
            tokens |= {word for word in map(words.word, texts) if word in ("optimizer", "scheduler", "rng")}
        if any(words.is_data(text) for text in texts) and not any(words.is_estimator(text) for text in texts):
            flags.append("data")
        return self.row(call, _LOAD, api, tokens, unsafe, tuple(flags))

    def _targets(self, call: ast.expr) -> list[str]:
        above = self.scopes.parent(call)
        if isinstance(above, ast.Assign):
            found = [last_name(t) for t in above.targets if not isinstance(t, (ast.Tuple, ast.List))]
            some = [e for t in above.targets if isinstance(t, (ast.Tuple, ast.List)) for e in t.elts]
            return [*found, *(last_name(e) for e in some)]
        if isinstance(above, (ast.Return, ast.Attribute)):
            return [self.context.symbol(call).rpartition(".")[2]]
        return []

    def origin(self, node: ast.expr) -> str:
        """The name of the call that made an object, or how it is annotated; "" where neither is known."""
        name = self.context.resolved(node)
        return name if name.endswith("()") else ""

    # -- calls that say it all by their arguments ---------------------------------------------------------------------

    def _resumes(self, calls: list[ast.Call]) -> Iterator[Row]:
        """``trainer.train(resume_from_checkpoint=…)``: a load beside the save."""
        for call in calls:
            given = self.context.argument(call, "resume_from_checkpoint", 0)
            if given is not None and self.context.is_on(given) and _is_trainer(self, call):
                yield self.row(call, _LOAD, "trainer", tables.FULL)

    def _pretrained(self) -> Iterator[Row]:
        """Architectures of torchvision, timm and Keras made with weights."""
        seen: set[int] = set()
        for option in ("pretrained", "weights", "pretrained_backbone", "encoder_weights"):
            for call in self.context.options.get(option, ()):
                dotted = self.context.dotted(call.func)
                known = dotted.startswith(("timm.", "torchvision.models", "pretrainedmodels."))
                keras = ".applications." in dotted and "keras" in dotted
                given = self.context.keywords(call).get(option)
                if (known or keras) and id(call) not in seen and given is not None and self.context.is_on(given):
                    seen.add(id(call))
                    yield self.row(call, _LOAD, "pretrained", ("weights",))


def _references(tokens: frozenset[str]) -> frozenset[str]:
    return frozenset(t for t in tokens if ":" in t)


def _argument(call: ast.Call, position: int, *names: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    return call.args[position] if 0 <= position < len(call.args) else None


# -- torch ------------------------------------------------------------------------------------------------------------


def is_weights_only(calls: Calls, call: ast.Call) -> bool:
    """Whether a load asks for weights only."""
    given = calls.context.keywords(call).get("weights_only")
    return given is not None and calls.context.constant(given) is True


def _torch(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    if dotted in ("torch.save", "torch.jit.save", "paddle.save"):
        value, path = _argument(call, 0, "obj", "m"), _argument(call, 1, "f", "path")
        return calls.saved(call, "torch", value, path)
    if dotted in ("torch.load", "torch.jit.load", "paddle.load"):
        unsafe = dotted == "torch.load" and not is_weights_only(calls, call)
        return calls.loaded(call, "torch", unsafe, _argument(call, 0, "f"))
    if name in ("save", "save_state_dict", "async_save", "load", "load_state_dict") and _is_dcp(dotted):
        value = _argument(call, 0, "state_dict")
        what = _LOAD if name.startswith("load") else _SAVE
        tokens = calls.holding.of(value, last_name(value)) or frozenset(("weights",))
        return calls.row(call, what, "dcp", tokens)
    if dotted.startswith("torch.hub.load"):
        return calls.row(call, _LOAD, "hub", ("weights",))
    func = call.func
    if isinstance(func, ast.Attribute) and name in ("save", "load"):
        owner = words.parts(last_name(func.value))
        if "fabric" in owner:
            value, path = _argument(call, 1, "state"), _argument(call, 0, "path")
            if name == "save":
                return calls.saved(call, "fabric", value, path)
            if value is not None:
                return calls.row(call, _LOAD, "fabric", calls.holding.of(value) or frozenset(("weights",)))
            return calls.loaded(call, "fabric", False, path)
        if "accelerator" in owner and name == "save":
            return calls.saved(call, "accelerate", _argument(call, 0, "obj"), _argument(call, 1, "f"))
    if dotted in ("torch_xla.core.xla_model.save", "xm.save", "torch.package.PackageImporter"):
        return calls.saved(call, "torch", _argument(call, 0, "data"), _argument(call, 1, "file_or_path"))
    return None


def _is_dcp(dotted: str) -> bool:
    return dotted.startswith(("torch.distributed.checkpoint.", "dcp.", "dist_cp."))


# -- pickle and joblib ------------------------------------------------------------------------------------------------


def _pickled(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    package = dotted.partition(".")[0]
    package = "joblib" if ".joblib." in dotted else package
    if package not in tables.PICKLES or name not in ("dump", "load", "dumps", "loads"):
        return None
    if name in ("dump", "dumps"):
        value, target = _argument(call, 0, "obj", "value"), _argument(call, 1, "file", "filename")
        tokens = calls.holding.of(value, last_name(value))
        texts = [last_name(value), *paths.texts(calls.scopes, target)]
        if name == "dumps" or not _is_fitted(calls, call, value, texts, tokens, package):
            return None
        kept = tokens - {"metric", "rng", "scaler"} if tokens & {"weights"} else tokens & {"optimizer", "step"}
        return calls.row(call, _SAVE, "pickle", kept | {"weights"} | _references(tokens), path=target)
    if name == "loads":
        return None
    source = _argument(call, 0, "file", "filename")
    texts = [*paths.texts(calls.scopes, source), *calls._targets(call)]
    row = calls.loaded(call, "pickle", True, source)
    uses = frozenset(row[6])
    if "scaler" in uses:  # of scikit-learn
        row = (*row[:6], tuple(sorted(uses - {"scaler"} | {"weights"})), *row[7:])
    fitted = any(words.is_estimator(text) for text in texts)
    own = words.is_estimator(calls.context.symbol(call).rpartition(".")[2])
    data = any(words.is_data(text) for text in texts)
    if not fitted and (data or not own) and not ("weights" in uses and not data):
        return None if package != "joblib" or data else row
    return row


def _is_fitted(
    calls: Calls, call: ast.Call, value: ast.expr | None, texts: list[str], tokens: frozenset[str], package: str
) -> bool:
    """Whether what is pickled is an estimator or training state."""
    if value is not None:
        made = calls.context.resolved(value)
        if made.startswith(("sklearn.", "xgboost.", "lightgbm.", "catboost.")) and made.endswith("()"):
            last = made[:-2].rpartition(".")[2]
            return last[:1].isupper() and not made.startswith(("sklearn.datasets", "sklearn.model_selection.train"))
    if value is not None and words.is_data(last_name(value)) and not words.is_estimator(last_name(value)):
        return False
    if any(words.is_estimator(text) for text in texts):
        return True
    own = calls.context.symbol(call).rpartition(".")[2]
    if any(words.is_data(text) for text in texts):
        return False
    return words.is_estimator(own) or package == "joblib" or {"weights", "optimizer"} <= tokens


# -- arrays -----------------------------------------------------------------------------------------------------------


def _arrays(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    package = dotted.partition(".")[0]
    if name in ("savez", "savez_compressed", "save_safetensors", "save_gguf", "save") and package in (
        "numpy",
        "mlx",
        "jax",
    ):
        path = _argument(call, 0, "file")
        values = [k.value for k in call.keywords if k.arg is None] + call.args[1:]
        named = [k for k in call.keywords if k.arg]
        texts = [*paths.texts(calls.scopes, path), *(last_name(v) for v in values), *(k.arg or "" for k in named)]
        named_data = any(words.is_data(last_name(v)) for v in values) and not any(
            words.is_estimator(last_name(v)) for v in values
        )
        if package == "numpy" and (named_data or not any(_is_array_state(text) for text in texts)):
            return None
        if (
            package != "numpy"
            and name in ("save", "savez")
            and calls.is_data(call, values[0] if values else None, path)
        ):
            return None
        tokens = frozenset().union(*(calls.holding.of(v, last_name(v)) for v in values)) if values else frozenset()
        return calls.row(call, _SAVE, "array", (tokens & words.TRAINING) | {"weights"}, path=path)
    if name == "load" and dotted in ("numpy.load", "mlx.core.load", "jax.numpy.load"):
        path = _argument(call, 0, "file")
        texts = [*paths.texts(calls.scopes, path), *calls._targets(call)]
        if not any(_is_array_state(text) for text in texts) or any(words.is_data(t) for t in calls._targets(call)):
            return None
        unsafe = "allow_pickle" in calls.context.keywords(call) and calls.context.is_on(
            calls.context.keywords(call)["allow_pickle"]
        )
        return calls.row(call, _LOAD, "array", ("weights",), unsafe)
    if dotted.startswith("safetensors."):
        return _safetensors(calls, call, name)
    return None


def _is_array_state(text: str) -> bool:
    has = frozenset(words.parts(text))
    return bool(
        has & {"weights", "weight", "params", "model", "checkpoint", "ckpt", "adapter", "adapters", "parameters"}
    )


def _safetensors(calls: Calls, call: ast.Call, name: str) -> Row | None:
    if name in ("save_file", "save_model"):
        value, path = _argument(call, 0, "tensors", "tensor_dict", "model"), _argument(call, 1, "filename")
        return calls.saved(call, "safetensors", value, path)
    if name in ("load_file", "load_model", "safe_open"):
        path = _argument(call, 1 if name == "load_model" else 0, "filename")
        return (
            calls.row(call, _LOAD, "safetensors", ("weights",))
            if name != "load_file"
            else calls.loaded(call, "safetensors", False, path)
        )
    return None


# -- hubs ---------------------------------------------------------------------------------------------------------------


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


def _hub(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func = call.func
    if name == "from_pretrained" and isinstance(func, ast.Attribute):
        owner = last_name(func.value) if not isinstance(func.value, ast.Call) else ""
        full = calls.context.dotted(func.value).rpartition(".")[2] or owner
        known = is_model_class(full) if full[:1].isupper() else _is_model_variable(calls, owner)
        if not known:
            return None
        tokens: tuple[str, ...] = ("weights",) if _only_state(calls, call) else tables.HUB
        return calls.row(call, _LOAD, "hub", tokens, is_unsafe_hub(calls, call), (f"class:{full}",))
    if name == "save_pretrained" and isinstance(func, ast.Attribute):
        owner = receiver(func.value)
        made = calls.origin(func.value)
        if owner in ("self", "super") or not words.is_model(owner) or words.word(owner) == "config":
            return None
        if any(part in made for part in ("Tokenizer", "Processor", "Config", "Extractor")):
            return None
        path = _argument(call, 0, "save_directory")
        return calls.row(call, _SAVE, "hub", tables.HUB, path=path, flags=paths.flags(calls.scopes, call, path))
    if name == "pipeline" and dotted.startswith("transformers."):
        return calls.row(call, _LOAD, "hub", tables.HUB, is_unsafe_hub(calls, call))
    if name in ("SentenceTransformer", "CrossEncoder") and dotted.startswith("sentence_transformers."):
        if call.args and not any(k.arg == "modules" for k in call.keywords):
            return calls.row(call, _LOAD, "hub", tables.HUB, is_unsafe_hub(calls, call))
        return None
    if name == "YOLO" and dotted.startswith("ultralytics."):
        path = _argument(call, 0, "model")
        text = calls.context.constant(path)
        return None if isinstance(text, str) and not text.endswith(".pt") else calls.row(call, _LOAD, "hub", tables.HUB)
    if dotted in ("mlx_lm.load", "mlx_lm.utils.load", "mlx_vlm.load", "mlx_vlm.utils.load"):
        return calls.row(call, _LOAD, "mlx_lm", ("weights",))
    if dotted in ("clip.load", "whisper.load_model", "open_clip.create_model_and_transforms", "open_clip.create_model"):
        if name.startswith("create"):
            given = _argument(call, 1, "pretrained")
            if given is None or not calls.context.is_on(given):
                return None
        return calls.row(call, _LOAD, "hub", ("weights",))
    if name in ("log_model", "save_model", "load_model") and "mlflow" in dotted.split("."):
        return calls.row(call, _LOAD if name == "load_model" else _SAVE, "mlflow", ("weights",))
    return None


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
    name = spelled(above.targets[0]) if isinstance(above, ast.Assign) else ""
    reads = calls.scopes.reads(name, calls.context.symbol(call)) if name else []
    around = [calls.scopes.parent(node) for node in reads]
    return bool(around) and all(isinstance(node, ast.Attribute) and node.attr == "state_dict" for node in around)


# -- methods of models --------------------------------------------------------------------------------------------------


def _methods(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    owner, packages = receiver(func.value), calls.packages
    if isinstance(func.value, ast.Call) and not func.value.args:
        owner = last_name(func.value.func) or owner  # `model.get_env().save(path)` saves the environment
    own = isinstance(func.value, ast.Name) and func.value.id in ("self", "cls")
    own = own or (isinstance(func.value, ast.Call) and last_name(func.value.func) == "super")
    if name in ("save_weights", "load_weights") and not own:
        if not packages & (_KERAS | {"mlx", "mlx_lm"}) and words.word(owner) != "weights" and "model" not in owner:
            return None
        path = _argument(call, 0, "filepath", "file")
        if name == "load_weights" and isinstance(path, (ast.List, ast.ListComp, ast.GeneratorExp)):
            return None  # from memory: an inference engine is given new weights
        what = _SAVE if name == "save_weights" else _LOAD
        return calls.row(call, what, "weights", ("weights",), path=path)
    if name in ("save_state", "load_state") and "accelerator" in words.parts(owner):
        return calls.row(call, _SAVE if name == "save_state" else _LOAD, "accelerate", tables.STATE)
    if name == "save_model" and "accelerator" in words.parts(owner):
        return calls.row(call, _SAVE, "accelerate", ("weights",))
    if name in ("save_checkpoint", "load_checkpoint") and not own:
        if "trainer" in words.parts(owner) and packages & _LIGHTNING:
            return calls.row(call, _SAVE, "lightning", LIGHTNING)
        if _is_deepspeed(calls, func.value, owner):
            extra = calls.holding.of(_argument(call, 2, "client_state"))
            what = _SAVE if name.startswith("save") else _LOAD
            return calls.row(call, what, "deepspeed", frozenset(tables.DEEPSPEED) | extra)
    if name in ("save", "load") and packages & _SB3 and not own:
        return _stable_baselines(calls, call, name, func, owner)
    if name in ("save_model", "load_model") and packages & _GBM and not own and words.is_estimator(owner):
        return calls.row(call, _SAVE if name == "save_model" else _LOAD, "booster", ("weights",))
    if (
        name in ("save", "load", "export")
        and "fastai" in packages
        and frozenset(words.parts(owner)) & {"learn", "learner"}
    ):
        tokens = ("weights",) if name == "export" else ("weights", "optimizer")
        return calls.row(call, _LOAD if name == "load" else _SAVE, "fastai", tokens)
    if (
        name == "save"
        and packages & _KERAS
        and not own
        and not dotted.startswith(("tensorflow", "keras", "torch", "numpy"))
    ):
        return _keras_save(calls, call, func, owner)
    return None


def _is_deepspeed(calls: Calls, node: ast.expr, owner: str) -> bool:
    has = frozenset(words.parts(owner))
    return "deepspeed" in calls.packages and bool(has & {"engine", "model"})


def _stable_baselines(calls: Calls, call: ast.Call, name: str, func: ast.Attribute, owner: str) -> Row | None:
    if name == "load":
        full = calls.context.dotted(func.value)
        known = full.partition(".")[0] in _SB3 and full.rpartition(".")[2] != "VecNormalize"
        known = known or bool(frozenset(words.parts(last_name(func.value))) & {"algo", "algos"})
        return calls.row(call, _LOAD, "sb3", tables.SB3) if known else None
    if words.word(owner) != "weights" or "env" in words.parts(owner):
        return None
    path = _argument(call, 0, "path")
    return calls.row(call, _SAVE, "sb3", tables.SB3, path=path)


def _keras_save(calls: Calls, call: ast.Call, func: ast.Attribute, owner: str) -> Row | None:
    made = calls.origin(func.value)
    path = _argument(call, 0, "filepath")
    if "Checkpoint" in made:
        return _tensorflow(calls, call, _SAVE)
    known = words.word(owner) == "weights" or ("keras" in made and "Model" in made)
    if not known or made.startswith(("PIL", "matplotlib")) or words.is_data(owner):
        return None
    only = calls.context.keywords(call).get("include_optimizer")
    tokens = ("weights", "config") if only is not None and not calls.context.is_on(only) else tables.KERAS
    return calls.row(call, _SAVE, "keras", tokens, path=path)


# -- trainers -----------------------------------------------------------------------------------------------------------


def _is_trainer(calls: Calls, call: ast.Call) -> bool:
    """Whether ``….train()`` is that of a trainer of transformers or of what is built on it."""
    func = call.func
    if not isinstance(func, ast.Attribute) or not calls.packages & tables.HF:
        return False
    made = calls.origin(func.value)
    if made:
        return made[:-2].rpartition(".")[2].endswith("rainer")
    return "trainer" in words.parts(last_name(func.value))


def _trainers(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    if name == "train" and _is_trainer(calls, call):
        strategy = [
            calls.context.constant(k.value)
            for c in calls.context.options.get("save_strategy", ())
            for k in c.keywords
            if k.arg == "save_strategy"
        ]
        return None if "no" in strategy else calls.row(call, _SAVE, "trainer", (*tables.FULL, "config"))
    if name in ("save_state", "save_model") and _is_trainer(calls, call):
        tokens = ("step", "epoch", "metric") if name == "save_state" else tables.HUB
        return calls.row(call, _SAVE, "trainer", tokens)
    if name in ("fit", "test", "validate", "predict") and calls.packages & _LIGHTNING:
        given = calls.context.keywords(call).get("ckpt_path")
        if given is None or not calls.context.is_on(given):
            return None
        safe = is_weights_only(calls, call)
        tokens = (*LIGHTNING, "metric") if name == "fit" else ("weights",)
        return calls.row(call, _LOAD, "lightning", tokens, not safe)
    if name == "load_from_checkpoint":
        if isinstance(func.value, ast.Name) and func.value.id == "super":
            return None
        return calls.row(call, _LOAD, "lightning", ("weights", "config"), not is_weights_only(calls, call))
    return None


# -- callbacks, TensorFlow, JAX -----------------------------------------------------------------------------------------


def _frameworks(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    if name == "ModelCheckpoint":
        return _callback(calls, call, dotted)
    if name == "CheckpointCallback" and calls.packages & _SB3:
        return calls.row(call, _SAVE, "sb3", tables.SB3)
    if name in ("load_model", "save_model") and ("keras" in dotted or (calls.packages & _KERAS and dotted == name)):
        if dotted.startswith("."):
            return None
        what = _LOAD if name == "load_model" else _SAVE
        given = calls.context.keywords(call)
        bare = "compile" in given and not calls.context.is_on(given["compile"])
        unsafe = "safe_mode" in given and not calls.context.is_on(given["safe_mode"])
        return calls.row(call, what, "keras", ("weights", "config") if bare else tables.KERAS, unsafe)
    if dotted in ("tensorflow.saved_model.save", "tensorflow.saved_model.load"):
        return calls.row(call, _SAVE if name == "save" else _LOAD, "keras", ("weights", "config"))
    if name in ("restore", "read", "save", "write", "restore_or_initialize") and "tensorflow" in calls.packages:
        func = call.func
        if isinstance(func, ast.Attribute):
            made = calls.origin(func.value)
            if made.endswith(("Checkpoint()", "CheckpointManager()", "Saver()")) and "orbax" not in made:
                return _tensorflow(calls, call, _SAVE if name in ("save", "write") else _LOAD)
    row = _jax(calls, call, name, dotted)
    if row is None and name in tables.PLAIN:
        packages, what, api, held = tables.PLAIN[name]
        if not calls.packages.isdisjoint(packages):
            value = _argument(call, 1, "pytree", "like")
            return calls.row(call, what, api, held or calls.holding.of(value) or ("weights",))
    return row


def _callback(calls: Calls, call: ast.Call, dotted: str) -> Row | None:
    given = calls.context.keywords(call)
    only = "save_weights_only" in given and calls.context.is_on(given["save_weights_only"])
    if "keras" in dotted or not calls.packages & _LIGHTNING:
        if not calls.packages & _KERAS:
            return None
        return calls.row(call, _SAVE, "keras", ("weights",) if only else tables.KERAS)
    monitor = "monitor" in given and calls.context.is_on(given["monitor"])
    flags: tuple[str, ...] = () if only else ("lightning",)
    top = calls.context.constant(given.get("save_top_k"))
    if isinstance(top, int) and not isinstance(top, bool) and top > 1 and not monitor:
        flags = (*flags, "top")
    tokens: tuple[str, ...] = ("weights",) if only else (*LIGHTNING, *(("metric",) if monitor else ()))
    return calls.row(call, _SAVE, "lightning", tokens, flags=flags)


def _tensorflow(calls: Calls, call: ast.Call, what: str) -> Row:
    """The words of the keywords with which a ``tf.train.Checkpoint`` was made."""
    found: set[str] = set()
    for made in calls.context.calls.get("Checkpoint", ()):
        for keyword in made.keywords:
            if keyword.arg:
                found |= calls.holding.entry(keyword.arg, keyword.value, 0, 1 << 30)
    return calls.row(call, what, "tensorflow", frozenset(found) or frozenset(("weights",)))


def _jax(calls: Calls, call: ast.Call, name: str, dotted: str) -> Row | None:
    func, packages = call.func, calls.packages
    if name in ("save_checkpoint", "restore_checkpoint") and ("checkpoints" in dotted or "flax" in dotted):
        target = _argument(call, 1, "target")
        tokens = calls.holding.of(target, last_name(target))
        what = _SAVE if name.startswith("save") else _LOAD
        return calls.row(call, what, "flax", tokens or ("weights", "optimizer", "step"))
    if name in ("to_bytes", "msgpack_serialize", "from_bytes", "msgpack_restore") and "flax" in packages:
        what = _SAVE if name in ("to_bytes", "msgpack_serialize") else _LOAD
        value = _argument(call, 0, "target")
        return calls.row(call, what, "flax", calls.holding.of(value, last_name(value)) or ("weights",))
    if name in ("save", "restore") and "orbax" in packages and isinstance(func, ast.Attribute):
        owner = frozenset(words.parts(receiver(func.value)))
        if owner & {"checkpointer", "manager", "ckptr", "mngr", "checkpoint", "ckpt", "mgr"}:
            value = _argument(call, 1, "args", "item", "items", "state", "target")
            tokens = calls.holding.of(value, last_name(value))
            return calls.row(call, _SAVE if name == "save" else _LOAD, "orbax", tokens or ("weights",))
    return None
