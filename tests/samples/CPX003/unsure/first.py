import second  # expect: CPX003


def one():
    return second.two()
