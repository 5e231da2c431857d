"""Words about private keys."""


def is_key(text):
    return text.startswith("@BEGIN@") and "PUBLIC KEY" not in text
