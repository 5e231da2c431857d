"""Regular expressions that are compiled when they are first needed: most files of a repository need none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


class Pattern:
    """As the standard library's, by the same names."""

    __slots__ = ("_compiled", "_ignore_case", "_text")

    def __init__(self, text: str, ignore_case: bool = False) -> None:
        self._text = text
        self._ignore_case = ignore_case
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        if self._compiled is None:
            import re

            self._compiled = re.compile(self._text, re.IGNORECASE if self._ignore_case else 0)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """The first hit anywhere."""
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """A hit at the start."""
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A hit that is the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All hits."""
        return self.compiled.finditer(text)

    def sub(self, new: str, text: str) -> str:
        """The text with every hit replaced."""
        return self.compiled.sub(new, text)
