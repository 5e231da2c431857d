"""What docstrings, comments and messages say of an empty body: whose business it is, or why it is empty."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, words
from ml_audit_hooks.checks.stubs.bodies import REFUSAL
from ml_audit_hooks.core.python import Module, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.python import FunctionNode

# What a docstring or comment says of a contract: somebody else writes the body.
SUBCLASS_PHRASES = (
    "subclass",
    "subclasses",
    "sub-class",
    "sub-classes",
    "derived class",
    "derived classes",
    "child class",
    "child classes",
    "inherited class",
    "inheriting class",
    "inheriting classes",
    "must be implemented",
    "should be implemented by",
    "must implement",
    "should implement",
    "must be overridden",
    "should be overridden",
    "can be overridden",
    "may be overridden",
    "would be overridden",
    "to be overridden",
    "must override",
    "should override",
    "can override",
    "may override",
    "override this",
    "override in",
    "overridden by",
    "overridden in",
    "overwritten by",
    "abstract method",
)
# What they say of a body that is empty on purpose; void where the same text calls it unfinished.
NO_OP_PHRASES = (
    "no-op",
    "noop",
    "no op",
    "does nothing",
    "do nothing",
    "doesn't do anything",
    "does not do anything",
    "don't do anything",
    "nothing to do",
    "nothing to be done",
    "nothing to clean",
    "nothing to close",
    "intentionally",
    "intentional",
    "deliberately",
    "on purpose",
    "by design",
    "for compatibility",
    "for backward compatibility",
    "for backwards compatibility",
    "duck-typing",
    "kept for",
    "hook called",
    "hook for",
    "hook function",
    "hook method",
    "hook that",
    "hook to",
)
_REASONS = (  # in comments only: there they speak of the body, in a docstring of what the function is for
    "not needed",
    "not necessary",
    "no need",
    "not required",
    "unnecessary",
    "does not need",
    "doesn't need",
    "don't need",
    "need not",
    "not used",
    "not applicable",
    "never called",
    "handled by",
    "handled in",
    "done by",
    "done in",
    "doing that",
    "not raise",
    "automatically",
    "already",
)
_FOR_TYPES = ("type checker", "type checkers", "pytype", "mypy", "pyright", "static analyzers", "for typing")
_SHORT = 8  # words
_UNFINISHED = (*words.OUTRIGHT, "todo", "fixme", "xxx", "later", "for now", "yet", "future", "temporary", "temporarily")
# A message that sends the caller elsewhere, or says that the call can never make sense.
_GUARDS = (
    "instead",
    "no longer supported",
    "no longer available",
    "not intended",
    "not meant",
    "not supposed",
    "not iterable",
    "not subscriptable",
    "not hashable",
    "not callable",
    "not well-defined",
    "not well defined",
    "undefined for",
    "can only be",
    "may only be",
    "should not be called",
    "should never be called",
    "must not be called",
    "read-only",
    "read only",
    "immutable",
    "disabled",
    "deprecated",
    "removed",
)
_GAPS = ("yet", "todo", "fixme", "not implemented", "unimplemented", "currently", "future", "planned", "coming soon")


def says_why(module: Module, node: FunctionNode, kind: str) -> bool:
    """Whether docstring, comments or message give a reason for the empty body."""
    spoken = plain(bodies.docstring(node.body) or "")
    comments = comment_text(module, node)
    if words.has_phrase(comments, _FOR_TYPES) and not words.has_phrase(comments, ("disable", "ignore", "todo")):
        return True  # and no pragma of such a program
    if kind == REFUSAL:
        message = " ".join([spoken, plain(" ".join(_strings(node.body[-1])))])
        if words.has_phrase(message, SUBCLASS_PHRASES):
            return True
        return words.has_phrase(message, _GUARDS) and not words.has_phrase(f"{message} {comments}", _GAPS)
    both = f"{spoken} {comments}"
    if words.has_phrase(both, SUBCLASS_PHRASES):
        return True
    reason = words.has_phrase(both, NO_OP_PHRASES) or words.has_phrase(comments, _REASONS) or _needs_none(both)
    return reason and not words.has_phrase(both, _UNFINISHED)


def _needs_none(text: str) -> bool:
    """Whether a text says ``no … needed`` (no cleanup is needed), or is a short ``… nothing``."""
    spoken = [word.strip(".,:;()") for word in text.split()]
    ends = [i for i, word in enumerate(spoken) if word in ("needed", "required", "necessary")]
    return any("no" in spoken[max(0, i - 4) : i] for i in ends) or ("nothing" in spoken and len(spoken) <= _SHORT)


def is_no_op_by_text(module: Module, node: FunctionNode) -> bool:
    """Whether a docstring says that the body is empty on purpose, or it or a comment that another class writes it."""
    spoken = plain(bodies.docstring(node.body) or "")
    if words.has_phrase(f"{spoken} {comment_text(module, node)}", SUBCLASS_PHRASES):
        return True
    return words.has_phrase(spoken, NO_OP_PHRASES) and not words.has_phrase(spoken, _UNFINISHED)


def plain(text: str) -> str:
    """`text` on one line, in small letters."""
    return " ".join(text.lower().split())


def comment_text(module: Module, node: FunctionNode) -> str:
    """What the comments of a function say, on one line and in small letters: enough to find phrases in it."""
    lines = module.lines[node.lineno - 1 : node.end_lineno or node.lineno]
    return plain(" ".join(line[line.find("#") :].strip("# ") for line in lines if "#" in line))


def _strings(root: ast.AST) -> list[str]:
    found = [n.value for n in walk(root) if isinstance(n, ast.Constant)]
    return [value for value in found if isinstance(value, str)]
