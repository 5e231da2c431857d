import torch

model = torch.nn.Linear(4, 2)
optimizer = torch.optim.AdamW(model.parameters())
checkpoint = torch.load("last.pt", map_location="cpu", weights_only=True)
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
start = checkpoint["epoch"]
