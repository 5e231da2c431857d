"""The 14 capabilities by id and title, in the rubric's order: what configuration and reports name them by."""

from __future__ import annotations

CAPABILITIES = (
    ("tokenization", "Tokenization"),
    ("modeling", "Modeling"),
    ("training", "Training Engine"),
    ("configuration", "Configuration Management"),
    ("evaluation", "Evaluation & Metrics"),
    ("logging", "Logging & Monitoring"),
    ("checkpointing", "Checkpointing & Resume"),
    ("data", "Data Handling"),
    ("security", "Security & Safety"),
    ("ci_tests", "Internal CI/Test"),
    ("deployment", "Deployment"),
    ("documentation", "Documentation & Examples"),
    ("tracking", "Experiment Tracking"),
    ("extensibility", "Extensibility"),
)
IDS = tuple(name for name, _ in CAPABILITIES)
NOT_AUDITED, NOT_APPLICABLE = "Not Audited", "Not Applicable"
_FACETS = {
    "tokenization": "fast_tokenizer vocab encode decode padding_truncation tests",
    "modeling": "model_init dtype device peft tests",
    "training": "train_loop precision grad_accumulation grad_clipping lr_schedule distributed tests",
    "configuration": "structured overrides sweeps validation",
    "evaluation": "validation_loop metrics_api metrics_files tests",
    "logging": "tracker python_logging system_metrics progress",
    "checkpointing": "weights optimizer_state scheduler_state rng_state resume best_k tests",
    "data": "splits deterministic_shuffling caching tests",
    "security": "dependency_lock secrets_scanning safe_loading prompt_safety security_lint",
    "ci_tests": "pytest_targets local_gates coverage ci",
    "deployment": "packaging cli container serving",
    "documentation": "readme quickstart diagrams notebooks docs_site",
    "tracking": "local_tracker offline_mode params_logged",
    "extensibility": "registry plugin_points tests",
}
FACETS = tuple(f"{name}.{facet}" for name, words in _FACETS.items() for facet in words.split())
