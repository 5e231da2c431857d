import math


class Loss:
    base = math.e
