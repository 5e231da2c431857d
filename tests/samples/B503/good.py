"""Not told: A parameter has an old version of SSL or TLS as default."""

import ssl


def connect(host, version=ssl.PROTOCOL_TLS_CLIENT):
    return open_tls(host, version)
