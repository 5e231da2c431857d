"""Told: `ssl.wrap_socket` without a version."""

import ssl

ssl.wrap_socket(sock)  # expect: B504
