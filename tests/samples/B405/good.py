"""Not told: `xml.etree.ElementTree` is imported."""

import defusedxml.ElementTree
