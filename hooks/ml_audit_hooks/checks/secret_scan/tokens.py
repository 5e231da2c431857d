"""Tokens that are known by their shape: what their vendors' documentation says of prefix, alphabet and length.

A row is found by the head of a run of token characters; only then its pattern is compiled and tried.
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

    from ml_audit_hooks.engines.detect_secrets_surface import Surface


class Shape(NamedTuple):
    """One kind of token."""

    head: str  # literal, at least two characters
    body: str  # pattern of what follows
    kind: str


_W = "[A-Za-z0-9_-]"
_A = "[A-Za-z0-9]"
_X = "[0-9a-f]"
SHAPES = (
    Shape("AGE-SECRET-KEY-1", "[0-9A-Z]{58}", "age secret key"),
    Shape("ABIA", "[A-Z2-7]{16}", "AWS access key"),
    Shape("ABSK", "[A-Za-z0-9+/]{109,269}=*", "Amazon Bedrock API key"),
    Shape("ACCA", "[A-Z2-7]{16}", "AWS access key"),
    Shape("AIza", f"{_W}{{35}}", "Google API key"),
    Shape("AKIA", "[A-Z2-7]{16}", "AWS access key"),
    Shape("ASIA", "[A-Z2-7]{16}", "AWS access key"),
    Shape("ATATT3", f"{_W}{{100,}}=?{_X}*", "Atlassian API token"),
    Shape("CFPAT-", f"{_W}{{43}}", "Contentful token"),
    Shape("EAAA", f"{_W}{{60}}", "Square access token"),
    Shape("GOCSPX-", f"{_W}{{28}}", "Google OAuth client secret"),
    Shape("GR1348941", f"{_W}{{20,50}}", "GitLab token"),
    Shape("HRKU-", f"{_W}{{36,64}}", "Heroku API key"),
    Shape("KGAT_", f"{_A}{{32,}}", "Kaggle API token"),
    Shape("NRAK-", "[A-Z0-9]{27}", "New Relic API key"),
    Shape("PMAK-", f"{_X}{{24}}-{_X}{{34}}", "Postman API key"),
    Shape("api_org_", "[A-Za-z]{34}", "Hugging Face organization token"),
    Shape("dapi", f"{_X}{{32}}(?:-[0-9])?", "Databricks access token"),
    Shape("dckr_oat_", f"{_W}{{27,}}", "Docker access token"),
    Shape("dckr_pat_", f"{_W}{{27,}}", "Docker access token"),
    Shape("doo_v1_", f"{_X}{{64}}", "DigitalOcean token"),
    Shape("dop_v1_", f"{_X}{{64}}", "DigitalOcean token"),
    Shape("dor_v1_", f"{_X}{{64}}", "DigitalOcean token"),
    Shape("e2b_", f"{_X}{{40}}", "E2B API key"),
    Shape("eyJhcGlfYWRkcmVzcyI6", "[A-Za-z0-9+/_-]{40,}={0,2}", "Neptune API token"),
    Shape("fc-", f"{_X}{{32}}", "Firecrawl API key"),
    Shape("figd_", f"{_W}{{40,}}", "Figma token"),
    Shape("fw_", f"{_A}{{22,24}}", "Fireworks API key"),
    Shape("gho_", f"{_A}{{36,}}", "GitHub token"),
    Shape("ghp_", f"{_A}{{36,}}", "GitHub token"),
    Shape("ghr_", f"{_A}{{36,}}", "GitHub token"),
    Shape("ghs_", f"{_A}{{36,}}", "GitHub token"),
    Shape("ghu_", f"{_A}{{36,}}", "GitHub token"),
    Shape("github_pat_", "[A-Za-z0-9_]{70,}", "GitHub token"),
    Shape("glagent-", f"{_W}{{50,}}", "GitLab token"),
    Shape("glc_", "[A-Za-z0-9+/]{32,}={0,3}", "Grafana token"),
    Shape("glcbt-", f"{_W}{{20,}}", "GitLab token"),
    Shape("gldt-", f"{_W}{{20,}}", "GitLab token"),
    Shape("glpat-", f"{_W}{{20,}}", "GitLab token"),
    Shape("glptt-", f"{_W}{{40}}", "GitLab token"),
    Shape("glrt-", f"{_W}{{20,}}", "GitLab token"),
    Shape("glsa_", f"{_A}{{32}}_[0-9a-fA-F]{{8}}", "Grafana token"),
    Shape("gsk_", f"{_A}{{48,}}", "Groq API key"),
    Shape("hf_", "[A-Za-z0-9]{34,40}", "Hugging Face token"),
    Shape("jina_", f"{_W}{{50,}}", "Jina API key"),
    Shape("lin_api_", f"{_A}{{40}}", "Linear API key"),
    Shape("llx-", f"{_A}{{40,}}", "LlamaCloud API key"),
    Shape("lsv2_pt_", f"{_X}{{32}}_{_X}{{10}}", "LangSmith API key"),
    Shape("lsv2_sk_", f"{_X}{{32}}_{_X}{{10}}", "LangSmith API key"),
    Shape("nfp_", f"{_A}{{36,}}", "Netlify token"),
    Shape("npm_", f"{_A}{{36}}", "npm token"),
    Shape("ntn_", f"{_A}{{40,}}", "Notion token"),
    Shape("nvapi-", f"{_W}{{60,}}", "NVIDIA API key"),
    Shape("ops_eyJ", "[A-Za-z0-9+/_-]{200,}={0,3}", "1Password service token"),
    Shape("pcsk_", f"{_A}{{4,8}}_{_A}{{40,}}", "Pinecone API key"),
    Shape("pplx-", f"{_A}{{40,}}", "Perplexity API key"),
    Shape("pscale_pw_", f"{_W}{{32,}}", "PlanetScale password"),
    Shape("pscale_tkn_", f"{_W}{{32,}}", "PlanetScale token"),
    Shape("pul-", f"{_X}{{40}}", "Pulumi token"),
    Shape("pypi-AgE", f"{_W}{{70,}}", "PyPI token"),
    Shape("r8_", f"{_A}{{37}}", "Replicate API token"),
    Shape("rk_live_", f"{_A}{{24,}}", "Stripe live key"),
    Shape("rpa_", f"{_A}{{40,}}", "RunPod API key"),
    Shape("rubygems_", f"{_X}{{48}}", "RubyGems key"),
    Shape("sbp_", f"{_X}{{40}}", "Supabase token"),
    Shape("shpat_", "[0-9a-fA-F]{32}", "Shopify token"),
    Shape("shpca_", "[0-9a-fA-F]{32}", "Shopify token"),
    Shape("shpss_", "[0-9a-fA-F]{32}", "Shopify token"),
    Shape("sk-ant-", f"[a-z]{{2,8}}[0-9]{{2}}-{_W}{{60,}}", "Anthropic API key"),
    Shape("sk-lf-", f"{_X}{{8}}(?:-{_X}{{4}}){{3}}-{_X}{{12}}", "Langfuse secret key"),
    Shape("sk-or-v1-", f"{_X}{{64}}", "OpenRouter API key"),
    Shape("sk-proj-", f"{_W}{{40,}}", "OpenAI API key"),
    Shape("sk-svcacct-", f"{_W}{{40,}}", "OpenAI API key"),
    Shape("sk-admin-", f"{_W}{{40,}}", "OpenAI API key"),
    Shape("sk-", f"{_A}{{20}}T3BlbkFJ{_A}{{20}}", "OpenAI API key"),
    Shape("sk-", f"{_A}{{32,64}}", "API key of the form sk-…"),
    Shape("sk_", f"{_X}{{48}}", "ElevenLabs API key"),
    Shape("sk_live_", f"{_A}{{24,}}", "Stripe live key"),
    Shape("sntrys_", "[A-Za-z0-9+/=_-]{40,}", "Sentry token"),
    Shape("sntryu_", f"{_X}{{64}}", "Sentry token"),
    Shape("tgp_v1_", f"{_W}{{40,}}", "Together API key"),
    Shape("tskey-", f"[a-z]+-{_A}{{8,}}-{_A}{{20,}}", "Tailscale key"),
    Shape("tvly-", f"{_W}{{32,}}", "Tavily API key"),
    Shape("wandb_v1_", f"{_W}{{40,}}", "Weights & Biases API key"),
    Shape("whsec_", "[A-Za-z0-9+/]{32,}", "webhook signing secret"),
    Shape("xai-", f"{_A}{{60,}}", "xAI API key"),
    Shape("xapp-", f"[0-9]-{_A}+-[0-9]+-{_A}+", "Slack token"),
    Shape("xkeysib-", f"{_X}{{64}}-{_A}{{16}}", "Brevo API key"),
    Shape("xoxb-", "[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9-]{20,}", "Slack token"),
    Shape("xoxe-", "[0-9A-Za-z-]{40,}", "Slack token"),
    Shape("xoxp-", "[0-9]{10,13}-[0-9A-Za-z-]{20,}", "Slack token"),
)
_DOTTED = (  # heads that end in a dot: the run begins behind it
    Shape("SG.", f"{_W}{{22}}\\.{_W}{{43}}", "SendGrid API key"),
    Shape("atlasv1.", f"{_W}{{60,}}", "Terraform Cloud token"),
    Shape("dp.pt.", f"{_A}{{40,}}", "Doppler token"),
    Shape("hvb.", f"{_W}{{60,}}", "Vault token"),
    Shape("hvs.", f"{_W}{{24,}}", "Vault token"),
    Shape("ya29.", f"{_W}{{30,}}", "Google OAuth token"),
)
_LOOSE = ("fw_", "hf_", "sk-")  # heads that identifiers have too
_KEY = 2  # characters of a head by which its rows are found
_BY_HEAD: dict[bytes, list[Shape]] = {}
for _shape in SHAPES:
    _BY_HEAD.setdefault(_shape.head[:_KEY].encode(), []).append(_shape)
_COMPILED: dict[Shape, Pattern[bytes]] = {}


def found(surface: Surface) -> Iterator[tuple[int, str, bytes]]:
    """(offset, kind, value) of the tokens in a text."""
    data = surface.data
    for start, end in surface.runs:
        before = data[start - 1] if start else 0
        at = start + 1 if before == 0x5C else start  # behind an escape such as \n
        rows = _BY_HEAD.get(data[at : at + _KEY])
        if rows is not None:
            for shape in rows:
                if data.startswith(shape.head.encode(), at) and (value := _value(shape, data, at)):
                    yield at, shape.kind, value
                    break
        if before == 0x2E:
            yield from _dotted(data, start, end)


def _dotted(data: bytes, start: int, end: int) -> Iterator[tuple[int, str, bytes]]:
    """Tokens with a dot in them, of which the run behind it begins at `start`."""
    for shape in _DOTTED:
        head = shape.head.encode()
        for at in (start - len(head), start - 26 if end - start >= 43 else -1):  # SendGrid's has 22 characters between
            if at < 0 or not data.startswith(head, at) or not (value := _value(shape, data, at)):
                continue
            if not data[max(at - 1, 0) : at].isalnum() or data[max(at - 2, 0) : at - 1] == b"\\":
                yield at, shape.kind, value


def _value(shape: Shape, data: bytes, at: int) -> bytes:
    """The token at an offset; nothing where it is longer or shorter than its vendor makes them, or made up."""
    from ml_audit_hooks.checks.secret_scan import quality

    if shape not in _COMPILED:
        import re

        _COMPILED[shape] = re.compile(re.escape(shape.head.encode()) + shape.body.encode() + rb"(?![A-Za-z0-9_])")
    match = _COMPILED[shape].match(data, at)
    if match is None:
        return b""
    body = match[0][len(shape.head) :].decode("ascii")
    worded = not body.isupper() and len(body) < 60 and quality.is_wordy(body)
    if quality.is_filler(body) or worded or (shape.head in _LOOSE and not _is_mixed(body)):
        return b""
    return match[0]


def _is_mixed(body: str) -> bool:
    return any(c.isdigit() for c in body) or (not body.islower() and not body.isupper())
