"""How good a value is as a secret: random, good, weak, or none at all (a placeholder, a reference, a sentence)."""

from __future__ import annotations

import re
from math import log2

from ml_audit_hooks.checks.secret_scan.words import is_wordy as is_wordy

RANDOM, GOOD, WEAK, NONE = "random", "good", "weak", "none"

# A value that stands for one: {x}, <x>, ${x}, $X, %(x)s, %X%, {{ x }}, [x], $(x), #{x}
_TEMPLATE = re.compile(
    r"^(?:\{.*\}|<.*>|\[.*\]|\$\{?\w.*|\$\(.*|%\(?\w+\)?[sd%]?|#\{.*|@\w+@?|\(.*\)|!\w+ .*|ENC\[.*|vault:.*"
    r"|.*\{\{.*|.*\$\{.*)$",
    re.DOTALL,
)
# Words, rows of digits or letters, and repeated characters by which a value says that it is made up
_FILLER = re.compile(
    r"(?i)your|y0ur|example|placeholder|change[-_"
    r" ]?(?:me|this|it)|replace|insert|redacted|removed|hidden|dummy|fake|mock"
    r"|sample|todo|tbd|xxx|\*\*\*|\.\.\.|…|<[^>]*>|not[-_ ]?(?:set|used|needed|required|real|a[-_])|n/a|unused|none"
    r"|null|undefined|(?:secret|key|token|password|value)[-_ ]?here|enter[-_ ]|put[-_ ]|my[-_"
    r" ]?(?:key|token|pass|secret|api)"
    r"|(?:sk|key|api|token)[-_]?(?:xx|1234)|0123456789|1234567890|abcdefgh|deadbeef|(.)\1{5}"
)
_DOUBLE = re.compile(r"(?i)^(?:test|dummy|fake|mock|sample|foo|bar|baz|abc|demo|example|stub|unit|local|default)")
# A reference in place of a value: a dotted or bracketed name, a call, a path, an address without credentials
_REFERENCE = re.compile(
    r"^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?:\(.*\)|\[.*\])?|[A-Za-z_][\w.]*[(\[].*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
    r"|(?:id|name|type|src|path|key|env|file|from)=.*|(?:\.{0,2}|~)?/[\w./~*-]*|[\w.-]+/[\w./-]*\.\w{1,5}"
    r"|[a-z][a-z0-9+.-]*://[^\s@]*|[\w-]+\.(?:json|ya?ml|txt|pem|key|env|cfg|ini|toml|crt|md))$"
)
_PROSE = re.compile(r"^[A-Za-z][a-z']*(?:[ ,;:.!?-]+[A-Za-z('`\"][\w'`\")]*)+[.!?:]*$")
_WORDS = frozenset(
    "a access account admin administrator and api app auth authorization base basic bearer bot client code"
    " common config"
    " credential credentials data database db default demo dev development disabled dont encryption for global good"
    " grafana guest hardcoded here hf hub huggingface id in is jwt key keys local localhost login long master"
    " minio mlflow"
    " mongo my mysql name new not of old only openai or pass passphrase passwd password passwords per please postgres"
    " private prod production pwd qwerty random redis root sa secret secrets secure server service session share"
    " signing"
    " simple some staging string strong super test testing tests the this to token tokens user username value very"
    " wandb weak webhook welcome word yes".split()
)
_HASH = re.compile(r"(?:sha1|sha256|argon2|bcrypt):|\$(?:[156]|2[abxy]|y|apr1|argon2\w*)\$|pbkdf2_")  # of a password
_ENDING = re.compile(r"(?:123\d*|[01]|20\d\d)?!*$")  # what people put behind a word
_ODD = re.compile(r"[A-Z].*\d|\d.*[A-Z]|[^\w\s.-]|\d{2}")
_NOTHING = frozenset("empty false no none null ollama optional required str string true yes".split())
_KINDS = (str.islower, str.isupper, str.isdigit)


def entropy(value: str) -> float:
    """Bits a character."""
    size = len(value)
    return -sum(n / size * log2(n / size) for n in map(value.count, set(value))) if size else 0.0


def is_filler(value: str) -> bool:
    """Whether a token is made up: a placeholder, a row of letters or digits, one character repeated."""
    return bool(_FILLER.search(value)) or len(set(value)) < min(8, len(value) // 2)


def is_sequence(value: str) -> bool:
    """Whether a string is an alphabet or a keyboard row: most characters follow the one before."""
    steps = sum(1 for a, b in zip(value, value[1:], strict=False) if ord(b) - ord(a) in (0, 1, -1))
    return steps * 2 >= len(value)


def is_reference(value: str) -> bool:
    """Whether a value names a place where the secret is, or is prose about it."""
    value = value.strip()
    return bool(_TEMPLATE.match(value) or _REFERENCE.match(value) or (" " in value and _PROSE.match(value)))


def strength(value: str, name: str = "") -> str:
    """How good `value` is as the secret that `name` promises."""
    value = value.strip()
    inside = _decoded(value)
    return _strength(inside if inside else value, name)


def _decoded(value: str) -> str:
    """The text that a value is the base64 of, as in the secrets of a cluster; "" where it is none."""
    if len(value) < 8 or len(value) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", value):
        return ""
    from binascii import a2b_base64

    data = a2b_base64(value)
    text = data.decode("ascii", "ignore")
    return text if len(text) == len(data) and text.isprintable() else ""


def _strength(value: str, name: str) -> str:
    if "\n" in value:
        return NONE
    if (
        len(value) < 3
        or (" " in value and len(value) < 32)
        or is_reference(value)
        or not re.search(r"[A-Za-z0-9]", value)
    ):
        return NONE
    if value.lower() in _NOTHING:
        return NONE
    if _FILLER.search(value) or len(set(value)) < 3:
        return NONE
    if _HASH.match(value) or is_named(value, name):
        return WEAK
    words = [w for w in re.split(r"[\W_\d]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", value).lower()) if w]
    if all(word in _WORDS for word in words) or _DOUBLE.match(value):
        return WEAK
    if " " in value and value.count(" ") * 6 >= len(value):
        return WEAK
    kinds = sum(any(map(kind, value)) for kind in _KINDS) + bool(re.search(r"[^A-Za-z0-9\s_-]", value))
    if len(value) >= 16 and kinds >= 2 and entropy(value) >= 3.0 and not is_wordy(value):
        return RANDOM
    if len(value) >= 8 and kinds >= 2 and re.search(r"\d|[^A-Za-z0-9\s_.-]", value):
        return WEAK if is_wordy(value) and not _ODD.search(_ENDING.sub("", value)) else GOOD
    return WEAK


def is_named(value: str, name: str) -> bool:
    """Whether a value is its own name again, as in an enumeration."""
    return bool(name) and re.sub(r"\W|_", "", value).lower() == re.sub(r"\W|_", "", name).lower()
