"""What the name of a file says about how credentials stand in it."""

from __future__ import annotations

from ml_audit_hooks.engines.detect_secrets_surface import positions

_KNOWN = frozenset(
    ".dockercfg .esmtprc .fetchmailrc .git-credentials .htpasswd .msmtprc .netrc .npmrc .pgpass .pypirc _netrc"
    " config.json"
    " kaggle.json logins.json master.key pgpass.conf".split()
)
_CRYPT_SIGNS = (b"$2", b"$1$", b"$5$", b"$6$", b"$y$", b"$apr1$", b"$argon2")
_TEMPLATES = (".dist", ".example", ".sample", ".template", "example.", "sample.", "template.")
# Files whose keys hold strings without quotes, though no ending says so
_CONFIG_NAMES = frozenset("config credentials hub hosts".split())
_CONFIG_LANGUAGES = frozenset("Dockerfile Env INI Shell TOML XML YAML JSON Terraform".split())
_LOCK_ENDINGS = (
    *(".lock", ".dvc", ".lock.hcl", ".lock.json", "-lock.json", "-lock.yaml", "-lock.yml"),
    *(".md5", ".sha1", ".sha256", ".sum"),
)
_LOCK_NAMES = frozenset(
    ".secrets.baseline go.sum manifest npm-shrinkwrap.json package.resolved cartfile.resolved".split()
)


def is_lock(path: str) -> bool:
    """Whether a file of this name holds hashes: of packages, of data, of secrets that another scanner knows."""
    name = path.rpartition("/")[2].lower()
    if name in _LOCK_NAMES or name.endswith(_LOCK_ENDINGS) or "checksum" in name:
        return True
    return name.endswith(".txt") and "requirements" in name


def is_template(path: str) -> bool:
    """Whether a file is there to be copied and filled in."""
    name = path.rpartition("/")[2].lower()
    return any(word in name for word in _TEMPLATES)


def is_bare(path: str, language: str | None) -> bool:
    """Whether strings need no quotes in a file: configuration, shell, a dot file without an ending."""
    name = path.rpartition("/")[2].lower()
    if name in _CONFIG_NAMES or (name.startswith(".") and "." not in name[1:]):
        return True
    return language in _CONFIG_LANGUAGES or name.endswith((".properties", ".cnf", ".conf", ".tfvars", ".rc", ".php"))


def is_known(path: str) -> bool:
    """Whether a file of this name has a format of its own, see `formats`."""
    return path.rpartition("/")[2].lower() in _KNOWN


def has_hash(data: bytes) -> bool:
    """Whether a text can hold a hashed password."""
    if b"$" not in data:  # every form has one
        return False
    return b"pbkdf2_sha" in data or any(data.startswith(_CRYPT_SIGNS, at) for at in positions(data, b"$"))
