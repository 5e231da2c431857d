"""What a path says by itself: language, and whether it is test, vendored or generated code."""

from __future__ import annotations

TEXT_BY_SUFFIX = {
    "bash": "Shell",
    "bat": "Batch",
    "bib": "BibTeX",
    "c": "C",
    "cc": "C++",
    "cfg": "INI",
    "conf": "INI",
    "cpp": "C++",
    "cs": "C#",
    "css": "CSS",
    "csv": "CSV",
    "cu": "CUDA",
    "cuh": "CUDA",
    "cxx": "C++",
    "dockerfile": "Dockerfile",
    "env": "Env",
    "go": "Go",
    "gradle": "Gradle",
    "h": "C",
    "hh": "C++",
    "hpp": "C++",
    "htm": "HTML",
    "html": "HTML",
    "ini": "INI",
    "ipynb": "Notebook",
    "java": "Java",
    "jl": "Julia",
    "js": "JavaScript",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "jsx": "JavaScript",
    "kt": "Kotlin",
    "lua": "Lua",
    "m": "MATLAB",
    "md": "Markdown",
    "mjs": "JavaScript",
    "ndjson": "JSON Lines",
    "pl": "Perl",
    "proto": "Protobuf",
    "py": "Python",
    "pyi": "Python stub",
    "pyx": "Cython",
    "r": "R",
    "rb": "Ruby",
    "rs": "Rust",
    "rst": "reStructuredText",
    "scala": "Scala",
    "scss": "CSS",
    "sh": "Shell",
    "sql": "SQL",
    "svg": "SVG",
    "swift": "Swift",
    "tex": "TeX",
    "tf": "Terraform",
    "toml": "TOML",
    "ts": "TypeScript",
    "tsv": "TSV",
    "tsx": "TypeScript",
    "txt": "Text",
    "vue": "Vue",
    "xml": "XML",
    "yaml": "YAML",
    "yml": "YAML",
    "zsh": "Shell",
}
_BY_NAME = {
    "containerfile": "Dockerfile",
    "dockerfile": "Dockerfile",
    "gemfile": "Ruby",
    "gnumakefile": "Makefile",
    "jenkinsfile": "Groovy",
    "justfile": "Just",
    "makefile": "Makefile",
    "pipfile": "TOML",
    "snakefile": "Snakemake",
}
BINARY_SUFFIXES = frozenset(
    "7z a arrow avi bin bmp bz2 ckpt dll dylib eot exe feather flac gguf gif gz h5 hdf5 ico idx ipc jar jpeg jpg joblib"
    " keras lz4 mat mlmodel mov mp3 mp4 mpg npy npz o odt ogg onnx orc otf parquet pb pdf pickle pkl png ppt pptx pt"
    " pth pyc rar safetensors so sqlite tar tfrecord tflite tgz tif tiff ttf wav webm webp whl woff woff2 xls xlsx xz"
    " zip zst".split()
)
MODEL = "Model"  # serialised weights, estimators and arrays; their bytes are read only where they are asked for
_MODEL_SUFFIXES = frozenset("bin ckpt h5 hdf5 joblib keras npy npz pickle pkl pt pth".split())
_TEST_FOLDERS = frozenset(("tests", "test", "testing", "unittests", "unit_tests", "integration_tests"))
_CI_FOLDERS = (".github/", ".gitlab/", ".circleci/", ".buildkite/")
_VENDOR_FOLDERS = frozenset(
    ("vendor", "vendors", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "3rdparty", "extern")
    + ("external", "node_modules", "site-packages", "bower_components")
)
_GENERATED_ENDINGS = ("_pb2.py", "_pb2_grpc.py", ".pb.go", ".min.js", ".min.css", ".g.dart", "_pb2.pyi")


def suffix(path: str) -> str:
    """The lower-case ending without the dot; "" where there is none. A leading dot is no ending."""
    name = path.rpartition("/")[2]
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def language(path: str) -> str | None:
    """The language by the path alone; None where only the content could tell (a script without an ending)."""
    name = path.rpartition("/")[2].lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(("dockerfile.", "dockerfile-", "dockerfile_", "containerfile.")):
        return "Dockerfile"
    if name == ".env" or name.startswith(".env."):
        return "Env"
    ending = suffix(path)
    return TEXT_BY_SUFFIX.get(ending) or (MODEL if ending in _MODEL_SUFFIXES else None)


def is_binary(path: str) -> bool:
    """Whether the ending names a binary format, so that the content need not be read."""
    return suffix(path) in BINARY_SUFFIXES


def is_test(path: str) -> bool:
    """Whether pytest or unittest convention makes the file test code."""
    if path.startswith(_CI_FOLDERS):  # unit_test.yml is no test, it runs them
        return False
    folders, _, name = path.rpartition("/")
    if not _TEST_FOLDERS.isdisjoint(folders.lower().split("/")):
        return True
    stem = name.rpartition(".")[0]
    return name == "conftest.py" or stem.startswith("test_") or stem.endswith("_test")


def is_vendored(path: str) -> bool:
    """Whether the file is a copy of somebody else's package."""
    folders = path.rpartition("/")[0]
    return bool(folders) and not _VENDOR_FOLDERS.isdisjoint(folders.lower().split("/"))


def is_generated(path: str) -> bool:
    """Whether the name is one that code generators give."""
    return path.endswith(_GENERATED_ENDINGS)
