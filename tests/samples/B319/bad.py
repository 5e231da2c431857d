"""Told: XML is parsed with `xml.dom.pulldom`."""

import xml.dom.pulldom  # expect: B409

xml.dom.pulldom.parse(source)  # expect: B319
