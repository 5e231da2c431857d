"""Told: An SSH client that trusts any host key."""

import paramiko

client.set_missing_host_key_policy(paramiko.AutoAddPolicy)  # expect: B507
