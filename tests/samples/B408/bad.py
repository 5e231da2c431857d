"""Told: `xml.dom.minidom` is imported."""

import xml.dom.minidom  # expect: B408
