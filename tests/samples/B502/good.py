"""Not told: An old version of SSL or TLS is asked for."""

import ssl

ssl.create_default_context().wrap_socket(sock, server_hostname=host)
