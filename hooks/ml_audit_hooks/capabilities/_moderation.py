"""Guards around a language model: against harm, abuse and injection."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.model import Calls, Defines, Keywords, Strings, Uses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.model import Definition, Detector
    from ml_audit_hooks.core.context import Context

GUARD, MODEL = "security.prompt_safety", "security.language_model"
_HARM = frozenset(
    ("toxicity", "toxic", "profanity", "harmful", "harm", "hate", "nsfw", "jailbreak", "abusive", "unsafe")
)
_TESTS = frozenset(
    (
        "check",
        "checks",
        "checker",
        "detect",
        "detects",
        "detector",
        "filter",
        "filters",
        "is",
        "contains",
        "has",
        "block",
    )
    + (
        "blocked",
        "score",
        "classify",
        "classifier",
        "screen",
        "scan",
        "guard",
        "validate",
        "moderate",
        "reject",
        "refuse",
    )
)
_SPEECH = frozenset(
    ("prompt", "prompts", "response", "content", "output", "outputs", "input", "message", "text", "llm")
)
_GUARD_MODELS = (
    *("llama-guard", "llamaguard", "shieldgemma", "prompt-guard", "prompt-injection", "toxic", "wildguard"),
    *("granite-guardian", "roberta-hate", "nsfw_text", "moderation"),
)
_PACKAGES = (
    *("guardrails", "nemoguardrails", "llm_guard", "detoxify", "better_profanity", "profanity_check", "rebuff"),
    *("lakera", "lakera_chainguard", "perspective", "vigil", "llamafirewall", "openai_guardrails"),
)


def _is_guard(context: Context, words: list[str], node: Definition) -> bool:
    """Whether a name promises a guard. Single words of security are too common: injection of noise, a safe path."""
    found = set(words)
    if not found.isdisjoint(("guardrail", "guardrails", "moderation", "moderator", "jailbreak")):
        return True
    if "injection" in found and not found.isdisjoint(("prompt", "prompts", "llm")):
        return True
    if "moderate" in words and not found.isdisjoint(_SPEECH):
        return True
    if not found.isdisjoint(_HARM - {"unsafe"}) and not found.isdisjoint(_TESTS):
        return True
    if not found.isdisjoint(("safety", "unsafe", "safe")) and not found.isdisjoint(_SPEECH - {"input", "output"}):
        return not found.isdisjoint(_TESTS)
    return words[:1] == ["sanitize"] and not found.isdisjoint(("prompt", "prompts", "llm"))


def _is_text_task(context: Context, call: ast.Call) -> bool:
    task = context.constant(context.argument(call, "task", 0))
    return task in ("text-generation", "text2text-generation", "conversational", "image-text-to-text", "summarization")


def _is_guard_model(context: Context, call: ast.Call) -> bool:
    for argument in [*call.args, *(k.value for k in call.keywords)]:
        value = context.constant(argument)
        if isinstance(value, str) and any(part in value.lower() for part in _GUARD_MODELS):
            return True
    return False


DETECTORS: tuple[Detector, ...] = (
    Calls((GUARD,), ("*.moderations.create", "openai.Moderation.create", "openai.Moderation.acreate")),
    Calls((GUARD,), tuple(f"{package}.*" for package in _PACKAGES)),
    Calls((GUARD,), ("*.OpenAIModerationChain", "*.ConstitutionalChain", "*.LlamaGuard", "*.ContentSafetyClient")),
    Calls((GUARD,), ("*.AmazonComprehendModerationChain", "*.apply_guardrail", "*.PromptInjectionScanner")),
    Calls(
        (GUARD,),
        ("*.from_pretrained", "transformers.pipeline", "*.InferenceClient", "*.create", "litellm.completion"),
        test=_is_guard_model,
        why="loads a moderation model",
    ),
    Keywords(
        (GUARD,), ("safety_settings", "guardrailIdentifier", "guardrailConfig", "guardrail_config", "safe_prompt")
    ),
    Uses((GUARD,), ("google.generativeai.types.HarmCategory", "google.genai.types.HarmCategory")),
    Defines(
        (GUARD,),
        _is_guard,
        words=frozenset(
            "abusive guardrail guardrails harm harmful hate injection jailbreak moderate moderation moderator nsfw"
            " profanity safe safety sanitize toxic toxicity unsafe".split()
        ),
    ),
    Strings((GUARD,), ("omni-moderation-latest", "text-moderation-latest", "text-moderation-stable")),
    Calls((MODEL,), ("*.chat.completions.create", "*.completions.create", "*.messages.create", "*.responses.create")),
    Calls(
        (MODEL,), ("openai.Completion.create", "openai.ChatCompletion.create", "*.generate_content", "*.invoke_model")
    ),
    Calls(
        (MODEL,), ("openai.*", "anthropic.*", "litellm.*", "vllm.*", "llama_cpp.*", "ollama.*", "mlx_lm.*", "cohere.*")
    ),
    Calls((MODEL,), ("*.AutoModelForCausalLM.from_pretrained", "*.AutoModelForSeq2SeqLM.from_pretrained")),
    Calls(
        (MODEL,),
        ("*LMHeadModel.from_pretrained", "*ForCausalLM.from_pretrained", "*ForConditionalGeneration.from_pretrained"),
    ),
    Calls((MODEL,), ("*.ChatOpenAI", "*.ChatAnthropic", "*.HuggingFacePipeline", "*.LLMChain", "*.AzureOpenAI")),
    Calls(("security.generates",), ("*.generate",)),
    Calls((MODEL,), ("transformers.pipeline",), test=_is_text_task),
    Calls((MODEL,), ("*.FastLanguageModel.from_pretrained", "dspy.LM", "dspy.*")),
)
