"""Values of names that say secret, in code and in configuration."""

from __future__ import annotations

from base64 import b64encode

import pytest

from ml_audit_hooks.checks.secret_scan import grades, quality
from tests.checks.secret_scan.support import COHERE, HEX, PASSWORD, codes, kinds, made

SILENT = {
    "a call": "password = get_password('database')",
    "a concatenation": 'password = "admin_" + str(uuid4())',
    "a constant's name": 'API_KEY = "OPENAI_API_KEY"',
    "a field": '"passwordField": "login_password_1"',
    "a file": 'secret_file = "secrets/production_2.json"',
    "a label": 'password_label = "Enter 1 password"',
    "a path": 'private_key_path = "/etc/ssl/private/server1.key"',
    "a placeholder": 'api_key = "your-api-key-1"',
    "a public key": f'public_key = "{COHERE}"',
    "a reference": "password = settings.PASSWORD",
    "a sentence": 'secret = "Use 2 environment variables instead of this"',
    "a special token": 'pad_token = "<|endoftext|>"',
    "a template": 'password = "${DB_PASSWORD1}"',
    "an environment variable": 'api_key = os.environ["API_KEY"]',
    "an f-string": 'token = f"{prefix}-{run}"',
    "its own name": 'API_KEY = "api_key"',
    "none": 'password = "None"',
    "of a model": 'tokenizer_name = "gpt2-large-v2-final"',
    "one character": 'password = "********"',
}
CONFIG_SILENT = {
    "a cluster's secret": ("k8s/a.yaml", "secretName: reader-tls"),
    "a variable": (".env", "DB_PASSWORD=${DB_PASSWORD}"),
    "a workflow's secrets": ("ci.yml", "secrets: inherit"),
    "empty": (".env", "DB_PASSWORD="),
    "template": (".env", "DB_PASSWORD=<password>"),
}


@pytest.mark.parametrize("line", SILENT.values(), ids=SILENT.keys())
def test_what_is_no_secret_in_code_is_silent(line: str) -> None:
    assert codes(line) == []


@pytest.mark.parametrize(("path", "line"), CONFIG_SILENT.values(), ids=CONFIG_SILENT.keys())
def test_what_is_no_secret_in_configuration_is_silent(path: str, line: str) -> None:
    assert codes(line, path) == []


@pytest.mark.parametrize(
    ("path", "line", "kind"),
    [
        ("a.py", 'db_password = "{}"', "SEC005 value of db_password"),
        ("a.py", "config['SECRET_KEY'] = '{}'", "SEC005 value of SECRET_KEY"),
        ("a.py", 'x = os.getenv("DB_PASSWORD", "{}")', "SEC005 value of DB_PASSWORD"),
        ("a.py", 'password: str = "{}"', "SEC005 value of password"),
        ("a.js", "const clientSecret = '{}'", "SEC005 value of clientSecret"),
        ("a.php", "define('DB_PASSWORD', '{}');", "SEC005 value of DB_PASSWORD"),
        (".env", "DB_PASSWORD={}", "SEC005 value of DB_PASSWORD"),
        ("Dockerfile", "ENV DB_PASSWORD={}", "SEC005 value of DB_PASSWORD"),
        ("compose.yaml", "  POSTGRES_PASSWORD: {}", "SEC005 value of POSTGRES_PASSWORD"),
        ("a.json", '{{"password" : "{}"}}', "SEC005 value of password"),
        ("a.xml", "<Password>{}</Password>", "SEC005 value of Password"),
        ("a.toml", 'passphrase = "{}"', "SEC005 value of passphrase"),
        ("run.sh", "mysql --password={} db", "SEC005 value of password"),
    ],
)
def test_a_good_value_fails_whatever_the_language(path: str, line: str, kind: str) -> None:
    value = PASSWORD.replace("&", "%2") if path.endswith(".xml") else PASSWORD
    assert kinds(line.format(value), path) == [kind]


@pytest.mark.parametrize("value", ["postgres", "admin123", "secure_password", "test-api-key", "letmein"])
def test_a_weak_value_is_only_reported(value: str) -> None:
    assert [code for _, code in codes(f"POSTGRES_PASSWORD: {value}", "compose.yaml")] == ["SEC006"]


def test_a_double_in_test_code_is_silent_and_a_random_value_is_not() -> None:
    assert codes(f'password = "{PASSWORD}"', "tests/test_login.py") == []
    assert codes(f'api_key = "{COHERE}"', "tests/test_login.py") == [(1, "SEC005")]


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("password", "password"),
        ("userPassword", "password"),
        ("secret_key_base", "password"),
        ("aws_secret_access_key", "password"),
        ("hf_token", "token"),
        ("WANDB_API_KEY", "token"),
        ("AUTH_SALT", "token"),
        ("eos_token", ""),
        ("max_tokens", ""),
        ("key", ""),
        ("aws_access_key_id", ""),
        ("public_key", ""),
        ("minipass", ""),
        ("timePasswordChanged", ""),
    ],
)
def test_the_grade_of_a_name(name: str, grade: str) -> None:
    assert grades.grade(name) == grade


@pytest.mark.parametrize(
    ("value", "how"),
    [
        (made(HEX, 32), quality.RANDOM),
        (COHERE, quality.RANDOM),
        (PASSWORD, quality.GOOD),
        ("hunter22", quality.GOOD),
        ("admin", quality.WEAK),
        ("password123", quality.WEAK),
        ("sha1:0a1b2c:" + made(HEX, 40), quality.WEAK),
        ("changeme", quality.NONE),
        ("{{ password }}", quality.NONE),
        ("vault:secret/data/db", quality.NONE),
        ("true", quality.NONE),
        (b64encode(b"placeholder-api-key").decode(), quality.NONE),
        (b64encode(b"my_super_secret_password").decode(), quality.WEAK),
        (b64encode(PASSWORD.encode()).decode(), quality.GOOD),
    ],
)
def test_the_strength_of_a_value(value: str, how: str) -> None:
    assert quality.strength(value) == how


def test_a_name_that_could_be_a_secret_itself_is_not_shown() -> None:
    assert kinds(f'x{made(HEX, 44)}_password = "{PASSWORD}"') == ["SEC005 value of a secret name"]
