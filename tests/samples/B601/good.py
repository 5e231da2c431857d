"""Not told: A command is run on another machine through a shell."""

import paramiko

client.open_sftp().put(source, target)
