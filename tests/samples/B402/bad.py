"""Told: `ftplib` is imported."""

import ftplib  # expect: B402
