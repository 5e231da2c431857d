"""What a capability, a facet and a signal are."""

from __future__ import annotations

from ml_audit_hooks.core.capability import Evidence as Evidence
from ml_audit_hooks.core.capability import Signal as Signal
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal, TypeAlias

    from ml_audit_hooks.capabilities.view import View
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

    State: TypeAlias = Literal["present", "stubbed", "absent"]

PRESENT: State = "present"
STUBBED: State = "stubbed"
ABSENT: State = "absent"


class Verdict(NamedTuple):
    """The state of one facet and what shows it, the best evidence first."""

    state: State
    evidence: tuple[Evidence, ...] = ()
    note: str = ""  # "off by default", "only by the trainer's default"


class Facet(NamedTuple):
    """One decidable question. The texts are templates: {train} and the like name things of the repository."""

    name: str
    core: bool
    title: str  # what it is, for the table: "gradient accumulation"
    gap: str  # what is missing, in words: "no gradient accumulation in {train}"
    risk: str  # what breaks in production
    patch: str  # the smallest reviewable change, with the test to add
    rollback: str
    decide: Callable[[View], Verdict] | None = None  # None: present where a signal bears the facet's id
    rests_on: str = ""  # the facet of the capability without which this one's gap would speak of nothing


class Capability(NamedTuple):
    """One capability: its facets, and the detectors that find their signals."""

    name: str
    title: str
    facets: tuple[Facet, ...]
    detectors: tuple[Detector, ...] = ()
    ground: Callable[[View], bool] | None = None  # whether the capability's ground is there at all
    no_ground: str = ""  # the hint where it is not: "nothing in the repository handles text"


class Calls(NamedTuple):
    """Calls by resolved name.

    `names`: ``torch.save`` (a dotted name after imports), ``torchmetrics.*`` (anything below), ``*.save_pretrained``
    (the last part on any receiver). `needs`: the module imports one of these packages (first part of the name).
    """

    signals: tuple[str, ...]
    names: tuple[str, ...]
    needs: tuple[str, ...] = ()
    test: Callable[[Context, Call], bool] | None = None
    why: str = ""  # default: "calls NAME"


class Keywords(NamedTuple):
    """Keyword arguments by name, in calls whose resolved name fits `of` (globs; none: any call), that switch something
    on: constants None, False, "", "no", "none" and 0 do not."""

    signals: tuple[str, ...]
    names: tuple[str, ...]
    of: tuple[str, ...] = ()
    test: Callable[[Context, Call], bool] | None = None


class Uses(NamedTuple):
    """Loads of a resolved dotted name anywhere but in its import: ``torch.bfloat16``, ``torchmetrics.*``."""

    signals: tuple[str, ...]
    names: tuple[str, ...]


class Bases(NamedTuple):
    """Class definitions by the resolved name of a base (globs), bases within the file followed."""

    signals: tuple[str, ...]
    names: tuple[str, ...]


class Defines(NamedTuple):
    """Definitions of functions or classes by name; `test` gets the words of the name, lower case, and the node.

    `words`: where given, only names with one of these words are tested.
    """

    signals: tuple[str, ...]
    test: Callable[[Context, list[str], Definition], bool]
    why: str = ""
    words: frozenset[str] = frozenset()


class Strings(NamedTuple):
    """String constants in code (docstrings excepted) that are one of `texts`."""

    signals: tuple[str, ...]
    texts: tuple[str, ...]
    test: Callable[[Context, Constant], bool] | None = None
    why: str = ""


class Finds(NamedTuple):
    """Anything else about a module. `needs`: byte strings of which one must occur in its text.

    `quick`: the function looks at a few nodes only and is asked first, `needs` then only where it found something.
    `in_tests`: False where no facet reads its signals off test code, see `view.TESTED`.
    """

    needs: tuple[bytes, ...]
    find: Callable[[Context], Iterable[Signal]]
    quick: bool = False
    in_tests: bool = True


class Files(NamedTuple):
    """Signals of files that are no Python: `languages` as in `core.places`, `names` globs of paths; either suffices."""

    find: Callable[[File], Iterable[Signal]]
    languages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


if TYPE_CHECKING:
    import _ast

    Detector: TypeAlias = Calls | Keywords | Uses | Bases | Defines | Strings | Finds | Files
    Call: TypeAlias = _ast.Call
    Constant: TypeAlias = _ast.Constant
    Definition: TypeAlias = _ast.FunctionDef | _ast.AsyncFunctionDef | _ast.ClassDef
