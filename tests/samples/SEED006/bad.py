import torch


def fit(model, loader):
    for batch in loader:
        torch.manual_seed(0)  # expect
        model(batch).sum().backward()
