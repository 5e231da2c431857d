"""Where the numeric type of weights or of stored inputs is chosen."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._model_names import is_model_name
from ml_audit_hooks.core.called import called, last_name
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Definition, Signal
    from ml_audit_hooks.core.context import Context

DTYPE = "modeling.dtype"
STORED = "models.stored_type"  # the type of inputs, not of weights
DTYPE_NEEDS = (
    b"dtype",
    b"half(",
    b"float16",
    b"bfloat16",
    b"float32",
    b"load_in_",
    b"BitsAndBytes",
    b"double(",
    b"floatx",
)
_LOW = frozenset(("float16", "bfloat16", "half", "float8_e4m3fn", "int8", "fp16", "bf16"))
_SMALL = _LOW | frozenset(("uint8", "uint16", "float32"))  # not what a running sum is kept in
_TYPES = _LOW | frozenset(("float32", "float64", "double", "float", "uint8", "uint16"))
_SETTERS = frozenset(
    "set_default_dtype set_default_tensor_type set_floatx set_dtype set_global_policy set_dtype_policy".split()
)
_SCRATCH = frozenset("arange empty eye full linspace mean ones ones_like sum zeros zeros_like".split())
_CALLED = _SETTERS | frozenset("half bfloat16 float double to astype cast BitsAndBytesConfig update".split())
_OPTIONS = frozenset("torch_dtype load_in_4bit load_in_8bit param_dtype compute_dtype model_dtype dtype".split())
_OTHER_ROOTS = frozenset("gym gymnasium numpy pandas pyarrow sklearn scipy dm_env".split())
_NO_WEIGHTS = frozenset(
    "Box Tensor Field Array Column Discrete MultiBinary MultiDiscrete TensorSpec ShapeDtypeStruct ShapedArray Input"
    " Feature FixedLenFeature VarLenFeature TensorArray InputLayer Variable Value Argument Option Lambda"
    " TensorShape InputSpec FloatTensor".split()
)


def find_dtype(context: Context) -> Iterator[Signal]:
    """Where the numeric type of weights or of stored inputs is chosen."""
    for call in context.calls_of(_CALLED):
        yield from _dtype_of_call(context, call)
    for call in context.calls_of(frozenset(), _OPTIONS):
        yield from _dtype_of_options(context, call, called(context, call))


def _dtype_of_call(context: Context, call: ast.Call) -> Iterator[Signal]:
    func = call.func
    last = called(context, call)
    if isinstance(func, ast.Attribute):
        if last in ("half", "bfloat16") and not call.args and not call.keywords:
            if last_name(func.value) not in ("data", "grad"):
                yield context.signal(DTYPE, call, f"calls .{last}()")
        elif last in ("float", "double") and not call.args and is_model_name(last_name(func.value)):
            yield context.signal(DTYPE, call, f"calls .{last}() of the model")
        elif last == "to":
            yield from _dtype_of_to(context, call, func)
        elif last in ("astype", "cast") and call.args:
            kind = _type_name(context, call.args[-1] if last == "cast" else call.args[0])
            yield from [context.signal(STORED, call, f"casts by .{last}()")] if kind in _TYPES else []
    if last in _SETTERS and last != "set_global_policy":
        yield context.signal(DTYPE, call, f"calls {last}")
    elif last == "BitsAndBytesConfig":
        yield context.signal(DTYPE, call, "chooses a quantised type by BitsAndBytesConfig")
    elif last == "update" and call.args and context.constant(call.args[0]) == "jax_enable_x64":
        yield context.signal(DTYPE, call, "sets jax_enable_x64")


def _dtype_of_options(context: Context, call: ast.Call, last: str) -> Iterator[Signal]:
    options = context.keywords(call)
    for option in ("torch_dtype", "load_in_4bit", "load_in_8bit", "param_dtype", "compute_dtype", "model_dtype"):
        if option in options and context.is_on(options[option]):
            yield context.signal(DTYPE, options[option], f"sets {option}= of {last}")
    if "dtype" not in options or not context.is_on(options["dtype"]) or last in ("to", "autocast"):
        return
    value = options["dtype"]
    kind = _type_name(context, value)
    chosen = kind in _TYPES or ("dtype" in name_parts(last_name(value)) and not _copies(value)) or kind == "auto"
    if last in _NO_WEIGHTS:
        return
    outside = context.dotted(call.func).partition(".")[0] in _OTHER_ROOTS or "Feature" in last
    if outside and kind in _TYPES and last not in _SCRATCH:
        yield context.signal(STORED, value, f"sets dtype= of {last}")
    elif chosen and (last == "from_pretrained" or last[:1].isupper() or is_model_name(last)):
        yield context.signal(DTYPE, value, f"sets dtype= of {last}")
    elif (kind in _TYPES and last == "memmap") or (
        kind in _SMALL and last in ("tensor", "as_tensor", "asarray", "array", "convert_to_tensor")
    ):
        yield context.signal(STORED, value, f"sets dtype= of {last}")


def _dtype_of_to(context: Context, call: ast.Call, func: ast.Attribute) -> Iterator[Signal]:
    values = [*call.args, *(k.value for k in call.keywords if k.arg == "dtype")]
    for value in values:
        kind = _type_name(context, value)
        by_name = "dtype" in name_parts(last_name(value)) and not _copies(value)
        if kind in _LOW or by_name or (kind in _TYPES and is_model_name(last_name(func.value))):
            yield context.signal(DTYPE, call, "casts by .to()")
        elif kind in _TYPES:
            yield context.signal(STORED, call, "casts by .to()")


def _copies(value: ast.expr) -> bool:
    """``x.dtype`` takes over the type of another tensor; that of a configuration is a choice."""
    if not isinstance(value, ast.Attribute) or value.attr != "dtype":
        return False
    return name_parts(last_name(value.value))[-1:] not in (["config"], ["cfg"], ["args"], ["self"], ["hparams"])


def _type_name(context: Context, node: ast.AST) -> str:
    """``float16`` for torch.float16, np.float16 and "float16"; "" for others."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        value = context.value_of(node)
        if value is not None and not isinstance(value, ast.Name):
            return _type_name(context, value)
        return context.dotted(node).rpartition(".")[2]
    return node.attr if isinstance(node, ast.Attribute) else ""


def places_dtype(context: Context, words: list[str], node: Definition) -> bool:
    """A function whose name promises a numeric type."""
    return not isinstance(node, ast.ClassDef) and not {"dtype", "quantize", "quantise", "half"}.isdisjoint(words)
