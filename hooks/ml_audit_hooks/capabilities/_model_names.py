"""The names that models bear."""

from __future__ import annotations

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.core.names import name_parts

MODEL_WORDS = frozenset(
    "model net network policy classifier regressor estimator generator discriminator actor critic agent unet vae"
    " encoder decoder backbone transformer llm gpt netg netd clf pipe pipeline mlp cnn module lm qnetwork".split()
)
SB3 = frozenset("A2C ACKTR ARS DDPG DQN GAIL HER MaskablePPO PPO PPO2 QRDQN RecurrentPPO SAC TD3 TQC TRPO".split())
MAKES = frozenset(("build", "create", "get", "init", "instantiate", "load", "make", "restore"))
COMPUTES = frozenset(("forward", "__call__", "call"))


def is_model_name(name: str) -> bool:
    return _KNOWN[name]


_KNOWN = Remembered(lambda name: not MODEL_WORDS.isdisjoint(name_parts(name)[-1:]))
