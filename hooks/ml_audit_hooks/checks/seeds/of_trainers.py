"""Trainers and environments: transformers and its kin, Lightning, PEFT, Stable-Baselines3, Gym."""

from __future__ import annotations

from ml_audit_hooks.checks.seeds.effect import EVERYTHING, OPEN, TORCH, TRIO, Effect, given, has_rest

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
    if name.endswith("Trainer().fit"):
        return [Effect("train"), Effect("gpu"), _ON_GPU]
    if name.endswith(("Trainer().test", "Trainer().validate", "Trainer().predict")):
        return [Effect("eval")]
    return []


def of_gym(name: str, rest: str, last: str, arguments: Arguments) -> list[Effect]:
    """The effects of a call into Gym."""
    if rest in ("make", "vector.make", "make_vec") or (rest.startswith("envs.") and last.endswith("Env")):
        return [Effect("use", ("env",), "weak")]
    return []


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
