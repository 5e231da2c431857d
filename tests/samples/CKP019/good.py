import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
state = torch.load("model.pt", map_location=device, weights_only=True)
