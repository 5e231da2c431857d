"""Not told: `ssl.wrap_socket` without a version."""

import ssl

ssl.create_default_context().wrap_socket(sock, server_hostname=host)
