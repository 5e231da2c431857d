"""Not told: `xml.dom.pulldom` is imported."""

import defusedxml.ElementTree
