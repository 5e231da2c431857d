"""Serving a model, or writing it in a form that servers read."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities.model import Bases, Calls, Defines, Files, Finds, Keywords, Signal, Uses
from ml_audit_hooks.core import commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector
    from ml_audit_hooks.core.context import Context
    from ml_audit_hooks.core.file import File

SERVING = "deployment.serving"
PLACE = "deployment.serving_place"  # a definition that is for it: it shows nothing but where the stub is
_ANSWERS = (b"predict", b"generate", b"infer", b"pipeline(", b"embed", b"transcri", b"classif", b"completion", b"chat")
_FORMATS = ("onnx", "torchscript", "tflite", "saved_model", "coreml", "openvino", "engine", "gguf")


def _answers(context: Context, call: Call) -> bool:
    """Whether a web program has to do with a model's answers: a dashboard over results serves no model."""
    data = (context.file.content.data or b"").lower()
    return any(word in data for word in _ANSWERS)


def _is_place(context: Context, words: list[str], node: Definition) -> bool:
    """Whether a name promises serving or export."""
    found = set(words)
    if not found.isdisjoint(("export", "convert")):
        return not found.isdisjoint((*_FORMATS, "torchscript", "model"))
    return not found.isdisjoint(("serve", "serving", "deploy")) and not found.isdisjoint(
        ("model", "predictions", "llm")
    )


def _names_format(context: Context, call: Call) -> bool:
    """Whether export() is told a format that servers read (Ultralytics, own exporters)."""
    value = context.constant(context.argument(call, "format", 0))
    return isinstance(value, str) and value.lower() in _FORMATS


def _traced(context: Context) -> Iterator[Signal]:
    """``torch.jit.script(m).save(…)``: scripting for speed alone exports nothing."""
    for call in context.calls_of(frozenset(("save", "_save_for_lite_interpreter"))):
        if isinstance(call.func, ast.Attribute):
            name = context.resolved(call.func)
            if name.startswith(
                ("torch.jit.script()", "torch.jit.trace()", "torch.jit.freeze()", "torch.export.export()")
            ):
                yield context.signal(SERVING, call, f"saves what {name.partition('()')[0]} made")


def of_shell(file: File) -> Iterator[Signal]:
    """Servers that a script starts."""
    for line, words in commands.in_shell(file.text):
        text = " ".join(words)
        if words[:2] in (("vllm", "serve"), ("mlflow", "models"), ("ray", "serve"), ("bentoml", "serve")) or (
            "vllm.entrypoints" in text or words[0] in ("torchserve", "tritonserver", "text-generation-launcher")
        ):
            yield Signal(SERVING, line, None, "<module>", f"starts {words[0]}")


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (SERVING,),
        ("fastapi.FastAPI", "flask.Flask", "litserve.LitServer", "sanic.Sanic", "quart.Quart", "robyn.Robyn"),
        test=_answers,
    ),
    Calls(
        (SERVING,),
        ("starlette.applications.Starlette", "aiohttp.web.Application", "tornado.web.Application"),
        test=_answers,
    ),
    Calls(
        (SERVING,),
        ("gradio.Interface", "gradio.Blocks", "gradio.ChatInterface", "gradio.TabbedInterface"),
        test=_answers,
    ),
    Calls(
        (SERVING,), ("streamlit.set_page_config", "streamlit.title", "chainlit.Message", "ray.serve.run"), test=_answers
    ),
    Calls((SERVING,), ("bentoml.Service", "bentoml.service", "bentoml.save_model")),
    Uses((SERVING,), ("bentoml.service", "ray.serve.deployment", "modal.web_endpoint", "modal.fastapi_endpoint")),
    Bases((SERVING,), ("cog.BasePredictor", "litserve.LitAPI", "*.BaseHandler", "kserve.Model", "bentoml.Runnable")),
    Bases((SERVING,), ("*.TritonPythonModel", "mlflow.pyfunc.PythonModel", "*.EndpointHandler")),
    Calls(
        (SERVING,),
        (
            "torch.onnx.export",
            "torch.onnx.dynamo_export",
            "torch.onnx._export",
            "*.to_onnx",
            "*.to_torchscript",
            "*.export_onnx",
        ),
    ),
    Calls((SERVING,), ("torch.jit.save", "torch.export.save", "torch_tensorrt.compile", "*.optimize_for_mobile")),
    Calls((SERVING,), ("tensorflow.saved_model.save", "*.export_saved_model", "*.to_tflite")),
    Calls((SERVING,), ("*.TFLiteConverter.from_keras_model", "*.TFLiteConverter.from_saved_model")),
    Calls((SERVING,), ("coremltools.convert", "coremltools.converters.convert", "openvino.convert_model")),
    Calls((SERVING,), ("skl2onnx.convert_sklearn", "skl2onnx.to_onnx", "onnxmltools.*", "tf2onnx.convert.*")),
    Calls((SERVING,), ("tf2onnx.convert.from_keras", "hummingbird.ml.convert", "jax.experimental.jax2tf.convert")),
    Calls((SERVING,), ("*.save_pretrained_gguf", "gguf.GGUFWriter", "*.main_export", "treelite.*", "*.jax2tf.convert")),
    Calls((SERVING,), ("*.export",), test=_names_format),
    Calls((SERVING,), ("optimum.onnxruntime.*", "optimum.intel.*", "optimum.exporters.*")),
    Calls((SERVING,), ("onnxruntime.InferenceSession", "tritonclient.*"), why="runs an exported model"),
    Keywords((SERVING,), ("export",), of=("optimum.*",)),
    Finds((b"torch.jit", b"torch.export", b"import jit"), _traced, quick=True, in_tests=False),
    Defines((PLACE,), _is_place, words=frozenset("convert deploy export serve serving".split())),
    Files(of_shell, languages=("Shell",)),
)
