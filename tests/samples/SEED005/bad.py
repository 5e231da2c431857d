import numpy as np

rng = np.random.default_rng()  # expect
np.save("noise.npy", rng.normal(size=3))
