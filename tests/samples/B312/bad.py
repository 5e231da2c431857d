"""Told: `telnetlib` is used."""

import telnetlib  # expect: B401

telnetlib.Telnet(host)  # expect: B312
