import numpy as np

rng = np.random.default_rng(7)
np.save("noise.npy", rng.normal(size=3))
