"""End-to-end tests: real git, real pre-commit, real prek, the installed console scripts."""
