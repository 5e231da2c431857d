"""Told: `xml.etree.ElementTree` is imported."""

import xml.etree.ElementTree  # expect: B405
