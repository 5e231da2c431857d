import torch

model = torch.nn.Linear(4, 2)
optimizer = torch.optim.AdamW(model.parameters())
path = input()
checkpoint = torch.load(path, map_location="cpu", weights_only=True)
model.load_state_dict(checkpoint["model"])
optimizer.load_state_dict(checkpoint["optimizer"])
start = checkpoint["epoch"]
torch.set_rng_state(checkpoint["rng"])
for epoch in range(10):
    model(torch.zeros(1, 4)).sum().backward()
    optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "rng": torch.get_rng_state()}, path)
