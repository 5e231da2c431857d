import numpy as np

data = np.load("data.npy")
