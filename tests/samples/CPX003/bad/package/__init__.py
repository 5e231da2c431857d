from .layers import Block  # expect: CPX003

VERSION = 1
