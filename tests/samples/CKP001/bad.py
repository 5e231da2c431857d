import torch

state = torch.load("model.pt", map_location="cpu")  # expect
other = torch.load("model.pt", map_location="cpu", weights_only=False)  # expect
