"""A notebook run from top to bottom in the mind: which names are read before anything binds them."""

from __future__ import annotations

import _ast as ast
import builtins

from ml_audit_hooks.checks.notebooks import magics
from ml_audit_hooks.checks.notebooks.bodies import Body
from ml_audit_hooks.checks.notebooks.scope import Walk
from ml_audit_hooks.core import python
from ml_audit_hooks.core.source import Unreadable
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ml_audit_hooks.checks.notebooks.cells import Code
    from ml_audit_hooks.core.python import Module

# What a notebook has from its kernel, its host (Databricks, Spark kernels) or IPython itself.
_GIVEN = frozenset(
    "In Out PythonFinalizationError _ __ ___ __annotations__ __builtins__ __doc__ __file__ __loader__ __name__"
    " __package__ __spec__ __vsc_ipynb_file__ _dh _exit_code _i _ih _ii _iii _oh _sh dbutils display"
    " displayHTML exit get_ipython mssparkutils notebookutils quit sc spark sqlContext".split()
)
_TYPED = frozenset("cd clear cls hist history ll ls pwd reset who whos".split())  # magics that need no % by themselves
_PYTHON_2 = frozenset(
    "apply basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode xrange".split()
)
KNOWN = frozenset(vars(builtins)) | _GIVEN
_LOOSE = frozenset(("exec", "execfile", "globals", "locals", "vars"))  # calls that may bind anything
_NOT_RUN = frozenset(("skip-execution", "raises-exception", "no-execute", "noexecute"))  # tags of tools that run cells
_PARAMETERS = frozenset(("injected-parameters", "parameters"))  # papermill's


class Use(NamedTuple):
    """A name that is read where nothing above has bound it."""

    name: str
    cell: int
    line: int
    column: int  # from 1, in characters
    through: str  # the function of the notebook whose call reads it; "" where the cell does
    ran: bool  # whether the cell shows that it ran
    branch: bool  # whether the run may have passed over the use
    bound: int | None  # the cell that binds it next, this one or a later one; None where none does
    deleted: int | None  # the cell above that deletes it


class _Program:
    """The state of the notebook as its cells are gone through."""

    def __init__(self) -> None:
        self.cell: Code | None = None
        self.defined: set[str] = set(KNOWN)  # with what every notebook has
        self.deleted: dict[str, int] = {}
        self.functions: dict[str, ast.AST] = {}
        self.known: dict[int, Body] = {}  # bodies, by the identity of their definition
        self.unknown = False  # whether names may have been bound that nobody can tell
        self.quiet = False  # in a cell that is known not to have run through
        self.uses: dict[str, Use] = {}
        self.walk: Walk | None = None
        self.inside: set[str] = set()  # names that are used in loops

    def load(self, name: str, node: ast.AST) -> None:
        """A name is read at the top level."""
        if name not in self.defined:
            self._note(name, node, "")

    def bind(self, name: str, node: ast.AST) -> None:
        """A name is bound at the top level."""
        if name == "*":
            self.unknown = True
            return
        if name not in self.defined:
            self.defined.add(name)
            use = self.uses.get(name)
            if use is not None and use.bound is None and self.cell is not None:
                if use.cell == self.cell.number and name in self.inside:
                    del self.uses[name]  # a later round of a loop may read what an earlier one bound
                else:
                    self.uses[name] = use._replace(bound=self.cell.number)
        if node.__class__ is ast.FunctionDef or node.__class__ is ast.ClassDef:
            self.functions[name] = node
        elif name in self.functions:
            del self.functions[name]

    def unbind(self, name: str, node: ast.AST) -> None:
        """A name is deleted at the top level."""
        self.load(name, node)
        if not self.quiet and self.cell is not None:
            if name not in KNOWN:
                self.defined.discard(name)
            self.deleted[name] = self.cell.number

    def called(self, name: str, node: ast.AST) -> None:
        """A name is called at the top level: its body runs now."""
        if name in _LOOSE:
            self.unknown = True
        if name not in self.functions or self.quiet or self.unknown:
            return
        seen, waiting = {name}, [name]
        while waiting:
            body = self._body(self.functions[waiting.pop()])
            missing = [read for read in body.loads if read not in self.defined and read not in self.uses]
            if missing:
                for read in body.outside(missing):
                    self._note(read, node, name)
            for inner in body.calls:
                if inner not in seen and inner in self.functions:
                    seen.add(inner)
                    waiting.append(inner)

    def _body(self, definition: ast.AST) -> Body:
        known = self.known.get(id(definition))
        if known is None:
            known = self.known[id(definition)] = Body(definition)
        return known

    def _note(self, name: str, node: Any, through: str) -> None:
        if self.unknown or self.quiet or name in self.uses or not name.strip("_") or _is_history(name):
            return
        cell = self.cell
        assert cell is not None
        branch = False
        if self.walk is not None:
            branch = self.walk.branches > 0
            if self.walk.rounds:
                self.inside.add(name)
        self.uses[name] = Use(
            name, cell.number, node.lineno, node.col_offset + 1, through, cell.ran, branch, None, self.deleted.get(name)
        )


def _is_history(name: str) -> bool:
    """``_12``, ``_i12``: what IPython keeps of its inputs and outputs."""
    return name[:1] == "_" and name.lstrip("_i").isdigit()


def uses(cells: Sequence[Code], modules: Sequence[Module], unparsed: frozenset[int], version: str) -> tuple[Use, ...]:
    """The first uses of names that nothing above binds, from top to bottom.

    `unparsed` are the cells that could not be parsed; `version` is that of the notebook's Python, "" where unsaid.
    """
    program = _Program()
    if version.startswith("2"):
        program.defined |= _PYTHON_2
    trees = {module.cell: module for module in modules}
    annotations = (
        version.startswith("3.") and version[2:].partition(".")[0].isdigit() and int(version.split(".")[1]) < 14
    )
    walk = program.walk = Walk(program, program.defined, annotations)
    given = False
    for cell in cells:
        given = given or not _PARAMETERS.isdisjoint(cell.tags)
        program.cell = cell
        program.quiet = bool(cell.errors) or not _NOT_RUN.isdisjoint(cell.tags)
        module = trees.get(cell.number)
        try:
            _run(program, walk, cell, module)
        except RecursionError:
            program.unknown = True
        if cell.number in unparsed:
            program.unknown = True
    certain = not program.unknown and not given
    return tuple(use for use in program.uses.values() if certain or use.bound is not None or use.deleted is not None)


def _run(program: _Program, walk: Walk, cell: Code, module: Module | None) -> None:
    """Go through one cell."""
    done = magics.NONE if module is not None and module.text is cell.source else magics.effect(cell.source)
    program.unknown = program.unknown or done.unknown
    if module is None or not done.runs:
        return
    for name in done.binds:
        program.bind(name, module.tree)
    if "{{" in module.text and _is_template(module):
        program.unknown = True
    if "annotations" in module.text and any(
        node.module == "__future__" for node in module.tree.body if isinstance(node, ast.ImportFrom)
    ):
        walk.annotations = False
    if "global " in module.text:
        for node in module.nodes.get(ast.Global, ()):
            for name in node.names:  # type: ignore[attr-defined]
                program.bind(name, node)
    rows = [row for row in module.tree.body if not _is_typed(row)]
    for line, statement in done.statements:
        try:
            rows += python.parse("\n" * (line - 1) + statement).tree.body
        except Unreadable:
            continue
    if done.statements:  # the mask of such a line is a `pass` of the same number
        rows.sort(key=lambda row: row.lineno)
    walk.run(rows)


def _is_typed(row: ast.stmt) -> bool:
    """Whether a statement is only the name of a magic, which IPython takes for it."""
    return row.__class__ is ast.Expr and row.value.__class__ is ast.Name and row.value.id in _TYPED


def _is_template(module: Module) -> bool:
    """Whether a cell holds ``{{ name }}``, a set in a set, which no program can make."""
    return any(
        item.__class__ is ast.Set
        for node in module.nodes.get(ast.Set, ())
        for item in node.elts  # type: ignore[attr-defined]
    )
