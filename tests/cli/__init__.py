"""Tests of the hooks' shared main and of the `ml-audit` command."""
