"""Named metrics: of libraries, and the repository's own."""

from __future__ import annotations

import _ast as ast

from ml_audit_hooks.capabilities._remember import Remembered
from ml_audit_hooks.capabilities._settings import ML_PACKAGES, last, packages, words
from ml_audit_hooks.capabilities.model import Calls, Defines, Finds, Keywords
from ml_audit_hooks.core.names import name_parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ml_audit_hooks.capabilities.model import Call, Definition, Detector, Signal
    from ml_audit_hooks.core.context import Context

_API = "evaluation.metrics_api"
_OWN = "evaluation.own_metric"
_COMPUTED = "evaluation.computed"
METRICS = frozenset(
    "accuracy auc auroc bertscore bleu cer chrf dice exactmatch f1 fid iou map50 mape meteor miou mrr ndcg"
    " perplexity ppl psnr recall rmse rouge rouge1 rouge2 rougel ssim wer mae acc top1 top5 acc1 acc5 r2 fscore mcc"
    " edit_distance lpips elo winrate bpb bpc".split()
)
_NEEDED = (
    "auc",
    "auroc",
    "bleu",
    "cer",
    "chrf",
    "dice",
    "exact",
    "fid",
    "map50",
    "mape",
    "meteor",
    "mrr",
    "ndcg",
    "perplexity",
    "ppl",
    "psnr",
    "r2",
    "rmse",
    "rouge",
    "ssim",
    "wer",
    "mae",
    "top1",
    "top5",
    "fscore",
    "mcc",
    "lpips",
    "elo",
    "bpb",
    "bpc",
    "precision",
    "confusion",
    "metrics",
    "bits_per",
    "pass_at",
)
_PAIRS = (
    "exact_match",
    "average_precision",
    "precision_recall",
    "f_score",
    "mean_reward",
    "test_reward",
    "eval_reward",
    "test_return",
    "eval_return",
    "episode_return",
    "episodic_return",
    "episode_reward",
    "mean_return",
    "compute_metrics",
    "calculate_metrics",
    "confusion_matrix",
    "bits_per",
    "success_rate",
    "win_rate",
    "top_k_acc",
    "mean_iou",
    "r_squared",
    "average_return",
    "avg_reward",
    "f1_score",
    "pass_at",
)
_AVERAGES = frozenset(("Average", "CatMetric", "Mean", "MeanMetric", "RunningMean", "SumMetric"))  # of the loss, mostly
_RL = frozenset(("gym", "gymnasium", "envpool", "stable_baselines3", "pettingzoo", "brax"))
_PLAIN = frozenset(("success", "win", "hit"))  # also figures of services
_NOT_COMPUTING = frozenset(
    "plot print log show save load draw write display best max min test target format report track".split()
)
_STATISTICS = frozenset("average mean median nanmean max min std sum fmean".split())
_RETURNS = frozenset("ret rets return returns reward rewards rew rews score scores".split())
_EPISODES = frozenset("ep eps episode episodes episodic eval evaluation test".split())
_EVALUATES = frozenset("eval evaluate evaluation test enjoy rollout".split())
_ARITHMETIC = frozenset("mean sum exp average item round float sqrt exp2 div compute std score update result".split())


def is_metric(parts: list[str]) -> bool:
    """Whether the words of a name are those of a metric."""
    if "acc" in parts and not {"grad", "gradient", "steps", "loss", "gradients"}.isdisjoint(parts):
        return False
    if "loss" in parts or "losses" in parts:
        return False
    joint = "_".join(parts)
    if any(part.removesuffix("score").removesuffix("metric") in METRICS for part in parts):
        return True  # IOUScore, F1Metric
    return not METRICS.isdisjoint(parts) or any(pair in joint for pair in _PAIRS)


def _is_score(context: Context, call: Call) -> bool:
    """Whether a function of a metrics package scores; distances between vectors and plain averages do not."""
    name = context.dotted(call.func)
    return ".pairwise" not in name and name.rpartition(".")[2] not in _AVERAGES


def _is_own(context: Context, parts: list[str], node: Definition) -> bool:
    """Functions and classes named for a metric."""
    if context.in_test or not _SCORES[node.name]:
        return False
    if not _PLAIN.isdisjoint(parts) and packages(context).isdisjoint(_RL):
        return False
    if any(last(context, d.func if isinstance(d, ast.Call) else d).startswith("register") for d in node.decorator_list):
        return False  # a model with a metric's letters in its name
    if isinstance(node, ast.ClassDef):
        return any(s for s in node.body if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)))
    arguments = node.args  # a metric is given something; `mae_vit_base(**kwargs)` builds a masked autoencoder
    return bool(arguments.posonlyargs or arguments.args or arguments.vararg or arguments.kwonlyargs)


def _computed(context: Context) -> Iterator[Signal]:
    """``accuracy = correct / total``, ``perplexity = math.exp(loss)``, ``acc = (a == b).mean()``."""
    imported = packages(context)
    if imported.isdisjoint(ML_PACKAGES):
        return
    nodes: list[ast.Assign | ast.AugAssign] = [*context.nodes(ast.AugAssign)]
    nodes += [node for name, found in context.assigned.items() if _COMPUTABLE[name] for node in found]
    for node in nodes:
        if node.value.__class__ not in (ast.BinOp, ast.Call, ast.IfExp):
            continue  # it computes nothing
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [n for target in targets for n in _names(context, target)]
        if imported.isdisjoint(_RL):
            names = [name for name in names if _PLAIN.isdisjoint(name_parts(name))]
        found = any(_COMPUTABLE[name] for name in names)
        if found and _is_arithmetic(context, node.value) and "loss" not in context.symbol(node).lower():
            yield context.signal(_COMPUTED, node, f"computes {names[0]}")


_SCORES = Remembered(lambda name: is_metric(name_parts(name)) and _NOT_COMPUTING.isdisjoint(name_parts(name)))
_COMPUTABLE = Remembered(lambda name: is_metric(words(name)) and (_NOT_COMPUTING - {"test"}).isdisjoint(words(name)))


def _names(context: Context, target: ast.AST) -> Iterator[str]:
    if isinstance(target, (ast.Name, ast.Attribute)):
        yield last(context, target)
    elif (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and isinstance(target.slice.value, str)
    ):
        yield "_".join(words(target.slice.value))


def _is_arithmetic(context: Context, value: ast.expr) -> bool:
    """Whether an expression computes: a quotient, a mean, an exponential; no constant, copy or look-up."""
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, (ast.Div, ast.Mult)) and not all(
            isinstance(side, ast.Constant) for side in (value.left, value.right)
        )
    if isinstance(value, ast.Call):
        if last(context, value.func) in _ARITHMETIC:
            return bool(value.args) or isinstance(value.func, ast.Attribute)
        return False
    if isinstance(value, ast.IfExp):
        return _is_arithmetic(context, value.body) or _is_arithmetic(context, value.orelse)
    return False


def _episodes(context: Context) -> Iterator[Signal]:
    """Returns of episodes, recorded by name: ``charts/episodic_return``."""
    if packages(context).isdisjoint(_RL | {"jax", "tensorflow", "torch"}):
        return
    yield from _statistics(context)
    for node in context.nodes(ast.Constant):
        value = node.value
        if not isinstance(value, str) or ("pisod" not in value and "PISOD" not in value):
            continue
        if len(value) < 40 and " " not in value.strip():
            joint = "_".join(words(value))
            if any(f"{head}_{tail}" in joint for head in ("episode", "episodic") for tail in ("return", "reward")):
                yield context.signal(_COMPUTED, node, f"records {value}")


def _statistics(context: Context) -> Iterator[Signal]:
    """``np.mean(episode_rewards)``, ``eval_returns.mean()``, ``sum(ep_rets) / len(ep_rets)``: figures over returns."""
    for call in (call for name in context.written.keys() & _STATISTICS for call in context.written[name]):
        if last(context, call.func) not in _STATISTICS:
            continue
        of_method = isinstance(call.func, ast.Attribute) and not call.args
        subject: ast.expr | None = call.func.value if of_method else call.args[0] if call.args else None  # type: ignore[attr-defined]
        while isinstance(subject, ast.Subscript):
            subject = subject.value
        name = last(context, subject) if subject is not None else ""
        parts = set(words(name)) if name else set()
        if parts & _RETURNS and (parts & _EPISODES or _EVALUATES & set(words(context.symbol(call)))):
            yield context.signal(_COMPUTED, call, f"computes {last(context, call.func)} of {name}")


DETECTORS: tuple[Detector, ...] = (
    Calls(
        (_API,),
        (
            "torchmetrics.*",
            "torcheval.metrics.*",
            "ignite.metrics.*",
            "evaluate.load",
            "evaluate.combine",
            "datasets.load_metric",
            "sklearn.metrics.*",
            "sklearn.model_selection.cross_val_score",
            "keras.metrics.*",
            "tensorflow.keras.metrics.*",
            "tf_keras.metrics.*",
            "clu.metrics.*",
            "lm_eval.*",
            "seqeval.metrics.*",
            "sacrebleu.*",
            "nltk.translate.*",
            "rouge_score.*",
            "rouge.Rouge",
            "jiwer.*",
            "bert_score.*",
            "pycocotools.cocoeval.COCOeval",
            "skimage.metrics.*",
            "lpips.LPIPS",
            "flax.nnx.metrics.*",
            "flax.nnx.Accuracy",
            "timm.utils.accuracy",
            "*.evaluate_policy",
            "*.FrechetInceptionDistance",
        ),
        test=_is_score,
    ),
    Keywords((_API,), ("metrics",), of=("*.compile",)),
    Keywords((_API,), ("compute_metrics",), of=("*Trainer",)),
    Keywords((_API,), ("scoring",), of=("sklearn.*",)),
    Keywords((_API,), ("eval_metric", "feval", "custom_metric")),
    Defines((_OWN,), _is_own),
    Finds(
        tuple(name.encode() for name in ("acc", "Acc", "f1", "rate", "reward", "return", "iou", "recall", *_NEEDED)),
        _computed,
        quick=True,
    ),
    Finds((b"episod", b"Episod", b"ep_r", b"eval_", b"rewards"), _episodes, quick=True),
)
