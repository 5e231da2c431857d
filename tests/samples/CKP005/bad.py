from lightning import Trainer


def check(model, path):
    Trainer().test(model, ckpt_path=path)  # expect
