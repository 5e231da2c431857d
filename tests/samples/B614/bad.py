"""Told: `torch.load` that may run code from the checkpoint."""

import torch

state = torch.load(path)  # expect: B614
