"""Not told: XML is parsed with `xml.etree.ElementTree`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
