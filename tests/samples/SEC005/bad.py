"""Keys without a prefix of their own."""

import cohere
import wandb

wandb.login(key="@WANDB@")  # expect: SEC005
co = cohere.Client(api_key="@COHERE@")  # expect: SEC005
db_password = "@PASSWORD@"  # expect: SEC005
