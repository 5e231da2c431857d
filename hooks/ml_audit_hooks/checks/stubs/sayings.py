"""What a function says of itself: comments, docstring and messages."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, reasons, words
from ml_audit_hooks.checks.stubs.answers import named_values
from ml_audit_hooks.checks.stubs.calls import text_of
from ml_audit_hooks.core.python import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.stubs.answers import Body

# How a comment opens that tells what the body does not do.
_OPENINGS = ("would ", "implementation would ", "implementation for ")
_TOLD_UNDER = frozenset("detail details error message msg note reason status warning".split())  # keys of an answer


class Sayings:
    """The words of a function, in small letters. Nothing is looked up before it is asked for."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._outright: bool | None = None
        self._any: bool | None = None

    def outright(self) -> bool:
        """Whether a comment or message of the body, or its docstring, says that it is not the real thing."""
        if self._outright is None:
            comments, others = self._earnest()
            text = "\n".join([" ".join(comments), *others])
            self._outright = words.has_phrase(text, words.OUTRIGHT) or any(c.startswith(_OPENINGS) for c in comments)
        return self._outright

    def outright_inside(self) -> bool:
        """Whether it says so in its body: a docstring may speak of what the function is for."""
        comments, others = self._earnest()
        return words.has_phrase("\n".join([" ".join(comments), *others[:-1]]), words.OUTRIGHT)

    def stands_in(self) -> bool:
        """Whether it says that of the whole body."""
        comments, others = self._earnest()
        return words.has_phrase("\n".join([" ".join(comments), *others]), words.STAND_INS)

    def _earnest(self) -> tuple[list[str], list[str]]:
        """The comments and the other words; what works, and says that it could be better, works."""
        comments, others = self._comments(), self._others()
        if self._body.reads_parameters():
            return _without_comparatives(comments), _without_comparatives(others)
        return comments, others

    def any(self) -> bool:
        """Whether any sign word is in it, at the weakest one in the module's docstring."""
        if self._any is None:
            text = "\n".join([" ".join(self._comments()), *self._others(), self._body.around.says])
            self._any = words.has_phrase(text, words.OUTRIGHT + words.HINTS)
        return self._any

    def _others(self) -> list[str]:
        """The messages, what the answer and the last refusal tell, and the docstring."""
        body = self._body
        roots: list[ast.AST] = [*body.messages]
        if isinstance(body.rest[-1], ast.Raise):  # one in a branch speaks of that branch
            roots.append(body.rest[-1])
        for origin in body.origins():
            roots += [v for n in walk(origin) for name, v in named_values(n) if name in _TOLD_UNDER]
        spoken = [n.value for root in roots for n in walk(root) if isinstance(n, ast.Constant)]
        told = [reasons.plain(text).replace("_", " ") for text in spoken if isinstance(text, str)]
        return [*told, reasons.plain(bodies.docstring(body.node.body) or "")]

    def _comments(self) -> list[str]:
        body = self._body
        texts = [n for n in body.nodes() if isinstance(n, (ast.Constant, ast.JoinedStr))]
        inside = {i for n in texts for i in range(n.lineno + 1, (n.end_lineno or n.lineno) + 1)}
        rows = enumerate(text_of(body.module, body.node).split("\n"), body.node.lineno)
        lines = [line for i, line in rows if "#" in line and i not in inside]
        return [reasons.plain(line[line.find("#") :].strip("# \t")) for line in lines]


def _without_comparatives(lines: list[str]) -> list[str]:
    return [line for line in lines if not words.has_phrase(line, words.COMPARATIVES)]
