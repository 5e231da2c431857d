"""Names that say secret, and values that are none."""

import os

import wandb

wandb.login(key=os.environ["WANDB_API_KEY"])
API_KEY = "api_key"
secret_name = "production-database-2"
password_hint = "the name of your first 2 pets"
tokenizer_token = "<|endoftext|>"
