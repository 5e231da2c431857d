"""Not told: `xml.dom.minidom` is imported."""

import defusedxml.ElementTree
