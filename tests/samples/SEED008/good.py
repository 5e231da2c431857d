import torch
from torch.utils.data import Dataset


class Images(Dataset):
    def __getitem__(self, i):
        return torch.randn(1)
