"""Told: SNMP version 1 or 2."""

from pysnmp.hlapi import CommunityData

CommunityData("public", mpModel=0)  # expect: B508
