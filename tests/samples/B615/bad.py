"""Told: A download from the Hugging Face Hub that no revision pins."""

from transformers import AutoModel

model = AutoModel.from_pretrained("org/net", trust_remote_code=True)  # expect: B615
