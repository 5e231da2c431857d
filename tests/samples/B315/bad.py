"""Told: XML is parsed with `xml.sax.expatreader`."""

import xml.sax.expatreader  # expect: B406

xml.sax.expatreader.create_parser(source)  # expect: B315
