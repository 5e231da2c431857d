import torch

model = torch.nn.Linear(4, 2)
optimizer = torch.optim.AdamW(model.parameters())
for epoch in range(10):
    model(torch.zeros(1, 4)).sum().backward()
    optimizer.step()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch, "rng": torch.get_rng_state()}, f"checkpoint-{epoch}.pt")  # expect
