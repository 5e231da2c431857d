"""Not told: SNMP version 3 without encryption."""

from pysnmp.hlapi import UsmUserData

UsmUserData("node", auth_key, privacy_key)
