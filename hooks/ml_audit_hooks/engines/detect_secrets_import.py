"""The modules of detect-secrets: imported when the first line asks for them, without what only network calls use."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODULES = {  # plug-in to its module
    "ArtifactoryDetector": "artifactory",
    "AWSKeyDetector": "aws",
    "AzureStorageKeyDetector": "azure_storage_key",
    "Base64HighEntropyString": "high_entropy_strings",
    "BasicAuthDetector": "basic_auth",
    "CloudantDetector": "cloudant",
    "DiscordBotTokenDetector": "discord",
    "GitHubTokenDetector": "github_token",
    "GitLabTokenDetector": "gitlab_token",
    "HexHighEntropyString": "high_entropy_strings",
    "IbmCloudIamDetector": "ibm_cloud_iam",
    "IbmCosHmacDetector": "ibm_cos_hmac",
    "JwtTokenDetector": "jwt",
    "KeywordDetector": "keyword",
    "MailchimpDetector": "mailchimp",
    "NpmDetector": "npm",
    "OpenAIDetector": "openai",
    "PrivateKeyDetector": "private_key",
    "PypiTokenDetector": "pypi_token",
    "SendGridDetector": "sendgrid",
    "SlackDetector": "slack",
    "SoftlayerDetector": "softlayer",
    "SquareOAuthDetector": "square_oauth",
    "StripeDetector": "stripe",
    "TelegramBotTokenDetector": "telegram_token",
    "TwilioKeyDetector": "twilio",
}
_PACKAGE = "detect_secrets"
_PLUGINS: dict[str, Any] = {}


def plugin(name: str) -> Any:
    """The plug-in object of a class name, with the engine's default limits."""
    if name not in _PLUGINS:
        _PLUGINS[name] = getattr(module(f"plugins.{_MODULES[name]}"), name)()
    return _PLUGINS[name]


def module(name: str) -> Any:
    """A module of the package, by its name within it.

    `requests` is two thirds of the engine's import, and only ``verify`` uses it. A stand-in takes its name meanwhile
    and gives it back: whoever imports `requests` later gets the real one.
    """
    full = f"{_PACKAGE}.{name}"
    if full in sys.modules:
        return sys.modules[full]
    for package in (_PACKAGE, f"{_PACKAGE}.filters"):
        if package not in sys.modules:
            _open(package)
    stand_in = None if "requests" in sys.modules else _stand_in()
    if stand_in is not None:
        sys.modules["requests"] = stand_in
    from importlib import import_module

    try:
        return import_module(full)
    finally:
        if stand_in is not None and sys.modules.get("requests") is stand_in:
            del sys.modules["requests"]


def _open(package: str) -> None:
    """Make the modules of a package importable without its ``__init__``, which imports the whole engine."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    parent = sys.modules.get(package.rpartition(".")[0])
    spec = PathFinder.find_spec(package, parent.__path__ if parent else None)
    if spec is None:
        raise ModuleNotFoundError(f"{package} is not installed", name=package)
    sys.modules[package] = module_from_spec(spec)
    if parent is not None:
        setattr(parent, package.rpartition(".")[2], sys.modules[package])


def _stand_in() -> Any:
    made: Any = type(sys)("requests")
    made.exceptions = type(sys)("requests.exceptions")
    made.exceptions.RequestException = OSError
    made.Response = object
    return made
