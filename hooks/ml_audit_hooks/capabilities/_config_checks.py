"""Where settings that a user may override are checked before use."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._settings import (
    is_config_name,
    is_holder,
    is_model_code,
    is_run_setting,
    last,
    spelled,
    words,
)
from ml_audit_hooks.capabilities.model import Calls, Defines, Finds, Keywords
from ml_audit_hooks.core.python import FUNCTION_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition, Detector, Signal
    from ml_audit_hooks.core.context import Context

_VALIDATION = "configuration.validation"
_REFUSALS = ("error", "exit", "fail", "abort")
_VALIDATORS = frozenset(("validator", "field_validator", "model_validator", "root_validator"))
_SUBJECTS = frozenset(
    "args arguments cfg conf config configs configuration hparams hyperparameters hyperparams options settings".split()
)


def _refuses(context: Context, body: list[ast.stmt]) -> bool:
    """Whether one of the statements raises, or ends the program with a message."""
    for statement in body:
        if isinstance(statement, ast.Raise):
            return True
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(value, ast.Call) and last(context, value.func) in _REFUSALS:
            name = context.dotted(value.func)
            if "parser" in name or name in ("sys.exit", "exit"):
                return True
    return False


def _checks(context: Context) -> Iterator[Signal]:
    """``if not 0 < args.lr: raise`` and ``assert cfg.name in NAMES``."""
    for node in context.nodes(ast.If):
        if _refuses(context, node.body) and _asks(context, node.test) and not is_model_code(context, node):
            yield context.signal("config.check", node, "refuses a wrong setting")
    for claim in context.nodes(ast.Assert):
        if _asks(context, claim.test) and not is_model_code(context, claim):
            yield context.signal("config.check", claim, "asserts a setting")


def _asks(context: Context, test: ast.expr) -> bool:
    """Whether a condition reads a setting."""
    if context.once(_settings_lines).isdisjoint(range(test.lineno, (test.end_lineno or test.lineno) + 1)):
        return False
    return any(is_holder(context, below) for below in context.inside(test, ast.AST))


def _settings_lines(context: Context) -> frozenset[int]:
    """The lines on which settings are read."""
    read = (*context.nodes(ast.Attribute), *context.nodes(ast.Subscript))
    return frozenset(n.lineno for n in read if is_holder(context, n))


def _post_init(context: Context) -> Iterator[Signal]:
    """``__post_init__`` and validators of classes that hold settings."""
    for scope in context.module.scopes:
        node = scope.node
        if not isinstance(node, FUNCTION_TYPES) or not scope.parents:
            continue
        owner = scope.parents[-1]
        if not isinstance(owner, ast.ClassDef) or not (node.decorator_list or node.name == "__post_init__"):
            continue
        decorators = {last(context, d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
        if (decorators.isdisjoint(_VALIDATORS) and node.name != "__post_init__") or not _is_settings(owner):
            continue
        if decorators & _VALIDATORS:
            yield context.signal(_VALIDATION, node, f"validates {owner.name}", place=True)
        elif node.name == "__post_init__" and (context.inside(node, ast.Raise) or context.inside(node, ast.Assert)):
            yield context.signal(_VALIDATION, node, f"checks {owner.name}", place=True)


def _is_settings(node: ast.ClassDef) -> bool:
    fields = [s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
    return is_config_name(node.name) or sum(map(is_run_setting, fields)) >= 2


def _schemas(context: Context) -> Iterator[Signal]:
    """pydantic classes of settings: types and bounds are checked by themselves."""
    for scope in context.module.scopes:
        node = scope.node
        if isinstance(node, ast.ClassDef) and _is_settings(node) and is_config_name(node.name):
            for base in node.bases:
                if context.dotted(base).rpartition(".")[2] in ("BaseModel", "BaseSettings"):
                    yield context.signal(_VALIDATION, node, f"{node.name} is checked by pydantic", place=True)


def _key_checks(context: Context) -> Iterator[Signal]:
    """A given name compared with the known settings: ``if key in globals(): … else: raise``."""
    for node in context.nodes(ast.If):
        test = node.test
        if not (isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.In, ast.NotIn))):
            continue
        known = context.dotted(test.comparators[0].func) if isinstance(test.comparators[0], ast.Call) else ""
        refusing = node.orelse if isinstance(test.ops[0], ast.In) else node.body
        if known in ("globals", "vars", "locals", "fields", "asdict") and _refuses(context, refusing):
            yield context.signal(_VALIDATION, node, "refuses an unknown setting")


def _is_check(context: Context, parts: list[str], node: Definition) -> bool:
    """``validate_config``, ``check_args``: functions that are for the facet by name."""
    if isinstance(node, ast.ClassDef) or len(parts) < 2 or parts[0] not in ("validate", "check", "verify"):
        return False
    if _SUBJECTS.isdisjoint(parts[1:]) or context.in_test:
        return False
    if _SUBJECTS & set(parts[1:]) <= {"args", "arguments"}:  # of a program, not of the function's caller
        given = [name for a in node.args.args for name in (a.arg, *spelled(context, a))]
        return any("args" in words(name) or "arguments" in words(name) for name in given)
    return True


DETECTORS: tuple[Detector, ...] = (
    Keywords((_VALIDATION,), ("choices",), of=("*.add_argument", "click.option")),
    Calls(
        (_VALIDATION,), ("click.Choice", "click.IntRange", "click.FloatRange", "*.DEFINE_enum", "*.DEFINE_enum_class")
    ),
    Calls((_VALIDATION,), ("jsonschema.validate", "cerberus.Validator", "voluptuous.Schema", "schema.Schema")),
    Calls((_VALIDATION,), ("omegaconf.OmegaConf.structured", "hydra.core.config_store.ConfigStore.instance().store")),
    Defines((_VALIDATION,), _is_check, words=frozenset(("check", "validate", "verify"))),
    Finds((b"__post_init__", b"validator"), _post_init, quick=True, in_tests=False),
    Finds((b"BaseModel", b"BaseSettings"), _schemas, quick=True, in_tests=False),
    Finds((b"raise", b"assert", b"error(", b"exit("), _checks, quick=True, in_tests=False),
    Finds((b"globals()", b"vars(", b"locals()", b"fields("), _key_checks, quick=True, in_tests=False),
)
