"""Bodies that only raise NotImplementedError."""


def resume(path):  # expect: STB003
    raise NotImplementedError


def quantize(model):  # expect: STB003
    """Quantize to 8 bits."""
    raise NotImplementedError("quantize is not written yet")


async def deploy(model):  # expect: STB003
    raise NotImplementedError()


class Trainer:
    def resume(self, path):  # expect: STB003
        raise NotImplementedError

    @property
    def state(self):  # expect: STB003
        raise NotImplementedError("no state yet")

    def merge(self):  # expect: STB003
        raise NotImplementedError("merging is not supported yet, use plain training instead")

    def export(self):  # expect: STB003
        raise NotImplementedError(f"{type(self).__name__} does not support export")


def style_transfer(content, style):  # expect: STB003
    if style is None:
        raise ValueError("a style is needed")
    raise NotImplementedError("style transfer is not implemented yet")


def distill(teacher, student):  # expect: STB003
    message = "distillation is not implemented"
    raise NotImplementedError(message)


def outer(x):
    def inner(y):  # expect: STB003
        raise NotImplementedError

    return inner(x)
