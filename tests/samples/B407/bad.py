"""Told: `xml.dom.expatbuilder` is imported."""

import xml.dom.expatbuilder  # expect: B407
