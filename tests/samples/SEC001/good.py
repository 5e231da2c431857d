"""Tokens that are not there."""

import os

from huggingface_hub import login
from openai import OpenAI

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
login(token="hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
login(token="@HF@")  # pragma: allowlist secret
