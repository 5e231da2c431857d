import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


def main(model, path):
    dist.init_process_group("nccl")
    model = DistributedDataParallel(model)
    if dist.get_rank() == 0:
        torch.save(model.state_dict(), path)
