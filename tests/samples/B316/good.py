"""Not told: XML is parsed with `xml.dom.expatbuilder`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
