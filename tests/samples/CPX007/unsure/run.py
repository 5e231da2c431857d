from options import OPTIONS


def run():
    return OPTIONS
