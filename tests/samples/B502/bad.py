"""Told: An old version of SSL or TLS is asked for."""

import ssl

ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3)  # expect: B502
