"""Tokens that are known by their shape."""

from __future__ import annotations

import pytest

from tests.checks.secret_scan.support import ALNUM, COHERE, HEX, HF, OPENAI, UPPER, WANDB, WORD, codes, kinds, made

LOUD = {
    "AWS access key": "AKIA" + made(UPPER, 16),
    "Anthropic API key": "sk-ant-api03-" + made(WORD, 93) + "AA",
    "Databricks access token": "dapi" + made(HEX, 32) + "-2",
    "Docker access token": "dckr_pat_" + made(WORD, 27),
    "GitHub token": "ghp_" + made(ALNUM, 36),
    "GitHub fine-grained": "github_pat_" + made(ALNUM, 82),
    "GitLab token": "glpat-" + made(WORD, 20),
    "Google API key": "AIza" + made(WORD, 35),
    "Groq API key": "gsk_" + made(ALNUM, 52),
    "Hugging Face token": HF,
    "LangSmith API key": "lsv2_pt_" + made(HEX, 32) + "_" + made(HEX, 10),
    "NVIDIA API key": "nvapi-" + made(WORD, 64),
    "Neptune API token": "eyJhcGlfYWRkcmVz" + "cyI6" + made(ALNUM, 120),
    "OpenAI API key": OPENAI,
    "OpenRouter API key": "sk-or-v1-" + made(HEX, 64),
    "Perplexity API key": "pplx-" + made(ALNUM, 48),
    "Pinecone API key": "pcsk_" + made(ALNUM, 5) + "_" + made(ALNUM, 63),
    "PyPI token": "pypi-AgE" + "IcHlwaS5vcmc" + made(ALNUM, 80),
    "Replicate API token": "r8_" + made(ALNUM, 37),
    "SendGrid API key": "SG." + made(WORD, 22) + "." + made(WORD, 43),
    "Slack token": "xoxb-" + made("0123456789", 12) + "-" + made("0123456789", 12, 2) + "-" + made(ALNUM, 24),
    "Stripe live key": "sk_" + "live_" + made(ALNUM, 24),
    "Vault token": "hvs." + made(WORD, 90),
    "legacy OpenAI key": "sk-" + made(ALNUM, 48),
    "npm token": "npm_" + made(ALNUM, 36),
    "xAI API key": "xai-" + made(ALNUM, 80),
}
SILENT = {
    "a head in an identifier": "value = my_hf_transformer_model_configuration_for_tests",
    "a longer string": f'x = "{HF}{made(ALNUM, 30)}"',
    "a shorter string": 'x = "hf_' + made(ALNUM, 12) + '"',
    "an identifier": "hf_generatedByHomeAppForDebuggingPurposes = 1",
    "counted digits": 'x = "ghp_' + "1234567890" * 3 + '123456"',
    "documented by AWS": 'x = "AKIA' + "IOSFODNN7" + 'EXAMPLE"',
    "its own name": 'token = "hf_your_hugging_face_token_goes_here_now"',
    "one character": f'x = "hf_{"x" * 34}"',
    "split in pieces": f'x = "{HF[:12]}" "{HF[12:]}"',
}


@pytest.mark.parametrize("line", SILENT.values(), ids=SILENT.keys())
def test_what_only_looks_like_a_token_is_silent(line: str) -> None:
    assert [code for _, code in codes(line) if code == "SEC001"] == []


@pytest.mark.parametrize("token", LOUD.values(), ids=LOUD.keys())
@pytest.mark.parametrize(
    "line",
    [
        "x = '{}'",
        'client = Client(api_key="{}")',
        "--token {}",
        "export TOKEN={}",
        "see https://x.example/?t={}",
        "\\n{}",
    ],
    ids=["assigned", "in a call", "option", "shell", "in an address", "behind an escape"],
)
def test_a_token_is_found_wherever_it_stands(token: str, line: str) -> None:
    assert codes(f"first = 1\n{line.format(token)}\n", "notes.txt") == [(2, "SEC001")]


def test_the_issue_of_a_call_that_detect_secrets_takes_for_a_reference() -> None:
    assert kinds(f'client = OpenAI(api_key="{OPENAI}")') == ["SEC001 OpenAI API key"]


def test_a_key_without_a_prefix_is_known_by_the_call_it_stands_in() -> None:
    assert kinds(f'wandb.login(key="{WANDB}")') == ["SEC005 Weights & Biases API key"]
    assert kinds(f'co = cohere.Client(api_key="{COHERE}")') == ["SEC005 value of api_key"]


def test_two_tokens_on_a_line_are_two_findings() -> None:
    other = "r8_" + made(ALNUM, 37)
    assert kinds(f'a, b = "{HF}", "{other}"') == ["SEC001 Hugging Face token", "SEC001 Replicate API token"]
