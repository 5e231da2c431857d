from package.layers import Block


class Trainer:
    block = Block


def helper(*parts):
    return parts


if __name__ == "__main__":
    from package import Loss

    helper(Loss)
