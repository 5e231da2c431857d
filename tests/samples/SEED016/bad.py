import numpy
import torch


def worker(rank, seed):
    torch.distributed.init_process_group("nccl", rank=rank)
    numpy.random.seed(seed)  # expect
