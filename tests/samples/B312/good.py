"""Not told: `telnetlib` is used."""

import paramiko

paramiko.SSHClient()
