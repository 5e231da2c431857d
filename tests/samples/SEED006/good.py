import torch


def fit(model, loader):
    torch.manual_seed(0)
    for batch in loader:
        model(batch).sum().backward()
