"""Calls that save or load, by the last identifier of what is called."""

from __future__ import annotations

FULL = ("weights", "optimizer", "scheduler", "step", "epoch", "rng", "metric")
STATE = ("weights", "optimizer", "scheduler", "scaler", "rng")  # of Accelerate's `save_state`
KERAS = ("weights", "optimizer", "config")
HUB = ("weights", "config")
SB3 = ("weights", "optimizer", "step", "config")
DEEPSPEED = ("weights", "optimizer", "scheduler", "step")

# Packages whose dump and load pickle. pandas and shelve are read here only as loads.
PICKLES = frozenset(("cPickle", "_pickle", "cloudpickle", "compress_pickle", "dill", "joblib", "pickle", "pickle5"))
UNPICKLERS = frozenset(
    "pandas.read_pickle pandas.io.pickle.read_pickle shelve.open jsonpickle.decode sklearn.externals.joblib.load"
    " torch.package.PackageImporter".split()
)

# (packages of which one is used, last identifier) -> (what, api, words): a call with nothing more to look at
PLAIN: dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    "load_lora_weights": (("diffusers",), "load", "diffusers", ("weights",)),
    "load_model_and_tokenizer": (("mlx_lm",), "load", "mlx_lm", ("weights",)),
    "load_parameters": (("mxnet", "gluon"), "load", "mxnet", ("weights",)),
    "load_state_dict_from_url": (("torch", "torchvision"), "load", "hub", ("weights",)),
    "load_textual_inversion": (("diffusers",), "load", "diffusers", ("weights",)),
    "restore_or_initialize": (("tensorflow",), "load", "tensorflow", ()),
    "save_lora_weights": (("diffusers",), "save", "diffusers", ("weights",)),
    "save_parameters": (("mxnet", "gluon"), "save", "mxnet", ("weights",)),
    "tree_deserialise_leaves": (("equinox",), "load", "equinox", ()),
    "tree_serialise_leaves": (("equinox",), "save", "equinox", ()),
}
HF = frozenset(("peft", "sentence_transformers", "setfit", "transformers", "trl", "unsloth"))
HF_TRAINERS = ("rainer",)  # how the names of their classes end
# Every last identifier that `calls` looks at.
NAMES = (
    frozenset(
        "dump dumps load load_model load_weights loads log_model open read_pickle save save_checkpoint save_file save_model"
        " save_pretrained save_safetensors save_state save_weights savez savez_compressed from_pretrained from_bytes to_bytes"
        " msgpack_restore msgpack_serialize restore restore_checkpoint load_checkpoint load_state load_file train fit test"
        " validate predict load_from_checkpoint ModelCheckpoint CheckpointCallback Checkpoint create_model pipeline"
        " SentenceTransformer CrossEncoder YOLO load_state_dict save_state_dict load_learner export safe_open write read"
        " load_pretrained create_model_and_transforms load_gguf save_gguf load_safetensors PackageImporter decode"
        " load_from_hub async_save to_pickle write_checkpoint".split()
    )
    | PLAIN.keys()
)

VISION = frozenset(("timm", "torchvision"))
NOT_MODELS = ("Tokenizer", "TokenizerFast", "Processor", "Config", "Extractor", "Scheduler", "Dataset")
MODEL_PARTS = (
    "Model",
    "For",
    "LM",
    "UNet",
    "VAE",
    "Autoencoder",
    "Transformer",
    "ControlNet",
    "SetFit",
    "Encoder",
    "Adapter",
)
