"""Told: XML is parsed with `xml.dom.expatbuilder`."""

import xml.dom.expatbuilder  # expect: B407

xml.dom.expatbuilder.parse(source)  # expect: B316
