"""Not told: XML is parsed with `xml.sax`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
