"""Not told: XML is parsed with `xml.dom.minidom`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
