"""Merge of all records into the audit, and its renderers."""
