"""Told: A parameter has an old version of SSL or TLS as default."""

import ssl


def connect(host, version=ssl.PROTOCOL_TLSv1):  # expect: B503
    return open_tls(host, version)
