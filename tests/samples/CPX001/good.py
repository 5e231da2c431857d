"""Much code, few decisions."""

import argparse


def parser():
    made = argparse.ArgumentParser()
    made.add_argument("--lr", type=float, default=1e-3)
    made.add_argument("--epochs", type=int, default=10)
    made.add_argument("--batch-size", type=int, default=32)
    made.add_argument("--seed", type=int, default=0)
    return made


def fifteen(cfg):
    if cfg.a and cfg.b and cfg.c and cfg.d and cfg.e and cfg.f and cfg.g:
        return 1
    if cfg.h and cfg.i and cfg.j and cfg.k and cfg.l and cfg.m and cfg.n:
        return 2
    return 3


TABLE = {"adam": 1, "sgd": 2, "lion": 3}


def optimizer(name):
    return TABLE[name]
