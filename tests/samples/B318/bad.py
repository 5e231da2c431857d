"""Told: XML is parsed with `xml.dom.minidom`."""

import xml.dom.minidom  # expect: B408

xml.dom.minidom.parse(source)  # expect: B318
