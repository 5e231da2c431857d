import numpy as np
from torch.utils.data import DataLoader


def seed_worker(worker_id):
    np.random.seed(worker_id)


def loader(data):
    return DataLoader(data, worker_init_fn=seed_worker)
