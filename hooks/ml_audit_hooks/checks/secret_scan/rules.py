"""The pages of the SEC codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-secrets"
_REVOKE = """Whoever can read the repository can use it, and so can whoever gets a clone, a fork or a build log years
from now: a later commit that deletes the line leaves it in the history. The value is shown nowhere, only its type, its
place and a keyed fingerprint. **Revoke it first**, then take it out."""
_ALLOWED = """`# pragma: allowlist secret` on the line, `# pragma: allowlist nextline secret` above it,
`# gitleaks:allow`, and `# audit: ignore[{code}] reason`."""
_MOVED = "A secret that only moves, also into another file, is not new; pasted a second time it is."
_SCANNER = "The plug-ins of detect-secrets 1.5 (https://github.com/Yelp/detect-secrets) and rules of this project"


def _page(title: str, why: str, bad: str, good: str, silent: str, source: str) -> str:
    return f"""{title}

## Why it matters
{why}

## Bad
{bad}

## Good
{good}

## What stays silent
{silent}

## Source
{source}
"""


RULES = (
    Rule(
        "SEC001",
        _NAME,
        "error",
        "token",
        _page(
            "A token or key that is known by its shape, as those of OpenAI, Hugging Face, AWS and GitHub are.",
            _REVOKE,
            '```python\nclient = OpenAI(api_key="sk-proj-…")\nlogin(token="hf_…")\n```',
            '```python\nclient = OpenAI()  # reads OPENAI_API_KEY\nlogin(token=os.environ["HF_TOKEN"])\n```',
            "What is made up (`hf_xxxx`, the keys of AWS's own documentation), longer or shorter than the vendor"
            f" makes them, or a part of a longer string. {_ALLOWED.format(code='SEC001')} {_MOVED}",
            f"The vendors' documentation of prefix, alphabet and length. {_SCANNER}.",
        ),
    ),
    Rule(
        "SEC002",
        _NAME,
        "error",
        "private-key",
        _page(
            "A private key with its body: PEM, OpenSSH, PGP, PuTTY, a service account's JSON.",
            f"It signs in, decrypts or signs in somebody's name. {_REVOKE}",
            "```text\n-----BEGIN … PRIVATE KEY-----\nMIIE…\n```",
            "Keep it in the deployment's secret store and mount it; in the repository stands its path.",
            "A header without a key behind it: code and documents about keys. Public keys and certificates."
            f" {_ALLOWED.format(code='SEC002')}",
            "RFC 7468 (textual encodings of keys); RFC 4880, section 6.2; the PuTTY manual, appendix C.",
        ),
    ),
    Rule(
        "SEC003",
        _NAME,
        "error",
        "address",
        _page(
            "An address that carries its own credential: a password, a signature, a webhook or a Jupyter token.",
            f"Addresses are copied into tickets, logs and shell histories, with what is in them. {_REVOKE}",
            "```yaml\nuri: mongodb+srv://reader:<a real password>@cluster0.example.net/runs\n```",
            "```yaml\nuri: ${oc.env:MONGO_URI}\n```",
            "`user:password@host`, variables, a password that is the user's name again. What looks weak or belongs to"
            f" `localhost` is SEC006. {_ALLOWED.format(code='SEC003')}",
            "RFC 3986, section 3.2.1: passwords in clear text in addresses are deprecated; the documentation of Azure"
            " Storage on service shared access signatures, and of Jupyter Server on security.",
        ),
    ),
    Rule(
        "SEC004",
        _NAME,
        "error",
        "format",
        _page(
            "A file whose only use is to hold credentials, such as .netrc, .pgpass, .npmrc or kaggle.json.",
            f"It belongs into a home folder and came in with `git add .`. {_REVOKE}",
            "```text\nmachine api.wandb.ai login user password <40 digits>\n```",
            "Add the name to `.gitignore`; give the values by the environment or the platform's secret store.",
            f"Values that are variables or asterisks. {_ALLOWED.format(code='SEC004')}",
            "The manuals of netrc(5), libpq (The Password File), npm (npmrc), docker login, the Kaggle API, Rails.",
        ),
    ),
    Rule(
        "SEC005",
        _NAME,
        "error",
        "named",
        _page(
            "A name that says secret is given a value that looks like one.",
            f"Keys of services without a prefix of their own look like this: Weights & Biases, Cohere, Comet,"
            f" Azure. {_REVOKE}",
            '```python\nwandb.login(key="<40 hexadecimal digits>")\nCOMET_API_KEY = "<25 letters and digits>"\n```',
            "```python\nwandb.login()  # reads WANDB_API_KEY or ~/.netrc\n```",
            "Placeholders, references (`settings.SECRET`, `${SECRET}`, `SECRET_NAME`), prose, paths, the name"
            " again, names of fields"
            " and of public keys; in test code all but random values. A value that is only words or short is SEC006."
            f" {_ALLOWED.format(code='SEC005')} {_MOVED}",
            f"CWE-798, use of hard-coded credentials. {_SCANNER}.",
        ),
    ),
    Rule(
        "SEC006",
        _NAME,
        "warning",
        "weak",
        _page(
            "A name that says secret is given a weak value, or a password stands as a hash.",
            "A default such as `postgres` in a compose file is no secret, but it is what production runs with"
            " when nobody sets"
            " another; a hash can be guessed without the server noticing. It is reported and fails a commit only"
            " with `--strict`.",
            "```yaml\nenvironment:\n  POSTGRES_PASSWORD: postgres\n```",
            "```yaml\nenvironment:\n  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}\n```",
            f"As SEC005; everything in test and vendored code and in templates (`.env.example`)."
            f" {_ALLOWED.format(code='SEC006')}",
            "CWE-1392, use of default credentials; CWE-798; crypt(5).",
        ),
    ),
    Rule(
        "SEC007",
        _NAME,
        "warning",
        "random",
        _page(
            "A quoted string looks random.",
            "It may be a key of a kind that no rule knows. It may as well be an id, so it is reported and fails"
            " a commit only with"
            " `--strict`.",
            '```python\nheaders = {"X-Access": "<40 random letters and digits>"}\n```',
            '```python\nheaders = {"X-Access": os.environ["GATEWAY_ACCESS"]}\n```',
            "Hashes in lock files and behind names such as `sha256`, `commit` and `checksum`, git's object ids,"
            " ids of cells and"
            " kernels, images, alphabets, words, links; everything in test and vendored code and in templates"
            " (`.env.example`)."
            f" {_ALLOWED.format(code='SEC007')}",
            "The entropy plug-ins of detect-secrets 1.5, with their limits: 4.5 bits a character in base64, 3.0"
            " in hexadecimal.",
        ),
    ),
)
