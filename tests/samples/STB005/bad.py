#!/usr/bin/env python
# TODO: split this file  # expect: STB005
"""Markers in comments. TODO in a docstring is none."""

import os  # FIXME the import order  # expect: STB005


def loss(output, target):
    #TODO mask the padding  # expect: STB005
    text = "# TODO: in a string"  # XXX: and one behind it  # expect: STB005
    both = 'it''s' "#"  # HACK two tokens  # expect: STB005
    return (
        output
        # TBD: which norm  # expect: STB005
        - target  # todo: lower case opens a comment  # expect: STB005
    )


LONG = (
    "one"  # FIXME between two parts of a string  # expect: STB005
    "two # TODO in the second"
)
PATTERN = f"{LONG!r:>{10}} # TODO"  # [TODO] check the width  # expect: STB005
# see also the notes; TODO(ada): write them  # expect: STB005
# Fixme, please  # expect: STB005
