"""What a name says of its value: that it is a password, that it is a token, or that it only speaks of one."""

from __future__ import annotations

import re

from ml_audit_hooks.checks.secret_scan.words import is_wordy

_OWNERS = (
    "access account ai anthropic api app auth azure bearer bot client cohere comet deploy enc encryption gh git"
    " github gitlab hf hub hugging_face huggingface id jupyter jwt kaggle license logged_in master neptune nonce"
    " oauth openai personal pinecone priv private pypi read refresh registry secret secure_auth security service"
    " session shared sign signing slack storage subscription telegram user wandb webhook write"
)
# Words by which a name is of a field, a place, a time, a rule or a public part of a secret
_ABOUT_ANYWHERE = (
    "check detect hardcoded issue leak rotat scan public pub_?key field prompt label regex pattern policy _env"
    " changed expir updated created count enabled required"
    " strength min_ max_ valid error message help hint title format manager service_name status"
    " _key_?(?:name|path|file|type)"
)
_ABOUT_AT_END = "file filename hash key_?id length len name path state text type url _?users?"
_PASS = "admin db ftp mail root smtp sql user"


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_PASSWORD = re.compile(
    f"(?i)(?:(?:^|_){_any(_PASS)}?pass|{_any(_PASS)}pass|passwd|password|passphrase|pwd|passwrd|pswd)$"
    "|passwd|password|passphrase|secret(?:_?key)?(?:_?base)?$|secret_?(?:access_?)?key|(?:client|app)_?secret|secret_?token"
)
_TOKEN = re.compile(
    f"(?i)(?:^|[_a-z]){_any(_OWNERS)}[_-]?(?:access[_-]?)?(?:key|token)$|^{_any(_OWNERS)}[_-]?(?:key|token)$|^token$"
    "|_auth_?token$|^_?auth$|_auth$|_salt$|credentials?$|^encrypted_?(?:password|username)$|_(?:pat|jwt|dsn)$|authorization$"
)
_ABOUT = re.compile(f"(?i){_any(_ABOUT_ANYWHERE)}|{_any(_ABOUT_AT_END)}$")
_NAMED = re.compile("(?i)pass|pwd|secret|token|key|auth|salt|cred|jwt|dsn|_pat")
# Of a workflow or a cluster: the value is the name of a secret that is kept there
_REFERRING = re.compile("^(?:[a-z]+[-.])*secrets?$|secretName$")


def grade(name: str) -> str:
    """``password``: any value is one; ``token``: only a random value is one; "": neither."""
    name = _spelled(name)
    if not _NAMED.search(name) or _ABOUT.search(name):
        return ""
    if _PASSWORD.search(name):
        return "password"
    return "token" if _TOKEN.search(name) else ""


def is_about(name: str) -> bool:
    """Whether a name is of something about secrets: a field, a path, a time, a public key."""
    return bool(_ABOUT.search(_spelled(name)))


def is_referring(name: str, value: str) -> bool:
    """Whether a value names a secret that is kept elsewhere."""
    return bool(_REFERRING.search(name)) and is_wordy(value)


def shown(name: str) -> str:
    """A name for a message; a long or odd one could itself be the secret."""
    name = name.rpartition(".")[2].lstrip("-$")
    return name if len(name) <= 40 and not re.search(r"\d{4}", name) else "a secret name"


def _spelled(name: str) -> str:
    name = name.rpartition(".")[2].strip("$\"'")
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_")
