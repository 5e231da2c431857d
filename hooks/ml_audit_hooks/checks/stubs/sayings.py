"""What a function says of itself: comments, docstring and messages."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.checks.stubs import bodies, silent, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.checks.stubs.reading import Body

# How a comment opens that tells what the body does not do.
_OPENINGS = ("would ", "could ", "should ", "implementation would ", "implementation for ")


class Sayings:
    """The words of a function, in small letters. Nothing is looked up before it is asked for."""

    def __init__(self, body: Body, module_says: str) -> None:
        self._body = body
        self._module_says = module_says
        self._outright: bool | None = None
        self._any: bool | None = None

    def outright(self) -> bool:
        """Whether a comment or message of the body, or its docstring, says that it is not the real thing."""
        if self._outright is None:
            comments, others = self._comments(), self._others()
            if self._body.reads_parameters():  # what works, and says that it could be better, works
                comments, others = _without_comparatives(comments), _without_comparatives(others)
            text = "\n".join([" ".join(comments), *others])
            self._outright = words.has_phrase(text, words.OUTRIGHT) or any(c.startswith(_OPENINGS) for c in comments)
        return self._outright

    def any(self) -> bool:
        """Whether any sign word is in it, at the weakest one in the module's docstring."""
        if self._any is None:
            text = "\n".join([" ".join(self._comments()), *self._others(), self._module_says])
            self._any = words.has_phrase(text, words.OUTRIGHT + words.HINTS)
        return self._any

    def _others(self) -> list[str]:
        """The messages and the docstring."""
        spoken = [n.value for n in self._body.nodes() if isinstance(n, ast.Constant)]
        messages = [silent.plain(m) for m in spoken if isinstance(m, str) and " " in m]
        return [*messages, silent.plain(bodies.docstring(self._body.node.body) or "")]

    def _comments(self) -> list[str]:
        node = self._body.node
        lines = self._body.module.lines[node.lineno - 1 : node.end_lineno or node.lineno]
        return [silent.plain(line[line.find("#") :].strip("# \t")) for line in lines if "#" in line]


def _without_comparatives(lines: list[str]) -> list[str]:
    return [line for line in lines if not words.has_phrase(line, words.COMPARATIVES)]
