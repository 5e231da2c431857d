"""Tokens in code."""

from huggingface_hub import login
from openai import OpenAI

client = OpenAI(api_key="@OPENAI@")  # expect: SEC001
login(token="@HF@")  # expect: SEC001
# HF_TOKEN=@HF@  # expect: SEC001
