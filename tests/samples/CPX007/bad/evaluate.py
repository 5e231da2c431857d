from train import build


def evaluate(cfg):
    return build(cfg).score()
