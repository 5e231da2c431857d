"""Told: `xml.sax` is imported."""

import xml.sax  # expect: B406
