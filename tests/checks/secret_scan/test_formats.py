"""Files and addresses that hold credentials, private keys, hashed passwords, names of files."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.secret_scan import names
from ml_audit_hooks.checks.secret_scan.detect import masked
from tests.checks.secret_scan.support import (
    ALNUM,
    BEGIN,
    HEX,
    HF,
    KEY_BODY,
    LOWER,
    PASSWORD,
    PEM,
    codes,
    counted,
    kinds,
    made,
)

B64 = ALNUM + "+/"
FORMATS = [
    (".docker/config.json", '"auth": "' + made(ALNUM, 40) + '"', "SEC004 registry login"),
    (".git-credentials", "https://ada:" + PASSWORD + "@git.example", "SEC004 git credentials"),
    (".netrc", "machine api.wandb.ai login user password " + made(HEX, 40), "SEC004 netrc password"),
    (".npmrc", "_auth = " + made(ALNUM, 20), "SEC004 npm login"),
    (".pgpass", "db.example:5432:runs:ada:" + PASSWORD, "SEC004 PostgreSQL password"),
    (".pypirc", "password = " + made(ALNUM, 20), "SEC004 package index password"),
    ("config/master.key", made(HEX, 32), "SEC004 Rails master key"),
    ("kaggle.json", '{"username":"ada","key":"' + made(HEX, 32) + '"}', "SEC004 Kaggle API key"),
    ("logins.json", '"encryptedPassword": "' + made(ALNUM, 40) + '"', "SEC004 login saved by a browser"),
]
ADDRESSES = {
    "Azure": ("AccountKey=" + made(B64, 86) + "==", "SEC001 Azure account key"),
    "Discord": (
        "https://discord.com/api/web" + "hooks/" + made("0123456789", 18) + "/" + made(ALNUM, 68),
        "SEC003 webhook address",
    ),
    "Jupyter": ("http://localhost:8888/lab?token=" + made(HEX, 48), "SEC003 Jupyter token"),
    "MongoDB": (
        "mongodb+srv://ada:" + made(ALNUM, 16) + "@cluster0.example.net/runs",
        "SEC003 password in a mongodb address",
    ),
    "SAS": (
        "https://a.blob.core.windows.net/c?sv=2024-01-01&sig=" + made(ALNUM, 43) + "%3D",
        "SEC003 shared access signature",
    ),
    "connection string": (
        "Server=db.example;User Id=ada;Password=" + PASSWORD + ";",
        "SEC003 password in a connection string",
    ),
}
NO_ADDRESSES = {
    "a form": "postgresql://user:password@localhost:5432/db",
    "a mail": "https://example.org/contact?mail=ada@example.org",
    "a port": "http://example.org:8080/@ada",
    "a revision": "git+https://github.com/ada/runs@v1.0",
    "a template": "postgresql://{user}:{password}@{host}/db",
    "a variable": "postgresql://ada:${PASSWORD}@db/runs",
    "the user's name": "postgresql://postgres:postgres@db/runs",
}


@pytest.mark.parametrize(("path", "line", "kind"), FORMATS, ids=[path for path, _, _ in FORMATS])
def test_a_file_of_credentials_is_known_by_its_name(path: str, line: str, kind: str) -> None:
    assert kinds(f"{line}\n", path) == [kind]


@pytest.mark.parametrize("path", [path for path, _, _ in FORMATS])
def test_such_a_file_without_a_value_is_silent(path: str) -> None:
    assert codes("# nothing\n\n", path) == []


@pytest.mark.parametrize("line", NO_ADDRESSES.values(), ids=NO_ADDRESSES.keys())
def test_an_address_without_a_credential_is_silent(line: str) -> None:
    assert codes(f'url = "{line}"') == []


@pytest.mark.parametrize(("line", "kind"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_credential_in_an_address_is_found(line: str, kind: str) -> None:
    assert kinds(f'url = "{line}"') == [kind]


def test_a_weak_password_of_a_local_server_is_only_reported() -> None:
    assert codes('url = "postgresql://ada:hunter22@localhost/runs"') == [(1, "SEC006")]


def test_an_address_in_a_very_long_line_is_found_where_it_stands() -> None:
    line = '{"rows": "' + "1,2 " * 3000 + ADDRESSES["MongoDB"][0] + ' 3,4"}'
    [found] = counted("data.json", line)
    assert (found.code, found.line, found.column) == ("SEC003", 1, line.index("ada:") + 5)


@pytest.mark.parametrize(
    "text",
    [
        PEM,
        f'key = """{PEM}"""',
        '{"private_key": "' + PEM.replace("\n", "\\n") + '"}',
        "".join(f'    "{line}\\n"\n' for line in PEM.splitlines()),
    ],
    ids=["file", "string", "JSON", "concatenated"],
)
def test_a_private_key_is_found_once_at_its_head(text: str) -> None:
    assert kinds(text, "deploy.txt") == ["SEC002 private key"]


@pytest.mark.parametrize(
    "text",
    [
        f"if text.startswith('{BEGIN}'):",
        f"{BEGIN}\n...\n",
        f"{BEGIN}\nMOCK_KEY\n-----END",
        "BEGIN PUBLIC KEY\n" + KEY_BODY,
    ],
    ids=["in code", "in a document", "a mock", "public"],
)
def test_a_header_without_a_key_is_silent(text: str) -> None:
    assert [code for _, code in codes(text, "notes.txt") if code == "SEC002"] == []


@pytest.mark.parametrize(
    "value",
    [
        "$2b$12$" + made(ALNUM, 53),
        "$6$" + made(ALNUM, 16) + "$" + made(ALNUM, 86),
        "$apr1$" + made(ALNUM, 8) + "$" + made(ALNUM, 22),
    ],
    ids=["bcrypt", "SHA-512", "Apache"],
)
def test_a_hashed_password_is_only_reported(value: str) -> None:
    assert kinds(f"(1, 'ada', '{value}'),", "dump.sql") == ["SEC006 password hash"]


def test_a_token_in_a_file_name_is_a_finding_and_masked() -> None:
    path = f"runs/{HF}/model.py"
    assert kinds("x = 1\n", path) == ["SEC001 Hugging Face token in the file's name"]
    assert masked(path) == "runs/***/model.py"
    assert masked("runs/best_model_checkpoint_2024_final.py") == "runs/best_model_checkpoint_2024_final.py"


@pytest.mark.parametrize(
    "path", ["uv.lock", "a/package-lock.json", "requirements-dev.txt", ".secrets.baseline", "data/train.dvc"]
)
def test_hashes_in_lock_files_are_silent_and_tokens_are_not(path: str) -> None:
    assert names.is_lock(path)
    assert codes(f'sha = "{made(HEX, 64)}"\nx = "{made(ALNUM, 43)}"\n', path) == []
    assert codes(f"x --hash=sha256:{made(HEX, 64)} https://x.example/{HF}\n", path) == [(1, "SEC001")]


@pytest.mark.parametrize(
    "line",
    [
        f'REVISION = "{made(HEX, 40)}"',
        f'sha256="{made(HEX, 64)}"',
        f'"commit_hash": "{made(HEX, 40)}",',
        f'"model.pt": "{made(HEX, 32)}",',
        'letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
        'name = "HuggingFaceTB/OpenR1-Math-220k-default-verified"',
        'x = "/data/Experiments/2024/RunWithManyDifferentLetters_XYZ"',
        '"COCO-Detection/faster_rcnn_X_101_32x8d_FPN_3x": 1,',
    ],
)
def test_what_detect_secrets_takes_for_a_secret_and_is_none(line: str) -> None:
    assert codes(line) == []


def test_a_random_string_is_only_reported_and_not_in_tests() -> None:
    line = f'header = "{made(ALNUM, 43)}"'
    assert codes(line) == [(1, "SEC007")]
    assert codes(line, "tests/test_header.py") == []
    assert codes(line, "third_party/a.py") == []
    assert codes(line, "settings.example.py") == []


def test_latin_1_and_utf_16_are_read_and_binary_files_are_not() -> None:
    line = f'# \xe9\ntoken = "{HF}"\n'
    assert [f.line for f in counted("a.py", line.encode("latin-1"))] == [2]
    assert [f.line for f in counted("a.txt", line.encode("utf-16"))] == [2]
    assert counted("a.dat", b"\0" + line.encode()) == ()


def test_columns_count_characters() -> None:
    [found] = counted("a.py", f'é = "{HF}"')
    assert found.column == 6


def test_the_letters_of_the_alphabet_in_order_are_no_random_string() -> None:
    assert codes(f'x = "{LOWER}{LOWER.upper()}"') == []
