import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
state = torch.load("model.pt", weights_only=True)  # expect
