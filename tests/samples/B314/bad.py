"""Told: XML is parsed with `xml.etree.ElementTree`."""

import xml.etree.ElementTree  # expect: B405

xml.etree.ElementTree.parse(source)  # expect: B314
