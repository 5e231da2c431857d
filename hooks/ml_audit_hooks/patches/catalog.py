"""All kinds of patches."""

from __future__ import annotations

from ml_audit_hooks.patches.atomic_save import KIND as ATOMIC_SAVE
from ml_audit_hooks.patches.best_k import KIND as BEST_K
from ml_audit_hooks.patches.coverage_floor import KIND as COVERAGE_FLOOR
from ml_audit_hooks.patches.dockerfile import KIND as DOCKERFILE
from ml_audit_hooks.patches.first_tests import KIND as FIRST_TESTS
from ml_audit_hooks.patches.metrics_file import KIND as METRICS_FILE
from ml_audit_hooks.patches.model import Kind
from ml_audit_hooks.patches.offline_gate import KIND as OFFLINE_GATE
from ml_audit_hooks.patches.offline_tracking import KIND as OFFLINE_TRACKING
from ml_audit_hooks.patches.optimizer_state import KIND as OPTIMIZER_STATE
from ml_audit_hooks.patches.pinned_requirements import KIND as PINNED_REQUIREMENTS
from ml_audit_hooks.patches.random_state import KIND as RANDOM_STATE
from ml_audit_hooks.patches.rng_state import KIND as RNG_STATE
from ml_audit_hooks.patches.safe_load import KIND as SAFE_LOAD
from ml_audit_hooks.patches.safe_yaml import KIND as SAFE_YAML
from ml_audit_hooks.patches.seeding import KIND as SEEDING
from ml_audit_hooks.patches.stripped_notebook import KIND as STRIPPED_NOTEBOOK

KINDS: tuple[Kind, ...] = (
    ATOMIC_SAVE,
    BEST_K,
    COVERAGE_FLOOR,
    DOCKERFILE,
    FIRST_TESTS,
    METRICS_FILE,
    OFFLINE_GATE,
    OFFLINE_TRACKING,
    OPTIMIZER_STATE,
    PINNED_REQUIREMENTS,
    RANDOM_STATE,
    RNG_STATE,
    SAFE_LOAD,
    SAFE_YAML,
    SEEDING,
    STRIPPED_NOTEBOOK,
)
