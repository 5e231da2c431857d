"""One file of the tree and everything derived from it, each thing once."""

from __future__ import annotations

from ml_audit_hooks.core import places
from ml_audit_hooks.core.source import Content, Unreadable, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.notebook import Notebook
    from ml_audit_hooks.core.python import Module


class File:
    """A path and its content. What cannot be derived raises Unreadable, each time it is asked for."""

    def __init__(self, path: str, content: Content) -> None:
        self.path = path
        self.content = content
        self._text: str | None = None
        self._notebook: Notebook | None = None
        self._modules: tuple[Module, ...] | None = None
        self._contexts: tuple[Context, ...] | None = None
        self.unparsed: tuple[tuple[int, str], ...] = ()  # (cell, reason), known once `modules` was asked for
        self._failure: Unreadable | None = None

    @property
    def data(self) -> bytes:
        """The bytes."""
        if self.content.data is None:
            raise Unreadable(self.content.reason)
        return self.content.data

    @property
    def language(self) -> str | None:
        """By the path; by the ``#!`` line for a file without an ending."""
        known = places.language(self.path)
        data = self.content.data
        if known is None and data is not None and data.startswith(b"#!") and not places.suffix(self.path):
            words = [word for word in data[2:256].split(b"\n", 1)[0].split() if not word.startswith(b"-")]  # env -S
            program = words[1] if len(words) > 1 and words[0].endswith(b"/env") else b"".join(words[:1])
            name = program.rpartition(b"/")[2]
            if name.startswith(b"python") or (name == b"uv" and b"run" in words):
                return "Python"
            if name in (b"sh", b"bash", b"zsh", b"dash", b"ksh"):
                return "Shell"
        return known

    @property
    def text(self) -> str:
        """The decoded content, see `source.decode`."""
        if self._text is None:
            self._text = decode(self.data, self.language == "Python")
        return self._text

    @property
    def notebook(self) -> Notebook:
        """The cells of a notebook file."""
        if self._notebook is None:
            from ml_audit_hooks.core import notebook

            self._notebook = notebook.read(self.text)
        return self._notebook

    @property
    def modules(self) -> tuple[Module, ...]:
        """The syntax trees: one of a Python file, one a cell of a Python notebook, none of others."""
        if self._failure is not None:
            raise self._failure
        if self._modules is None:
            try:
                self._modules = self._parsed()
            except Unreadable as error:
                self._failure = error
                raise
        return self._modules

    @property
    def contexts(self) -> tuple[Context, ...]:
        """The modules with names and values resolved, each cell of a notebook with those before it."""
        if self._contexts is None:
            from ml_audit_hooks.core.context import Context

            found: list[Context] = []
            for module in self.modules:
                found.append(Context(self, module, found[-1] if found and module.cell is not None else None))
            self._contexts = tuple(found)
        return self._contexts

    def _parsed(self) -> tuple[Module, ...]:
        if self.language == "Python":
            from ml_audit_hooks.core import python

            return (python.parse(self.text),)
        if self.language == "Notebook" and self.notebook.language in ("python", "ipython"):
            from ml_audit_hooks.core import notebook

            modules, self.unparsed = notebook.modules(self.notebook)
            return modules
        return ()
