from data import load


def score(path):
    return len(load(path))
