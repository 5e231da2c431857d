"""2. Modeling."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _adapters as adapters
from ml_audit_hooks.capabilities import _devices as devices
from ml_audit_hooks.capabilities import _dtypes as dtypes
from ml_audit_hooks.capabilities import _models as models
from ml_audit_hooks.capabilities._choice import chosen
from ml_audit_hooks.capabilities._exercise import exercised, or_place
from ml_audit_hooks.capabilities._model_names import MAKES
from ml_audit_hooks.capabilities.model import (
    PRESENT,
    Bases,
    Calls,
    Capability,
    Defines,
    Facet,
    Files,
    Finds,
    Strings,
    Verdict,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ml_audit_hooks.capabilities.view import View


_MODEL_FILES = ("model", "models", "modeling", "module", "net", "network", "networks", "train", "agent", "policy")


def _model_init(view: View) -> Verdict:
    return or_place(chosen(view, models.INIT, models.BUILT, models.TENSORS, prefer=_MODEL_FILES), view, "place.model")


def _dtype(view: View) -> Verdict:
    """The type of weights; else that of the inputs as they are stored."""
    shown = chosen(view, dtypes.DTYPE)
    if shown.state == PRESENT:
        return shown
    stored = chosen(view, dtypes.STORED)
    if stored.state == PRESENT:
        return stored._replace(note="of the inputs only")
    return or_place(shown, view, "place.dtype")


def _device(view: View) -> Verdict:
    """A chosen device; else that of the trainer in use, which places the model by itself."""
    shown = chosen(view, devices.DEVICE, devices.PLACED)
    if shown.state == PRESENT and not view.live(devices.DEVICE):
        return shown._replace(note="by default")
    return or_place(shown, view, "place.device")


def _tests(view: View) -> Verdict:
    """A test that builds a model, or calls what builds one."""
    return exercised(view, models.INIT, models.BUILT, adapters.PEFT, "training.train_loop", runs=True)


CAPABILITY = Capability(
    name="modeling",
    title="Modeling",
    facets=(
        Facet(
            "model_init",
            core=True,
            title="model definition",
            gap="no model is defined or instantiated",
            risk="there is nothing that a run could train or serve",
            patch="add model.py with one class or builder function and build it in {train}; "
            "test: one forward pass on a random batch gives the expected shape",
            rollback="delete model.py and its import",
            decide=_model_init,
        ),
        Facet(
            "dtype",
            core=True,
            title="numeric type",
            gap="nobody chooses the numeric type of the weights of {model}",
            risk="weights load in whatever type the checkpoint or the library has, and memory use doubles or "
            "results shift",
            patch="add a dtype setting to {config} and pass it where {model} is built (`torch_dtype=` or "
            "`.to(dtype)`); "
            "test: every parameter has the chosen dtype",
            rollback="set it to float32, the default of today",
            decide=_dtype,
        ),
        Facet(
            "device",
            core=True,
            title="device",
            gap="no device is chosen for {model}",
            risk="a machine with a GPU trains on the CPU, or one without it fails at the first batch",
            patch="add a device setting to {config} that defaults to the GPU where there is one and move {model} "
            "and its "
            "batches there; test: a forward pass with the setting at cpu",
            rollback="remove the setting and the moves",
            decide=_device,
        ),
        Facet(
            "peft",
            core=True,
            title="parameter-efficient tuning",
            gap="{model} can only be tuned in full: no LoRA or adapter",
            risk="every variant costs the memory and the storage of a whole model",
            patch="wrap {model} by `get_peft_model(model, LoraConfig(...))` behind a setting of {config} that is "
            "off by default; "
            "test: with it on, only LoRA parameters require gradients",
            rollback="turn the setting off; the base weights were not touched",
        ),
        Facet(
            "tests",
            core=False,
            title="model tests",
            gap="no test builds {model} or runs a forward pass",
            risk="a change of shape shows only after a run was started",
            patch="add test_model.py under {tests}: build {model} at its smallest size, run one batch, check "
            "shape and finite "
            "values; run it with {runner}",
            rollback="delete the test file",
            decide=_tests,
        ),
    ),
    detectors=(
        Bases((models.INIT,), models.BASES),
        Finds((), models.find_built),
        Defines((models.INIT,), models.defines_model),
        Finds(dtypes.DTYPE_NEEDS, dtypes.find_dtype, quick=True, in_tests=False),
        Strings((dtypes.DTYPE,), ("bf16-true", "16-true", "64-true")),
        Finds(devices.DEVICE_NEEDS, devices.find_device, quick=True, in_tests=False),
        Files(models.in_yaml, languages=("YAML",)),
        Calls((adapters.PEFT,), ("peft.*", "loralib.*", "*.get_peft_model", "*.enable_lora", "adapters.*")),
        Calls(
            (adapters.PEFT,),
            ("*.add_adapter", "*.load_lora_weights", "*.load_adapter", "*.linear_to_lora_layers"),
            needs=("transformers", "diffusers", "mlx_lm", "peft"),
        ),
        Finds((b"Lo", b"Do", b"dapter", b"lora", b"PEFT"), adapters.find_adapters, quick=True),
        Defines((adapters.PEFT,), adapters.applies_adapter, words=adapters.APPLIES),
        Defines(("place.device",), devices.places_device, words=frozenset(("device",))),
        Defines(("place.dtype",), dtypes.places_dtype, words=frozenset("dtype half quantise quantize".split())),
        Defines(("place.model",), models.places_model, words=frozenset(MAKES)),
        Bases((devices.PLACED, "datasets.trainer"), ("transformers.*Trainer", "trl.*Trainer")),
    ),
)
