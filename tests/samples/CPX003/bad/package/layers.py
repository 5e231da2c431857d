from package import VERSION


class Block:
    version = VERSION
