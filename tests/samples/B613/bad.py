"""Told: Control characters that turn the direction of text."""

level = "user‮⁦# admins only⁩"  # expect: B613
