"""Names that say something: packages of others, methods of every object, programs whose draws are stand-ins."""

from __future__ import annotations

from ml_audit_hooks.core.names import name_parts

# Words of programs and functions whose draws are stand-ins: inputs to trace, measure or show with.
ASIDE = frozenset(
    "app bench benchmark benchmarks check convert converter debug demo display download dummy example examples export"
    " inspect onnx plot profile profiling publish push seed seeds serve show speed test trace tracing upload"
    " visualise visualize viz warmup".split()
)
# Words of files and folders that measure speed: a training step there is no training.
MEASURES = frozenset(
    "bench benchmark benchmarking benchmarks latency profile profiler profiling speed throughput".split()
)
# Words of variables whose value is a stand-in, or a name or number that only has to differ.
STAND_INS = frozenset("dummy example examples input inputs placeholder port suffix uid uuid warmup".split())
RUNS = frozenset(
    "augment experiment experiments finetune generate prepare preprocess pretrain sample simulate split sweep"
    " train trainer training".split()
)
# Packages that no repository has as a folder of its own name: a call into them without an effect is dropped.
FOREIGN = frozenset(
    "PIL absl argparse boto3 bs4 click collections colorama concurrent contextlib copy csv cv2 dataclasses"
    " datetime dotenv einops enum fastapi flask functools gc glob h5py huggingface_hub hydra inspect io ipywidgets"
    " itertools jax joblib json jsonlines keras librosa logging loguru math matplotlib mlflow multiprocessing"
    " networkx nltk numba numpy omegaconf onnx onnxruntime openai os packaging pandas pathlib pickle plotly psutil"
    " pydantic pytest re regex requests rich safetensors scipy seaborn shutil skimage sklearn socket soundfile"
    " spacy sqlite3 string struct subprocess sympy sys tempfile tensorboard tensorboardX tensorflow termcolor"
    " textwrap threading time torch torchaudio torchvision tqdm traceback triton typer typing typing_extensions"
    " urllib uuid wandb warnings yaml zipfile".split()
)
# Builtins that take no function, and methods that every object may have: never of the repository.
PLAIN = frozenset(
    "AssertionError Exception KeyError NotImplementedError RuntimeError TypeError ValueError abs all any bool"
    " bytes callable chr delattr dict dir divmod enumerate float format frozenset getattr hasattr hash hex id"
    " input int isinstance issubclass iter len list locals next object oct open ord pow print range repr reversed"
    " round set setattr slice str sum super tuple type vars zip".split()
)
QUIET = PLAIN | frozenset("filter map max min sorted vectorize".split())
COMMON = frozenset(
    "abs acquire add add_argument add_argument_group append argmax argmin argsort as_posix astype cat ceil chunk"
    " clamp clear clip close contiguous copy count cpu cuda cumsum debug decode detach difference dim discard dot"
    " double endswith eq error exists exp expand expand_as expanduser extend fill fill_ find flatten float floor"
    " flush format from_numpy gather ge get getLogger glob group groupby gt half index index_select info insert"
    " int intersection is_dir is_file isalpha isdigit isdisjoint isin issubset item items iterdir join keys le"
    " load_state_dict log long lower lstrip lt masked_fill masked_fill_ match max mean min mkdir mm mul ndimension"
    " neg new_ones new_zeros norm numel numpy parameters parse_args permute pop popitem pow prod put read"
    " read_text readline readlines relative_to release remove repeat replace report reshape resolve reverse round"
    " rpartition rsplit rstrip scatter_ search set_description setdefault setflags size sort split splitlines sqrt"
    " square squeeze stack startswith state_dict std str strftime strip sub sum swapaxes symmetric_difference t"
    " title to tolist topk transpose tril type unsqueeze update upper values var view view_as warning where write"
    " write_text zero_ zero_grad zfill".split()
)


def words(name: str) -> set[str]:
    """The lower-case words of a path's stem or a dotted symbol."""
    return {word for part in name.replace("-", "_").replace(".", "_").split("_") for word in name_parts(part)}


def is_aside(name: str) -> bool:
    """Whether a name says that its draws are stand-ins."""
    return not ASIDE.isdisjoint(words(name))


def runs(name: str) -> bool:
    """Whether a name says that it runs an experiment or makes data."""
    return not RUNS.isdisjoint(words(name))


def measures(path: str) -> bool:
    """Whether a path says that the program measures speed."""
    return any(not MEASURES.isdisjoint(words(part)) for part in path.split("/"))


def stands_in(name: str) -> bool:
    """Whether a variable's name says that what it holds is a stand-in."""
    return not STAND_INS.isdisjoint(name_parts(name))
