"""9. Security & Safety."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _loading, _moderation, _paths, _requirements, _runners, _scanners, _tasks
from ml_audit_hooks.capabilities.model import ABSENT, PRESENT, Capability, Facet, Files, Verdict
from ml_audit_hooks.capabilities.status import by_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View

_MANIFESTS = ("requirements.txt", "pyproject.toml", "setup.py", "setup.cfg", "environment.yml", "environment.yaml")


_NO_MODEL = (
    "No language model is prompted or served here; mark security.prompt_safety as not applicable in the configuration"
)


def _dependency_lock(view: View) -> Verdict:
    """A lock file; or a requirements file that pins everything, those that it takes in as well."""
    locks = tuple(e for e in view.every("security.dependency_lock") if _is_main(view, e.path))
    if locks:
        return Verdict(PRESENT, locks[:8])
    loose = {e.path for e in view.every(_requirements.LOOSE)}
    pinned = [e for e in view.every(_requirements.PINNED) if _is_main(view, e.path)]
    included: dict[str, set[str]] = {}
    for item in view.every(_requirements.INCLUDES):
        folder = item.path.rpartition("/")[0]
        included.setdefault(item.path, set()).add(_paths.joined(folder, item.symbol))
    found = tuple(e for e in pinned if not _reaches(e.path, included, loose))
    return Verdict(PRESENT, found[:8]) if found else Verdict(ABSENT)


def _is_main(view: View, path: str) -> bool:
    """Whether a file speaks for the repository: at the root, in requirements/, or where no manifest lies above it."""
    folder = path.rpartition("/")[0]
    if folder in ("", "requirements"):
        return True
    return not any(view.has(name) for name in _MANIFESTS)


def _reaches(path: str, included: dict[str, set[str]], loose: set[str]) -> bool:
    """Whether a file takes in a loose one, over any number of steps."""
    seen, todo = {path}, [path]
    while todo:
        at = todo.pop()
        if at in loose:
            return True
        new = included.get(at, set()) - seen
        seen |= new
        todo += new
    return False


def _secrets_scanning(view: View) -> Verdict:
    """A scanner in pre-commit or CI, or in a task that one of them runs."""
    direct = view.live(_scanners.SECRETS)
    tasks = view.every(_scanners.TASK)
    reached = _tasks.reached(view) if tasks else frozenset()
    found = (*direct, *(e for e in tasks if e.symbol in reached))
    return Verdict(PRESENT, found[:8]) if found else by_signals(view, _scanners.SECRETS)


def _safe_loading(view: View) -> Verdict:
    if view.live(_loading.UNSAFE):
        return Verdict(ABSENT)
    return by_signals(view, _loading.SAFE)


def _prompt_safety(view: View) -> Verdict:
    """A guard counts where there is a language model to guard."""
    return by_signals(view, _moderation.GUARD) if _has_model(view) else Verdict(ABSENT, (), _NO_MODEL)


def _has_model(view: View) -> bool:
    """Whether a language model is prompted or served, the repository's own included."""
    own = view.live("security.generates") and view.live("tokenization.decode")
    return bool(view.live(_moderation.MODEL) or own)


CAPABILITY = Capability(
    name="security",
    title="Security & Safety",
    facets=(
        Facet(
            "dependency_lock",
            core=True,
            title="dependency lock",
            gap="no lock file: each install of the dependencies resolves to other versions",
            risk="a release of a dependency, broken or hijacked, reaches production without a commit",
            patch="run `uv lock` (or `pip-compile --generate-hashes`) and commit the result; "
            "test: CI installs with `uv sync --locked`, which fails on a stale lock",
            rollback="delete the lock file; installs resolve freely again",
            decide=_dependency_lock,
        ),
        Facet(
            "secrets_scanning",
            core=True,
            title="secrets scanning",
            gap="no secret scanner in pre-commit or CI",
            risk="a key for a hub, a tracker or a cloud that is committed once stays in the history for everybody",
            patch="add the gitleaks hook (or detect-private-key) to .pre-commit-config.yaml; "
            "test: `pre-commit run gitleaks --all-files` is green, and red on a made-up key",
            rollback="remove the hook's block",
            decide=_secrets_scanning,
        ),
        Facet(
            "safe_loading",
            core=False,
            title="safe loading",
            gap="files from outside are not loaded safely throughout: a pickle can run code when it is read",
            risk="a checkpoint from a stranger runs its code on the training machine",
            patch="pass weights_only=True to torch.load (or keep weights as safetensors), and use yaml.safe_load; "
            "test: a file that {train} saves loads under weights_only=True",
            rollback="drop the argument; the files stay the same",
            decide=_safe_loading,
        ),
        Facet(
            "prompt_safety",
            core=True,
            title="prompt safety",
            gap="prompts and answers of {model} pass no filter against harm, abuse or injection",
            risk="the model answers to an injected instruction, or with what must not be published",
            patch="check the prompt and the answer by a moderation model (such as Llama Guard) in one function around "
            "generate; test: a harmful prompt gives the refusal, a plain one passes unchanged",
            rollback="call generate directly again",
            decide=_prompt_safety,
        ),
        Facet(
            "security_lint",
            core=False,
            title="security lint",
            gap="no security linter and no watch over vulnerable dependencies",
            risk="an unsafe call, or a dependency with a known hole, is found by somebody else first",
            patch='add "S" to ruff\'s select (or the bandit hook) and a .github/dependabot.yml for pip; '
            "test: the linter is green on the present tree",
            rollback="take the rule out of select",
        ),
    ),
    detectors=(
        *_loading.DETECTORS,
        *_moderation.DETECTORS,
        Files(_requirements.of_lock, names=_requirements.LOCK_NAMES),
        Files(_requirements.of_requirements, languages=("Text",), names=("*.pip", "*.lock")),
        Files(_requirements.of_environment, languages=("YAML",)),
        Files(_scanners.of_settings, names=_scanners.NAMES),
        Files(_scanners.of_commands, languages=_runners.LANGUAGES),
    ),
)
