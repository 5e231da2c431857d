"""Told: XML is parsed with `xml.sax`."""

import xml.sax  # expect: B406

xml.sax.parse(source)  # expect: B317
