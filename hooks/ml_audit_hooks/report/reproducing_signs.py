"""How `reproducing` finds its signs in code, configuration and documents."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.core.keys import keys
from ml_audit_hooks.report.reproducing import COMMIT, DIGEST, HARDWARE, PINNED, REPEATS, RUNS, SWITCH, Sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.core.context import Context

_SWITCHES = frozenset(("enable_full_determinism", "enable_op_determinism", "use_deterministic_algorithms"))
_SWITCH_VALUES = ("CUBLAS_WORKSPACE_CONFIG", "TF_DETERMINISTIC_OPS", "xla_gpu_deterministic_ops")
_COMMIT_NAMES = frozenset(("CI_COMMIT_SHA", "GITHUB_SHA", "GIT_COMMIT", "GIT_SHA"))
_MOVING = frozenset(("HEAD", "dev", "latest", "main", "master"))
_DIGESTS = frozenset(("checksum", "expected_hash", "expected_sha256", "file_hash", "hash_prefix", "known_hash"))
_REPEATS = ("reproducib", "repeatab", "same_seed")
_OF_RESULTS = ("augment", "batch", "fit", "loss", "sampl", "seed", "shuffl", "split", "train", "transform")
_NOT_REPEATS = ("non_determinis", "nondeterminis", "not_determinis")
_PACKAGING = frozenset(("setup.py", "conf.py", "_version.py", "versioneer.py", "version.py"))
_ACCELERATORS = frozenset(
    "A100 A6000 B200 GH200 H100 H200 H800 A800 K80 MI250 MI250X MI300X P100 V100 TPUV2 TPUV3 TPUV4 TPUV5".split()
)
_SHORT = frozenset("1080 1080TI 2080 2080TI 3060 3080 3090 3090TI 4080 4090 5090 A10 A10G A40 L4 L40 L40S T4".split())
_BESIDE = ("gpu", "nvidia", "tesla", "rtx", "gtx", "geforce", "tpu", "vram", "titan")  # what makes a short name a chip
_COUNTS = frozenset("two three four five six seven eight nine ten".split())
_AVERAGED = ("average", "averaging", "mean ", "median", "over ", "across ", "repeat", "report")
_SPREAD = ("standard deviation", "confidence interval", "error bar", "std. dev")
_OF_WHAT = ("%", " run", "seed", "trial")  # beside a word of spread: of results, not of a reward or layer


def in_code(context: Context) -> Iterator[Sign]:
    """The signs of a module or cell."""
    yield from _commits(context)
    yield from _switches(context)
    yield from _versions(context)
    for scope in context.module.scopes if context.in_test else ():
        if _is_repeat(scope.symbol.rpartition(".")[2].lower()) and _asserts(context, scope.node):
            yield _sign(context, REPEATS, scope.node, "tests that a run repeats")._replace(symbol=scope.symbol)


def _is_repeat(name: str) -> bool:
    """Whether a test's name says that results repeat: of a hash or cipher, "deterministic" is no result."""
    said = any(word in name for word in _REPEATS)
    said = said or ("determinis" in name and any(word in name for word in _OF_RESULTS))
    return said and name.startswith("test") and not any(word in name for word in _NOT_REPEATS)


def _asserts(context: Context, node: ast.AST) -> bool:
    """By the statement or by a call: `assertEqual`, `torch.testing.assert_close`."""
    if context.within(node, ast.Assert):
        return True
    return any("assert" in context.dotted(call.func).rpartition(".")[2] for call in context.within(node, ast.Call))


def _sign(context: Context, kind: str, node: ast.AST, why: str) -> Sign:
    return Sign(kind, getattr(node, "lineno", 1), context.module.cell, context.symbol(node), why)


def _commits(context: Context) -> Iterator[Sign]:
    """Where the commit is read, outside packaging: `git rev-parse HEAD`, GitPython, the CI's variables."""
    if context.in_test or context.file.path.rpartition("/")[2] in _PACKAGING:
        return
    for node in context.nodes(ast.Attribute):
        if node.attr == "hexsha":
            yield _sign(context, COMMIT, node, "reads the commit with GitPython")
    for text in context.nodes(ast.Constant):
        value = text.value
        if isinstance(value, str) and "rev-parse" in value:
            around = "\n".join(context.module.lines[max(0, text.lineno - 2) : text.lineno + 2])
            if "HEAD" in around:
                yield _sign(context, COMMIT, text, "reads the commit with git rev-parse")
        elif isinstance(value, str) and value in _COMMIT_NAMES:
            yield _sign(context, COMMIT, text, f"reads the commit from {value}")


def _switches(context: Context) -> Iterator[Sign]:
    if context.in_test:
        return
    for name in sorted(_SWITCHES & context.written.keys()):
        for call in context.written[name]:
            yield _sign(context, SWITCH, call, f"calls {name}")
    for node in context.nodes(ast.Assign):
        for target in node.targets:
            named = isinstance(target, ast.Attribute) and target.attr == "deterministic"
            if named and not (isinstance(node.value, ast.Constant) and not node.value.value):
                yield _sign(context, SWITCH, node, "sets deterministic")
    for word in context.nodes(ast.keyword):
        on = isinstance(word.value, ast.Constant) and word.value.value is True
        if on and word.arg in ("deterministic", "full_determinism"):
            yield _sign(context, SWITCH, word.value, f"sets {word.arg}=True")
    for text in context.nodes(ast.Constant):
        name = next((n for n in _SWITCH_VALUES if isinstance(text.value, str) and n in text.value), "")
        if name:
            yield _sign(context, SWITCH, text, f"sets {name}")


def _versions(context: Context) -> Iterator[Sign]:
    for word in context.nodes(ast.keyword):
        value = word.value.value if isinstance(word.value, ast.Constant) else None
        if not isinstance(value, str) or not value:
            continue
        if word.arg == "revision" and value not in _MOVING:
            yield _sign(context, PINNED, word.value, "pins a revision")
        elif word.arg in _DIGESTS:
            yield _sign(context, DIGEST, word.value, f"checks {word.arg}")
    if "hashlib" in context.packages:
        for name in sorted({"md5", "sha1", "sha256"} & context.written.keys()):
            for call in context.written[name]:
                if any(verb in context.symbol(call).lower() for verb in ("download", "verify", "check")):
                    yield _sign(context, DIGEST, call, f"checks a {name} digest")


def in_config(text: str) -> Iterator[Sign]:
    """The signs of a YAML file."""
    for key in keys(text, "YAML"):
        name = key.name.rpartition(".")[2]
        if name in ("deterministic", "full_determinism") and key.value.lower() in ("true", "yes", "on"):
            yield Sign(SWITCH, key.line, None, key.name, "switches determinism on")
        elif name == "revision" and len(key.value) == 40 and all(c in "0123456789abcdef" for c in key.value):
            yield Sign(PINNED, key.line, None, key.name, "pins a revision")


def in_document(text: str) -> Iterator[Sign]:
    """The first line of a document that names an accelerator, and the first that tells of repeated runs."""
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        for kind, why in ((HARDWARE, _hardware(line)), (RUNS, _runs(line))):
            if why and kind not in seen:
                seen.add(kind)
                yield Sign(kind, number, None, "", why)


def _hardware(line: str) -> str:
    if not any(char.isdigit() for char in line):
        return ""
    words = "".join(c if c.isalnum() else " " for c in line).upper().split()
    joined = {a + b for a, b in zip(words, words[1:], strict=False) if b in ("TI",) or a == "TPU"}
    lower = line.lower()
    known = [word for word in (*words, *sorted(joined)) if word in _ACCELERATORS]
    if not known and any(word in lower for word in _BESIDE):
        known = [word for word in words if word in _SHORT]
    return f"names {known[0]}" if known else ""


def _runs(line: str) -> str:
    lower = line.lower()
    if _is_spread(line) or all(any(word in lower for word in words) for words in (_SPREAD, _OF_WHAT)):
        return "states the spread"
    if not any(word in lower for word in _AVERAGED):
        return ""
    words = "".join(c if c.isalnum() else " " for c in lower).split()
    for i, word in enumerate(words):
        if word in ("runs", "seeds", "trials"):
            before = words[max(0, i - 3) : i]
            if any(w in _COUNTS or (w.isdigit() and 1 < int(w) < 1000) for w in before):
                return "states the number of runs"
    return ""


def _is_spread(line: str) -> bool:
    """``71.2 ± 0.3``."""
    before, sign, after = line.partition("±")
    return bool(sign) and before.rstrip(" $%*")[-1:].isdigit() and after.lstrip(" $")[:1].isdigit()
