"""Not told: SNMP version 1 or 2."""

from pysnmp.hlapi import CommunityData

CommunityData("public")
