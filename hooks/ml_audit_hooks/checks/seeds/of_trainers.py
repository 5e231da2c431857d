"""Trainers and environments: transformers and its kin, Lightning, PEFT, Stable-Baselines3, Gym."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import EVERYTHING, OPEN, TORCH, TRIO, Effect, given, has_rest, own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.seeds.effect import Arguments, Value

_NEW_HEADS = tuple(
    "ForAudioClassification ForImageClassification ForMultipleChoice ForQuestionAnswering ForSemanticSegmentation"
    " ForSequenceClassification ForTokenClassification".split()
)
_NO_MODELS = ("Config", "Extractor", "Processor", "Tokenizer")
_TUNED = ("best", "checkpoint", "ckpt", "finetuned", "fine_tuned", "judge", "output", "reward", "trained_model")
_ON_GPU = Effect("use", ("torch.cuda",), "drop")  # what a trainer's model draws there
_ON_CPU = (("c", "cpu"), ("c", "tpu"), ("c", "mps"))
_NO_GPUS = (None, ("c", 0), ("c", None), ("c", "0"))
_SB3 = frozenset("A2C ARS DDPG DQN MaskablePPO PPO QRDQN RecurrentPPO SAC TD3 TQC TRPO CrossQ".split())


def _is_tuned(value: Value | None) -> bool:
    """Whether what is loaded is called a model that was trained for its task: no head of it is new."""
    return value is not None and value[0] in "sp" and any(word in str(value[1]).lower() for word in _TUNED)


def of_trainer(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into transformers or a package with its kind of trainer."""
    if name.endswith("Trainer().train"):
        return [Effect("train"), Effect("gpu"), Effect("use", TORCH, "late")]
    if name.endswith(("Trainer().evaluate", "Trainer().predict")):
        return [Effect("eval")]
    if last.endswith("Trainer") and "()" not in name:
        return [Effect("seed", EVERYTHING, "", OPEN)]  # Trainer.__init__ calls set_seed(args.seed), 42 by default
    if last in ("from_pretrained", "from_config"):
        owner = name.split(".")[-2]
        if any(word in owner for word in _NO_MODELS):
            return []
        drops = Effect("use", ("torch.cuda",), "drop")  # most models of the hub have dropout
        if last == "from_config" or (owner.endswith(_NEW_HEADS) and not _is_tuned(given(arguments, 0))):
            return [Effect("use", ("torch",), "init"), drops]
        return [drops]
    return []


def of_peft(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into PEFT."""
    return [Effect("use", ("torch",), "init")] if last == "get_peft_model" else []


def of_lightning(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Lightning."""
    if name.endswith("Trainer.by_config().fit"):
        return [Effect("train"), Effect("gpu"), _ON_GPU]
    if name.endswith(("Trainer().fit", "Trainer.from_argparse_args().fit")):
        return [Effect("train")]
    if last in ("Trainer", "from_argparse_args") and "()" not in name:
        return [Effect("gpu")] if _may_use_gpu(name, last, arguments) else []
    if last in ("test", "validate", "predict") and "Trainer" in name and name.endswith(f"().{last}"):
        return [Effect("eval")]
    return []


def _may_use_gpu(name: str, last: str, arguments: Arguments) -> bool:
    """Whether a Lightning trainer may run on the GPU: from version 2, of the name ``lightning``, it does by default."""
    asked = [given(arguments, key) for key in ("accelerator", "gpus", "devices")]
    if asked[0] in _ON_CPU:
        return False
    if asked[0] is None and asked[1] in _NO_GPUS:
        open_ = last != "Trainer" or name.startswith("lightning.") or has_rest(arguments)
        return asked[1] is None and (open_ or asked[2] is not None)
    return True


def of_gym(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Gym."""
    if rest in ("make", "vector.make", "make_vec") or (rest.startswith("envs.") and last.endswith("Env")):
        return [Effect("use", ("env",), "weak")]
    return []


def of_bsuite(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into bsuite: each environment has a generator of its own."""
    if not rest.startswith("environments.") or "()" in rest or not last[:1].isupper() or last == "Environment":
        return []
    if any(key in arguments for key in (1, 2, 3)):  # the seed stands among the last
        return [Effect("use", ("env",), "own", OPEN)]
    return own(("env",), arguments, "seed", "mapping_seed")


def of_control(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into dm_control: a task has a generator of its own."""
    return own(("env",), arguments, "task_kwargs", 2) if rest in ("suite.load", "suite.build_environment") else []


def of_baselines(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Stable-Baselines3."""
    if last in _SB3 and "()" not in name:
        value = given(arguments, "seed")
        if value is None and has_rest(arguments):
            value = OPEN
        if value is not None:
            return [Effect("seed", (*TRIO, "env"), "", value), Effect("use", ("torch",), "init")]
        return [Effect("use", ("torch",), "init"), Effect("use", ("numpy",), "run")]
    if last in ("make_vec_env", "make_atari_env"):
        seed = given(arguments, "seed", 2) or (OPEN if has_rest(arguments) else None)
        return [Effect("use", ("env",), "weak"), *([Effect("seed", ("env",), "", seed)] if seed else [])]
    if last == "learn":
        return [Effect("train"), Effect("gpu"), _ON_GPU]
    return []
