"""detect-secrets behind gates finds what it finds by itself, and is not imported where it can find nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from detect_secrets.core import scan
from detect_secrets.settings import default_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.secret_scan import names, sieve, words
from ml_audit_hooks.engines import detect_secrets_engine as engine
from ml_audit_hooks.engines import detect_secrets_relaxed
from ml_audit_hooks.engines.detect_secrets_surface import Surface
from tests.checks.secret_scan.support import ALNUM, COHERE, HEX, HF, MADE, OPENAI, PASSWORD, PEM, WANDB, made

B64 = ALNUM + "+/"
DIGITS = "0123456789"
# One text for every plug-in, and some that must not match
PIECES = [
    "AKC" + made(ALNUM, 20),
    "AP" + "A" + made(ALNUM, 20),
    "AKIA" + made("ABCDEFGHIJKLMNOP234567", 16),
    "aws_secret_key = '" + made(B64, 40) + "'",
    "AccountKey=" + made(B64, 86) + "==",
    '"' + made(B64, 50) + '"',
    "'" + made(B64, 22) + "'",
    "https://ada:" + PASSWORD.replace("&", "x") + "@db.example/x",
    "https://a:" + made(HEX, 64) + "@a.cloudant.com",
    "cl_key = " + made("abcdefghijklmnopqrstuvwxyz", 24),
    "cloudant-password: '" + made(HEX, 64) + "'",
    "M" + made(ALNUM, 23) + "." + made(ALNUM, 6) + "." + made(ALNUM, 27),
    "ghp_" + made(ALNUM, 36),
    "glpat-" + made(ALNUM, 20),
    "GR1348" + "941" + made(ALNUM, 20),
    "ibm_cloud_api_key: " + made(ALNUM, 44),
    "token = '" + made(ALNUM, 44) + "'",
    "cos_hmac_secret_access_key = " + made(HEX, 48),
    "52.14.98.7",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0." + made(ALNUM, 43),
    "Api_Key = '" + COHERE + "'",
    "api_\u212aey = '" + COHERE + "'",
    'pa\u017f\u017fword: "' + PASSWORD + '"',
    'password = "' + PASSWORD + '"',
    "password: " + PASSWORD,
    "if 'hunter22' == my_password:",
    'private_key "' + COHERE + '";',
    'secret("' + COHERE + '");',
    "my_secret => 'hunter22'",
    "contrase\u00f1a = 'hunter22'",
    made("0123456789abcdefghij", 32) + "-us12",
    "//registry.example/:_authToken=" + "npm_" + made(ALNUM, 36),
    OPENAI,
    PEM,
    "pypi-AgE" + "IcHlwaS5vcmc" + made(ALNUM, 80),
    "SG." + made(ALNUM, 22) + "." + made(ALNUM, 43),
    "xoxb-" + made(DIGITS, 12) + "-" + made("abc123", 12),
    "https://hooks.slack.com/ser" + "vices/T" + made(ALNUM, 8) + "/B" + made(ALNUM, 8) + "/" + made(ALNUM, 24),
    "softlayer_api_key: '" + made(HEX, 64) + "'",
    "https://api.softlayer.com/soap/v3/" + made(HEX, 64),
    "sq0csp-" + made(ALNUM, 43),
    "sk_" + "live_" + made(ALNUM, 24),
    made(DIGITS, 9) + ":" + made(ALNUM, 35),
    "AC" + made(HEX, 32),
    '"' + made(HEX, 40) + '"',
    "'" + made(DIGITS, 20) + "'",
    "# pragma: allowlist secret",
    "# pragma: allowlist nextline secret",
    "; pragma: allowlist nextline secret",
    "secret = get_secret('name')",
    "client = OpenAI(api_key='" + OPENAI + "')",
    "user_id = '" + made(HEX, 32) + "'",
    "[section]",
    "[a.b]",
    "key = " + made(HEX, 32),
    "  - name: " + made(B64, 44),
    "value: &anchor " + made(HEX, 32),
    "other: *anchor",
    "text: |",
    "  " + made(B64, 44),
    "password: >-",
    "{",
    '{"secret": "' + COHERE + '"}',
    "\x0c",
    "\u2028" + WANDB,
    "%(key)s",
    "plain words",
    "",
    "   ",
]
NAMES = [
    "a.py",
    "a.yaml",
    "a.ini",
    "a.txt",
    "a.json",
    "a.go",
    "a.c",
    "a.cpp",
    "a.php",
    ".env",
    "a.md",
    "a.toml",
    "a.lock",
]


def theirs(folder: Path, name: str, text: str) -> list[tuple[int, str, str]]:
    """What the engine's own scan of a file gives."""
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    with default_settings():
        return sorted({(s.line_number, s.type, s.secret_value or "") for s in scan.scan_file(str(path))})


def ours(name: str, text: str) -> list[tuple[int, str, str]]:
    """What the gated engine gives."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [tuple(hit) for hit in engine.hits(name, text)]  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_each_piece_gives_what_the_engine_gives(name: str, tmp_path: Path) -> None:
    for piece in PIECES:
        assert ours(name, piece) == theirs(tmp_path, name, piece), piece[:12]


@pytest.mark.parametrize("name", NAMES)
def test_all_pieces_together_give_what_the_engine_gives(name: str, tmp_path: Path) -> None:
    for ending in ("\n", "\r\n"):
        text = ending.join(PIECES)
        assert ours(name, text) == theirs(tmp_path, name, text)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for generated files."""
    return tmp_path_factory.mktemp("generated")


@settings(max_examples=120)
@given(
    name=st.sampled_from(NAMES),
    lines=st.lists(
        st.tuples(
            st.sampled_from(["", "  ", "x = ", "key: ", "- ", "# ", "a: '", '"']),
            st.sampled_from(PIECES),
            st.sampled_from(["", "'", '"', " # note", ",", "%"]),
        ),
        max_size=8,
    ),
    ending=st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_generated_files_give_what_the_engine_gives(
    folder: Path, name: str, lines: list[tuple[str, str, str]], ending: str
) -> None:
    text = ending.join("".join(line) for line in lines)
    assert ours(name, text) == theirs(folder, name, text)


@pytest.mark.parametrize("sample", sorted((Path(__file__).parents[2] / "samples").glob("SEC*/*")), ids=str)
def test_the_samples_give_what_the_engine_gives(sample: Path, tmp_path: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    for name, value in MADE.items():
        text = text.replace(name, value)
    assert ours(sample.name, text) == theirs(tmp_path, sample.name, text)


def test_what_is_left_out_for_its_words_changes_nothing_else(tmp_path: Path) -> None:
    wordy = "HuggingFaceTB/OpenR1-Math-220k-default-verified"
    text = f'a = "{wordy}"\nb = "{made(B64, 50)}"\n'
    found = engine.hits("a.py", text, unwanted=words.is_no_secret)
    assert [hit.line for hit in found] == [2]
    assert {hit.value for hit in engine.hits("a.py", text)} - {hit.value for hit in found} == {wordy}


def test_a_file_with_a_wordy_hit_is_not_read_again_as_an_ini_file(tmp_path: Path) -> None:
    text = f'a = "HuggingFaceTB/OpenR1-Math-220k-default-verified"\nb = {made(B64, 50)}\n'
    assert [line for line, _, _ in theirs(tmp_path, "a.txt", text)] == [1]
    assert engine.hits("a.txt", text, unwanted=words.is_no_secret) == []


WORKFLOW = f"""on: push
jobs:
  test:
    runs-on: aws-g4dn
    env:
      HF_TOKEN: ${{{{ secrets.HF_TOKEN }}}}
    steps:
      - uses: actions/checkout@{made(HEX, 40)} # v6
        with:
          path: tests/some-long-name/of_a_file.py
      - run: |
          echo "no secret here" && pytest \\
            -k "not password and not api_key" tests/**/*.py
"""


def test_a_yaml_file_that_only_speaks_of_secrets_is_not_parsed(tmp_path: Path) -> None:
    assert not detect_secrets_relaxed.in_values(Surface(WORKFLOW.encode()), None)
    assert theirs(tmp_path, "a.yml", WORKFLOW) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"password: {COHERE}", id="given"),
        pytest.param(f"password: # note\n  {COHERE}", id="on the next line"),
        pytest.param(f"? password\n# note\n: {COHERE}", id="remark between"),
        pytest.param(f"? password\n: {COHERE}", id="explicit key"),
        pytest.param(f"a: &a password\nb:\n  *a : {COHERE}", id="alias as a key"),
        pytest.param(f'"pass\\x77ord": {COHERE}', id="coded key"),
        pytest.param(f'a: x == "b"\nc: "\'{COHERE}\' == my_secret"', id="compared"),
        pytest.param(f"a: secret '{COHERE}';", id="before a semicolon"),
        pytest.param(f"a: {made(HEX, 32)}", id="hexadecimal"),
        pytest.param(f"a: [x,{made(HEX, 32)}]", id="in a list"),
        pytest.param(f"a: {made(B64, 50)}", id="base64"),
        pytest.param(f'a: >-\n  {made(B64, 40)}"', id="before a quote of the value"),
        pytest.param(f"aws_key: {made(B64, 40)}", id="AWS"),
        pytest.param(f"cos_hmac_secret_access_key:\n  {made(HEX, 48)}", id="IBM"),
    ],
)
def test_a_yaml_file_that_may_hold_a_secret_is_parsed(line: str, tmp_path: Path) -> None:
    text = f"{WORKFLOW}{line}\n"
    assert detect_secrets_relaxed.in_values(Surface(text.encode()), None)
    assert ours("a.yml", text) == theirs(tmp_path, "a.yml", text)


@pytest.mark.parametrize(
    "text", ["a: &a [*a]\nsecret: " + COHERE, "a: &a {b: *a}\nsecret: " + COHERE], ids=["list", "map"]
)
def test_a_yaml_file_that_holds_itself_ends(text: str) -> None:
    assert {hit.line for hit in engine.hits("a.yaml", text)} == {2}


@pytest.mark.parametrize("name", ["a.png", "poetry.lock", "swagger-ui.html", "a.svg"])
def test_names_that_the_engine_leaves_out_are_left_out(name: str) -> None:
    assert engine.is_skipped(name)
    assert engine.hits(name, f'password = "{PASSWORD}"') == []


def test_every_reason_for_which_a_hit_is_dropped_is_named() -> None:
    lines = {
        "a.py": PIECES + [f'revision = "{WANDB}"', f'x = "https://x.example/{WANDB}"', f'"{made(B64, 50)}+{HF}"'],
        "uv.lock.txt": [],
    }
    seen = {sieve.reason(hit, line, "a.py") for line in lines["a.py"] for hit in engine.hits("a.py", line)}
    assert seen - {""} <= sieve.REASONS
    assert sieve.HASHED in seen
    assert not names.is_lock("uv.lock.txt")


def imported(text: str, *modules: str) -> list[str]:
    """Which of `modules` a process imports that examines a file with this text."""
    program = f"""
import sys
from ml_audit_hooks.checks.secret_scan import CHECK
from ml_audit_hooks.core.file import File
from ml_audit_hooks.core.source import Content
CHECK.examine(File("src/a.py", Content({text.encode()!r}, "blob")))
print(*[name for name in {modules!r} if name in sys.modules])
"""
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{program}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_nothing_heavy_is_imported_for_a_file_without_a_candidate() -> None:
    text = "import torch\n\n\ndef train(tokens, secret=None):\n    return tokens * len('gpt2-medium-finetuned')\n"
    assert imported(text, "re", "typing", "detect_secrets", "json", "hashlib") == []


def test_the_engine_is_imported_without_what_only_its_network_calls_need() -> None:
    text = f'header = "{made(ALNUM, 43)}"\n'
    assert imported(text, "detect_secrets", "requests", "urllib3", "yaml", "multiprocessing") == ["detect_secrets"]
