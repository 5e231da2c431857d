"""Told: `ftplib` is used."""

import ftplib  # expect: B402

ftplib.FTP(host)  # expect: B321
