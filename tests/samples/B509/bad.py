"""Told: SNMP version 3 without encryption."""

from pysnmp.hlapi import UsmUserData

UsmUserData("node")  # expect: B509
