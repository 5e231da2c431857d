"""Told: `xml.dom.pulldom` is imported."""

import xml.dom.pulldom  # expect: B409
