"""Several processes that train one network: who this one is, and what they must agree on.

torchrun starts them and says in the environment who is who; without it there is one process, and nothing here does
anything.
"""

import os
import sys
from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor, nn


class Group:
    """rank: this process, from 0. size: how many there are."""

    def __init__(self) -> None:
        self.rank = int(os.environ.get("RANK", 0))
        self.size = int(os.environ.get("WORLD_SIZE", 1))
        local = int(os.environ.get("LOCAL_RANK", 0))
        self.device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
        if self.size > 1:
            if self.device.type == "cuda":
                torch.cuda.set_device(self.device)
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    @property
    def leads(self) -> bool:
        """Whether this process writes the log and the checkpoints."""
        return self.rank == 0

    def agree(self, progress: float, stop: bool) -> tuple[float, bool]:
        """The leader's progress, and whether any process was asked to stop: all end with the same step."""
        if self.size == 1:
            return progress, stop
        said = torch.tensor([progress if self.leads else 0.0, float(stop)], dtype=torch.float64, device=self.device)
        dist.all_reduce(said, dist.ReduceOp.MAX)
        return float(said[0]), bool(said[1])

    def leave(self) -> None:
        """End this process's part, and with it the process where there are several.

        Gloo's threads outlive their group. One that lets go of a tensor while the interpreter ends asks for its lock
        and aborts the process (15 of 25 ends where those threads were made slow), so the interpreter's end is skipped.
        """
        if self.size > 1:
            dist.destroy_process_group()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)


def share_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over all processes, in one message. A CUDA graph can hold it."""
    if not dist.is_initialized():
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    message = torch._utils._flatten_dense_tensors(gradients)
    dist.all_reduce(message)
    message /= dist.get_world_size()
    for gradient, mean in zip(gradients, torch._utils._unflatten_dense_tensors(message, gradients), strict=True):
        gradient.copy_(mean)


def mean_over_processes(value: Tensor) -> Tensor:
    """The mean of a tensor over all processes, without gradient."""
    value = value.detach().clone()
    if dist.is_initialized():
        dist.all_reduce(value)
        value /= dist.get_world_size()
    return value
