import os
import random


def split(folder):
    names = os.listdir(folder)  # expect
    random.shuffle(names)
    return names[:100]
