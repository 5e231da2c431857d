import numpy as np

data = np.load("data.npy", allow_pickle=True)  # expect
