"""Values and reading: what a finding is, and how a repository is read."""
