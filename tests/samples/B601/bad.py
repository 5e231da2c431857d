"""Told: A command is run on another machine through a shell."""

import paramiko

client.exec_command(command)  # expect: B601
