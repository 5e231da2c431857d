"""Strings that are long and no secret."""

REVISION = "@WANDB@"
MODEL = "HuggingFaceTB/OpenR1-Math-220k-default-verified"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SHA1 = {"model.pt": "@WANDB@"}
