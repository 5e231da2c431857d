"""What the names of variables, keys and paths say of what is behind them."""

from __future__ import annotations

from ml_audit_hooks.core.names import name_parts

WORDS = tuple("weights optimizer scheduler scaler step epoch rng config metric".split())  # in the contract's order
TRAINING = frozenset("optimizer scheduler scaler step epoch rng".split())  # what only a run that goes on needs

_CONFIG = frozenset(
    "arch architecture arg args arguments argv cfg conf config configs configuration dims flags hparam hparams"
    " hyperparam hyperparameters hyperparams kwargs options opts settings".split()
)
_EPOCH = frozenset(("epoch", "epochs"))
_METRIC = frozenset(
    "acc acc1 accs accuracy auc bleu cer dice dsc eer error errors f1 fid fitness history iou loss losses map"
    " metric metrics miou monitor mse perplexity ppl prec prec1 precision psnr recall results reward rewards score"
    " scores ssim top1 wer".split()
)
_RNG = frozenset(("random", "rng", "rngs"))
_SCALER = frozenset(("amp", "gradscaler", "scaler", "scalers"))
_SCHEDULER = frozenset("lrscheduler lrsched sched scheduler schedulers scheds schedule".split())
_STEP = frozenset(
    "batches frame frames global_step iter iteration iterations iters itr nimg niter step steps timestep"
    " timesteps update updates".split()
)
_WEIGHTS = frozenset(
    "ac actor adapter agent backbone bert checkpoint classifier clf critic d decoder disc discriminator ema"
    " embedder encoder estimator g gen generator gpt head learner lm lora model models module modules net netd"
    " netg nets network networks param parameters params pipe pipeline policy pvnet qf qnet regressor sd snapshot"
    " state statedict states student target teacher transformer unet vae variables weight weights".split()
)
_ESTIMATOR = frozenset(  # names of fitted things, pickled as such
    "boost bst catboost cluster clusterer encoder forest gbm imputer kmeans knn lgb lgbm lgbmodel logreg pca"
    " preprocessor rf scaler svc svm tfidf transformer tree vectorizer xgb xgboost".split()
)
_DATA = frozenset(
    "annotations arr array batch buffer cache cached corpus data dataframe dataset datasets df documents"
    " embedding embeddings examples feats feature features graph gt hidden hist idx image images img index indices"
    " input inputs items labels latent latents logits logs mask masks mean memory noise obs output outputs points"
    " pred predictions preds prompt prompts rays rollout rollouts sample samples sequences split splits stats"
    " study tensor tensors test tokenized tokens train trajectories trajectory val vocab word2id words x y".split()
)
_NAMESPACES = _CONFIG | {"flags", "hps", "opt"}  # objects whose attributes are settings
_HOLDERS = frozenset(  # classes that keep data
    "buffer collator corpus dataloader datamodule dataset datasets loader memory replay sampler tokenizer vocab"
    " vocabulary".split()
)
WEAK = "weights?"  # a word that weights and data share, which counts where nothing speaks of data
_JOINED = str.maketrans("-./ ", "____")
_FULL = frozenset("checkpoint checkpoints ckpt ckpts model models pretrained snapshot statedict weight weights".split())
_VAGUE = frozenset(
    ("d", "g", "gen", "head", "module", "modules", "param", "parameters", "params", "state", "states", "variables")
)
_NOT_MODEL = frozenset(
    "config configs extractor processing processor processors scheduler tok tokenizer tokenizers vocab".split()
)
_EXPORT = frozenset("best ema export exported final inference release slim stripped weights".split())


def parts(name: str) -> list[str]:
    """The words of a name, digits at the end of a word left in place: ``best_acc1`` gives best, acc1."""
    return name_parts(name if name.isidentifier() else name.translate(_JOINED))


def word(name: str) -> str:
    """The word of the contract that a key or a variable's name says; "" for none."""
    own = parts(name)
    if not own:
        return ""
    has = frozenset(own)
    last = own[-1]
    if has & _RNG and last != "seed":
        return "rng"
    if last in _CONFIG or "config" in has or "hyper" in has or "args" in has or "cfg" in has:
        return "config"
    if has & _SCALER:
        return "scaler"
    if has & _SCHEDULER or any(part.endswith("scheduler") for part in own):
        return "scheduler"
    if "opt" in has or "adam" in has or any(part.startswith("optim") or part.endswith("optimizer") for part in own):
        return "optimizer"
    return _of_the_run(own, has)


def _of_the_run(own: list[str], has: frozenset[str]) -> str:
    is_weights = bool(has & _WEIGHTS)
    if any(part.startswith("best") for part in own):
        return "weights" if has & _WEIGHTS - {"d", "g"} else "metric"
    if has & _EPOCH:
        return "epoch"
    if has & _METRIC and not has & {"fn", "func", "function", "module", "scale"}:
        return "metric"
    if has & _STEP or own in (["it"], ["n", "it"], ["i"]):
        return "step"
    return "weights" if is_weights or any(part.endswith(("net", "model")) for part in own) else ""


def strong(name: str) -> str:
    """As `word`, but `WEAK` for what only vague words say: ``states`` may be weights, and those of a game."""
    said = word(name)
    if said == "weights" and not (frozenset(parts(name)) & _WEIGHTS) - _VAGUE:
        return WEAK if frozenset(parts(name)) & _VAGUE else said
    return said


def is_namespace(name: str) -> bool:
    """Whether a name is that of an object of settings: ``opt.data_file`` is no optimizer's."""
    own = parts(name)
    return bool(own) and own[-1] in _NAMESPACES


def is_holder(symbol: str) -> bool:
    """Whether a method's class is one of data: ``ReplayBuffer.load``, ``ExpertDataset.__init__``."""
    owner = symbol.rpartition(".")[0]
    return bool(owner) and not _HOLDERS.isdisjoint(parts(owner.rpartition(".")[2]))


def is_data(name: str) -> bool:
    """Whether a name speaks of data, and of no model."""
    has = frozenset(parts(name))
    return bool(has & _DATA) and not has & _FULL


def is_estimator(name: str) -> bool:
    """Whether a name speaks of something fitted or of training state."""
    has = frozenset(parts(name))
    if has & _FULL or has & _ESTIMATOR:
        return True
    said = word(name)
    return said in ("optimizer", "scheduler") or (said == "weights" and not has & _DATA and bool(has - _VAGUE))


def is_model(name: str) -> bool:
    """Whether an object of this name is no tokenizer, processor or configuration."""
    return not frozenset(parts(name)) & _NOT_MODEL


def is_export(text: str) -> bool:
    """Whether a path or a function's name speaks of a copy that is not meant to be resumed."""
    return bool(frozenset(parts(text)) & _EXPORT)


def ordered(found: set[str] | frozenset[str]) -> tuple[str, ...]:
    """The words of the contract among `found`, in its order."""
    return tuple(item for item in WORDS if item in found)
