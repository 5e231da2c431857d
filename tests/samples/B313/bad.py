"""Told: XML is parsed with `xml.etree.cElementTree`."""

import xml.etree.cElementTree  # expect: B405

xml.etree.cElementTree.parse(source)  # expect: B313
