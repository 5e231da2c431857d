"""Not told: A pickle is loaded."""

import numpy

data = numpy.load("features.npz", allow_pickle=False)
