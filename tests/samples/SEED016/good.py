import numpy
import torch


def worker(rank, seed):
    torch.distributed.init_process_group("nccl", rank=rank)
    torch.manual_seed(seed)
    numpy.random.seed(seed + rank)
