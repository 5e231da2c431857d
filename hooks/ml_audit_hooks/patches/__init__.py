"""Atomic diffs: one file a kind, each made from the repository at hand and proved before it is shown."""
