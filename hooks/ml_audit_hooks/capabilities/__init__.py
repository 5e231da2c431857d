"""The rubric as data, one file a capability, and the matcher that reads it."""
