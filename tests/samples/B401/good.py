"""Not told: `telnetlib` is imported."""

import paramiko
