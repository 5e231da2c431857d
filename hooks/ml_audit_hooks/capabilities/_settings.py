"""The words by which settings of a run, objects that hold them and held-out data are known."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ml_audit_hooks.core.context import Context

ML_PACKAGES = frozenset(
    "accelerate catboost d3rlpy datasets deepspeed evaluate fastai flax gym gymnasium haiku jax keras "
    "lightgbm lightning"
    " mlx mxnet numpy optax paddle peft pytorch_lightning ray sentence_transformers sklearn stable_baselines3"
    " tensorflow timm torch torchmetrics torchvision transformers trl xgboost".split()
)
_TRAINING_WORDS = frozenset(
    "epochs iters iterations lr momentum optimizer patience scheduler timesteps warmup lrs nepochs".split()
)
_TRAINING_PAIRS = frozenset(
    "batch_size learning_rate weight_decay max_steps num_steps train_steps total_steps grad_clip max_iter "
    "gradient_steps"
    " eval_interval save_interval log_interval accumulation_steps num_rounds n_epochs num_epochs "
    "max_epochs n_estimators"
    " max_depth steps_per num_train clip_norm".split()
)
_RUN_WORDS = frozenset(
    "accelerator ckpt checkpoint data dataset datasets device devices dir directory env epoch experiment file folder"
    " gamma input model output path paths precision resume root seed split uri workers num_workers".split()
)
_PLACE_WORDS = frozenset(
    "ckpt checkpoint dataset datasets device devices dir directory file folder path paths seed workers".split()
)
_HOLDERS = frozenset(
    "arg args arguments cfg conf config configs configuration flags hparam hparams hps hyperparameters"
    " hyperparams opt options opts parameters params settings".split()
)
CONFIG_WORDS = _HOLDERS | frozenset(("hyper", "hyperparameter", "hyperparam", "cfgs"))
_WHOSE = frozenset("data eval exp experiment main model my run script self train trainer training".split())
_HELD_OUT = frozenset(
    "val valid validation test eval evaluation dev heldout holdout evaluate validate testing valset testset evalset"
    " devset validloader testloader valloader evalloader devloader testdata valdata testds valds xval "
    "xtest yval ytest xdev ydev xte yte xvalid yvalid".split()
)


def is_training_setting(name: str) -> bool:
    """Whether a name is that of a setting which only a training run has: ``learning_rate``, ``max_epochs``."""
    parts = name_parts(name.replace("-", "_"))
    joint = "_".join(parts)
    return not _TRAINING_WORDS.isdisjoint(parts) or any(pair in joint for pair in _TRAINING_PAIRS)


def is_run_setting(name: str) -> bool:
    """Whether a name is that of a setting of a run, paths and devices included; the model's shape is none."""
    return is_training_setting(name) or not _RUN_WORDS.isdisjoint(name_parts(name.replace("-", "_")))


def is_place_setting(name: str) -> bool:
    """Whether a name is that of a training setting or of a place, device or seed: what no model's shape has."""
    parts = set(name_parts(name))
    return is_training_setting(name) or not parts.isdisjoint(_PLACE_WORDS)


def is_config_name(name: str) -> bool:
    """Whether a name says that it holds settings: ``TrainConfig``, ``cfg_path``."""
    return _CONFIG_NAMES[name]


_CONFIG_NAMES = Remembered(lambda name: not CONFIG_WORDS.isdisjoint(words(name)))


def words(name: str) -> list[str]:
    """The lower-case words of any spelling: ``test.Loader-x2`` gives test, loader, x2."""
    for char in () if name.isidentifier() else ".-/ :":
        name = name.replace(char, "_")
    return name_parts(name)


def is_holder(context: Context, node: ast.AST) -> bool:
    """Whether an expression reads a setting off an object that holds them: ``args.lr``, ``self.config["lr"]``."""
    base = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
    if isinstance(base, ast.Attribute):
        return _HOLDS[base.attr] and context.dotted(base) != ""
    return isinstance(base, ast.Name) and _HOLDS[context.dotted(base).rpartition(".")[2]]


def _holds(name: str) -> bool:
    said = set(words(name))
    return bool(said & _HOLDERS) and said <= _HOLDERS | _WHOSE


_HOLDS = Remembered(_holds)


def is_held_out(names: Iterable[str]) -> bool:
    """Whether one of several names speaks of held-out data or of evaluation."""
    return any(_HELD_OUT_NAMES[name] for name in names)


_HELD_OUT_NAMES = Remembered(lambda name: not _HELD_OUT.isdisjoint(words(name)))


def spelled(context: Context, node: ast.AST) -> Iterator[str]:
    """The names, attributes and short strings below a node."""
    for below in context.inside(node, ast.AST):
        if isinstance(below, ast.Name):
            yield below.id
        elif isinstance(below, ast.Attribute):
            yield below.attr
        elif isinstance(below, ast.Constant) and isinstance(below.value, str) and len(below.value) < 30:
            yield below.value


def packages(context: Context) -> frozenset[str]:
    """The packages that a module imports, in use or not; "" for the repository's own by a relative import."""
    return context.packages


def is_model_code(context: Context, node: ast.AST) -> bool:
    """Whether a node stands in a model's class, whose config is the model's shape."""
    outer = context.symbol(node).partition(".")[0]
    owner = owners(context).get(outer)
    if not isinstance(owner, ast.ClassDef):
        return False
    return any(last(context, base) in ("Layer", "LightningModule", "Model", "Module") for base in owner.bases)


def owners(context: Context) -> dict[str, ast.AST]:
    """The functions and classes of a module by symbol, the module itself as ``<module>``."""
    return context.owners


def last(context: Context, node: ast.AST) -> str:
    """The last part of what is called or read: ``evaluate`` of ``self.trainer.evaluate``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
