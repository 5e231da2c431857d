"""Not told: `torch.load` that may run code from the checkpoint."""

import torch

state = torch.load(path, weights_only=True)
