"""Calls that save or load, by the last identifier of what is called."""

from __future__ import annotations

FULL = ("weights", "optimizer", "scheduler", "step", "epoch", "rng", "metric")
STATE = ("weights", "optimizer", "scheduler", "scaler", "rng")  # of Accelerate's `save_state`
KERAS_STATE = ("weights", "optimizer", "config")
HUB = ("weights", "config")
SB3_STATE = ("weights", "optimizer", "step", "config")
DEEPSPEED = ("weights", "optimizer", "scheduler", "step")

# Packages whose dump and load pickle. pandas and shelve are read here only as loads.
PICKLES = frozenset(("cPickle", "_pickle", "cloudpickle", "compress_pickle", "dill", "joblib", "pickle", "pickle5"))
UNPICKLERS = frozenset(
    "pandas.read_pickle pandas.io.pickle.read_pickle shelve.open jsonpickle.decode sklearn.externals.joblib.load"
    " torch.package.PackageImporter".split()
)

# (packages of which one is used, last identifier) -> (what, api, words): a call with nothing more to look at
PLAIN: dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    "load_learner": (("fastai",), "load", "fastai", ("weights",)),
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
# Every last identifier that `calls` looks at.
NAMES = (
    frozenset(
        "BestExporter Checkpoint CheckpointCallback CrossEncoder FinalExporter KerasLayer LatestExporter"
        " LatestModuleExporter ModelCheckpoint Module MonitoredTrainingSession NewCheckpointReader"
        " PackageImporter SentenceTransformer Unpacker YOLO assign_from_checkpoint assign_from_checkpoint_fn"
        " async_save create_model create_model_and_transforms decode dump dump_pickle dumps"
        " experimental_export_all_saved_models export export_saved_model export_savedmodel fit from_bytes"
        " from_pretrained init_from_checkpoint load load_checkpoint load_file load_from_checkpoint"
        " load_from_hub load_gguf load_learner load_model load_pickle load_pkl load_pretrained"
        " load_safetensors load_state load_state_dict load_variable load_weights loads log_model"
        " msgpack_restore msgpack_serialize open pack pipeline predict push_to_hub read read_pickle restore"
        " restore_checkpoint safe_open save save_checkpoint save_file save_gguf save_model save_pickle"
        " save_pkl save_pretrained save_safetensors save_state save_state_dict save_weights savez"
        " savez_compressed test to_bytes train train_and_evaluate validate write".split()
    )
    | PLAIN.keys()
)

VISION = frozenset(("timm", "torchvision"))
NOT_MODELS = ("Tokenizer", "TokenizerFast", "Processor", "Config", "Extractor", "Scheduler", "Dataset")
MODEL_PARTS = tuple("Adapter Autoencoder ControlNet Encoder For LM Model SetFit Transformer UNet VAE".split())

LIGHTNING = frozenset(("lightning", "pytorch_lightning", "lightning_fabric", "hydra"))
KERAS = frozenset(("keras", "tensorflow", "tf_keras"))
SB3 = frozenset(("sb3_contrib", "stable_baselines", "stable_baselines3"))
GBM = frozenset(("catboost", "lightgbm", "xgboost"))
