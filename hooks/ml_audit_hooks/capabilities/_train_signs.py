"""Signs of training in code: calls, keywords and definitions of the frameworks."""

from __future__ import annotations

from ml_audit_hooks.capabilities import _train_files, _train_loops, _trainers
from ml_audit_hooks.capabilities._train_predicates import (
    CLIPPERS,
    LOOP,
    SB3_CLIPPERS,
    SCHEDULE_CALLS,
    SCHEDULES,
    WRAPPERS,
    accumulates,
    handed,
    is_accumulation_place,
    is_clip_place,
    is_distributed_place,
    is_distribution,
    is_estimator,
    is_hf_start,
    is_learn,
    is_lightning_fit,
    is_mixed,
    is_multi,
    is_optax_schedule,
    is_precision_place,
    is_real_policy,
    is_schedule,
    is_schedule_place,
    is_train_place,
    is_training_step,
    lowered,
    on,
    programs,
)
from ml_audit_hooks.capabilities._trainers import SB3
from ml_audit_hooks.capabilities.model import Bases, Calls, Defines, Finds, Keywords, Uses

DETECTORS = (
    *_trainers.DETECTORS,
    *_train_files.DETECTORS,
    *_train_loops.DETECTORS,
    # loops of frameworks
    Calls((LOOP, "trainer.started"), tuple(f"{n}().train" for n in _trainers.HF_TRAINERS)),
    Calls(
        (LOOP,),
        ("trl.*Trainer().step", "setfit.*Trainer().train", "flair.*Trainer().train", "flair.*Trainer().fine_tune"),
    ),
    Calls((LOOP,), tuple(f"{n}().fit" for n in _trainers.LIGHTNING_TRAINERS) + _trainers.LIGHTNING_CLIS),
    Calls(("trainer.started",), ("*.train",), test=is_hf_start),
    Calls((LOOP,), ("*.fit",), test=is_estimator),
    Calls((LOOP,), ("*.fit",), test=is_lightning_fit),
    Calls((LOOP,), ("*.fit_generator",)),
    Calls((LOOP,), ("*.train_on_batch",), needs=("keras", "tensorflow")),
    Calls((LOOP,), ("*.partial_fit", "*.fit_predict"), needs=("sklearn",), test=is_estimator),
    Calls((LOOP,), ("xgboost.train", "xgboost.dask.train", "lightgbm.train", "catboost.train", "mlx_lm.*train")),
    Calls((LOOP,), ("*.learn",), test=is_learn),
    Calls(
        (LOOP,),
        (
            "ignite.engine.create_supervised_trainer",
            "mmengine.runner.Runner.*().train",
            "mmengine.*Runner().train",
            "detectron2.*Trainer().train",
        ),
    ),
    Calls((LOOP,), ("ultralytics.*().train", "spacy.*().update", "gensim.models.*().train")),
    Calls((LOOP,), ("*.fit_one_cycle", "*.fine_tune"), needs=("fastai",)),
    Calls((LOOP,), ("ray.train.*Trainer().fit", "ray.tune.Tuner().fit", "ray.rllib.*().train")),
    Finds((b"subprocess", b"os.system", b"run_"), programs, quick=True),
    Defines(("lightning.step",), is_training_step, words=frozenset(("training",))),
    Defines(("place.train",), is_train_place, words=frozenset("fine finetune fit train training run".split())),
    # precision
    Calls(
        ("training.precision",),
        (
            "*.autocast",
            "torch.autocast",
            "*.GradScaler",
            "apex.amp.initialize",
            "*.LossScaleOptimizer",
            "flax.*.DynamicScale",
        )
        + (
            "flax.training.dynamic_scale.DynamicScale",
            "jmp.*",
            "*.MixedPrecision",
            "*.enable_mixed_precision_graph_rewrite",
        ),
        test=on,
    ),
    Calls(
        ("training.precision",),
        ("*.set_global_policy", "*.set_policy", "*.mixed_precision.Policy"),
        test=is_real_policy,
    ),
    Calls(("training.precision",), ("accelerate.*Accelerator", "accelerate.Accelerator"), test=is_mixed),
    Calls(("accelerate.made",), ("accelerate.*Accelerator", "accelerate.Accelerator")),
    Finds((b"16", b".half(", b"dtype="), lowered, quick=True, in_tests=False),
    Defines(("place.precision",), is_precision_place),
    # accumulation
    Calls(("training.grad_accumulation",), ("accelerate.*Accelerator", "accelerate.Accelerator"), test=accumulates),
    Calls(("training.grad_accumulation",), ("*.accumulate",), needs=("accelerate",)),
    Calls(
        ("training.grad_accumulation",), ("optax.MultiSteps", "optax.apply_every", "*.GradientAccumulationScheduler")
    ),
    Calls(("training.grad_accumulation",), ("*.GradientAccumulation",), needs=("fastai",)),
    Keywords(
        ("training.grad_accumulation",),
        ("gradient_accumulation_steps",),
        ("keras.*", "tensorflow.*", "ray.*"),
        test=accumulates,
    ),
    Defines(("place.accumulation",), is_accumulation_place, words=frozenset(("accumulate", "accumulation"))),
    # clipping
    Calls(("training.grad_clipping",), tuple(f"*.{n}" for n in CLIPPERS)),
    Calls(("training.grad_clipping",), ("clip_grad_norm_", "clip_grad_norm", "clip_gradients")),
    Calls(("training.grad_clipping",), ("tensorflow.clip_by_global_norm", "tensorflow.clip_by_norm")),
    Calls(("training.grad_clipping",), ("optax.clip_by_global_norm", "optax.clip", "optax.adaptive_grad_clip")),
    Calls(("training.grad_clipping",), ("optax.clip_by_block_rms", "mlx.optimizers.clip_grad_norm")),
    Keywords(("training.grad_clipping",), ("clipnorm", "clipvalue", "global_clipnorm"), ("keras.*", "tensorflow.*")),
    Keywords(("training.grad_clipping",), ("max_grad_norm",), tuple(f"{p}.*" for p in SB3)),
    Uses(("sb3.clips",), tuple(f"{p}.{a}" for p in SB3 for a in SB3_CLIPPERS)),
    Defines(("place.clipping",), is_clip_place, words=frozenset(("clip",))),
    # schedules
    Calls(("training.lr_schedule",), SCHEDULES, test=is_schedule),
    Calls(("training.lr_schedule",), ("optax.*",), test=is_optax_schedule),
    Calls(("training.lr_schedule",), ("mlx.optimizers.*",), test=is_optax_schedule),
    Calls(("training.lr_schedule",), SCHEDULE_CALLS),
    Bases(("training.lr_schedule",), ("torch.optim.lr_scheduler.*", "*.LearningRateSchedule")),
    Finds((b"schedule", b"autocast", b"DistributedDataParallel"), handed, in_tests=False),
    Defines(("place.schedule",), is_schedule_place, words=frozenset(("schedule", "scheduler"))),
    # distribution
    Calls(("training.distributed",), WRAPPERS, test=is_distribution),
    Calls(("training.distributed",), _trainers.LIGHTNING_TRAINERS, test=is_multi),
    Defines(("place.distributed",), is_distributed_place, words=frozenset(("ddp", "distributed", "fsdp"))),
)
