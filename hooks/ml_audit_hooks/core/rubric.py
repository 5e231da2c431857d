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
