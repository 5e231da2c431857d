"""Not told: XML is parsed with `xml.sax.expatreader`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
