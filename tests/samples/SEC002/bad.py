"""A private key."""

KEY = """  # the key
@BEGIN@ expect: SEC002
@BODY@
"""
