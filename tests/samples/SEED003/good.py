import argparse
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=42)
args = parser.parse_args()
if args.seed is not None:
    torch.manual_seed(args.seed)
model = torch.nn.Linear(784, 10)
model(torch.zeros(1, 784)).sum().backward()
