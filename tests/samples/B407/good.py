"""Not told: `xml.dom.expatbuilder` is imported."""

import defusedxml.ElementTree
