import os
import random


def split(folder):
    names = sorted(os.listdir(folder))
    random.shuffle(names)
    return names[:100]
