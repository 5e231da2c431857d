"""Not told: `xml.sax` is imported."""

import defusedxml.ElementTree
