"""The hooks' shared main and the ``ml-audit`` command."""
