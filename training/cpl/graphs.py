"""Whole training steps as CUDA graphs: a step's thousand launches become one.

On an H100 with a slow processor launching took 110 ms a step, whatever the batch; a step of 32 patches computes for 5.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.optim import Optimizer

Terms = dict[str, Tensor]
Step = Callable[..., Terms]
"""Tensors on the device -> what the step says of itself. Reads no value back, and draws nothing."""

WARM_UP = 3
"""Steps on a side stream before recording: libraries choose algorithms and take their memory in the first ones."""


class Replayed:
    """`step` recorded once for inputs of the example's shapes, to be called in its place.

    Recording leaves parameters and optimiser as they were. What a call returns is overwritten by the next.
    """

    def __init__(self, step: Step, example: tuple[Tensor, ...], optimizer: Optimizer) -> None:
        self.inputs = tuple(tensor.clone() for tensor in example)
        before = _Snapshot(optimizer)
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP):
                step(*self.inputs)
        torch.cuda.current_stream().wait_stream(side)
        optimizer.zero_grad(set_to_none=True)
        self.graph = torch.cuda.CUDAGraph()
        # Loaders pin memory in a thread of their own meanwhile, which else would break off the recording.
        with torch.cuda.graph(self.graph, capture_error_mode="thread_local"):
            self.terms = step(*self.inputs)
        before.restore()

    def __call__(self, *inputs: Tensor) -> Terms:
        for own, given in zip(self.inputs, inputs, strict=True):
            own.copy_(given, non_blocking=True)
        self.graph.replay()
        return {name: term.clone() for name, term in self.terms.items()}


class _Snapshot:
    """Parameters and optimiser state, put back where they lie: a graph remembers addresses."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.values = [p.detach().clone() for p in self.parameters]
        self.states = [{key: value.clone() for key, value in optimizer.state[p].items()} for p in self.parameters]

    @torch.no_grad()
    def restore(self) -> None:
        for parameter, value, state in zip(self.parameters, self.values, self.states, strict=True):
            parameter.copy_(value)
            for key, own in self.optimizer.state[parameter].items():
                # An optimiser that had not stepped had no state, which is one of zeros.
                own.copy_(state[key]) if key in state else own.zero_()
