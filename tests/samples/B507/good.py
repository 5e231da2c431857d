"""Not told: An SSH client that trusts any host key."""

import paramiko

client.load_system_host_keys()
