"""Tokens in outputs whose shape leaves no doubt. Their values go nowhere: only the type is handed on."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# (a text that must stand there, type, its whole shape). Shapes as their issuers document them.
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("-----BEGIN ", "private key", r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\s|\\n)*[A-Za-z0-9+/=]{40}"),
    ("AIza", "Google API key", r"(?<![\w-])AIza[\w-]{35}(?![\w-])"),
    ("AKIA", "AWS access key", r"(?<![A-Za-z0-9+/])AKIA[A-Z2-7]{16}(?![A-Za-z0-9+/])"),
    ("AccountKey=", "Azure storage key", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    ("T3BlbkFJ", "OpenAI key", r"(?<![\w-])sk-[\w-]{20,80}T3BlbkFJ[\w-]{20,80}"),
    ("ghp_", "GitHub token", r"(?<![A-Za-z0-9+/])ghp_[A-Za-z0-9]{36}(?![A-Za-z0-9+/])"),
    ("github_pat_", "GitHub token", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    ("hf_", "Hugging Face token", r"(?<![A-Za-z0-9+/_])hf_[A-Za-z0-9]{34}(?![A-Za-z0-9+/_])"),
    ('"key"', "Kaggle key", r'"username"\s*:\s*"[^"\s]+"\s*,\s*"key"\s*:\s*"[0-9a-f]{32}"'),
    ("sk-ant-", "Anthropic key", r"(?<![\w-])sk-ant-[a-z]+\d\d-[\w-]{80,}"),
    ("token=", "Jupyter token", r"[?&]token=[0-9a-f]{48}(?![0-9a-f])"),
    ("ya29.", "Google access token", r"(?<![\w-])ya29\.[\w-]{60,}"),
)
_DUMMY = re.compile(r"EXAMPLE|example|xxxx|XXXX|0000000|1234567890|abcdefgh|ABCDEFGH")


def kinds(text: str) -> Iterator[str]:
    """The types of the tokens in a text, each once."""
    seen = set()
    for sign, kind, shape in _TABLE:
        if sign in text and kind not in seen:
            for hit in re.finditer(shape, text):
                if not _DUMMY.search(hit[0]):
                    seen.add(kind)
                    yield kind
                    break


MAX_TEXT = 50_000  # characters; what is longer is a script, a film or data, and is read at its two ends


def ends(text: str) -> str:
    """The text, or both its ends."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT // 2]}\n{text[-MAX_TEXT // 2 :]}"


def may_hold(text: str) -> bool:
    """Whether any sign of a token stands in a text: without one there is none."""
    return any(sign in text for sign, _, _ in _TABLE)
