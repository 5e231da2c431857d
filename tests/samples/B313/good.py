"""Not told: XML is parsed with `xml.etree.cElementTree`."""

import defusedxml.ElementTree

defusedxml.ElementTree.parse(source)
