"""Not told: A download from the Hugging Face Hub that no revision pins."""

from transformers import AutoModel

model = AutoModel.from_pretrained(
    "org/net", trust_remote_code=True, revision="4d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0"
)
