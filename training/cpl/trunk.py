"""A trunk: a network that every session trains on at constant rate, and that is never annealed.

Annealing at the end of each short run, and starting high again, throws away what it had settled. So runs go on from
the trunk, one after the other, and each branches off a decay, linear to nothing, whose averaged weights are shipped:
Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations", arXiv 2405.18392. n short
runs then equal a long one. Adam's moments, a memory of a hundred steps, do not travel.
"""

import copy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cpl import checkpoint, cpr
from cpl.backbones import build
from cpl.backbones.restorer import Restorer
from cpl.distributed import Group, share_gradients
from cpl.graphs import Replayed, Terms
from cpl.objective import Contrast, Objective
from cpl.patches import Batch, as_floats

WARM_UP = 300
"""Steps of a new trunk until its rate is reached."""
WARM_UP_AGAIN = 50
"""The same for one that goes on, while Adam's moments fill again."""
AVERAGE_DECAY = 0.998
"""Of the averaged weights, a step of the decay; less while few have been averaged."""


def constant_rate(width: int) -> float:
    """The trunk's learning rate; width: channels of its finest level."""
    return 1e-3 if width <= 32 else 6e-4


class Trunk:
    """A network, its optimiser, and how far it has come.

    run: the number of this run, from 0, which seeds what it draws. graphs: record steps, where there is a GPU.
    """

    def __init__(
        self,
        backbone: str,
        config: dict[str, Any],
        device: torch.device,
        bf16: bool = False,
        graphs: bool = True,
        group: Group | None = None,
    ) -> None:
        torch.manual_seed(0)
        self.backbone, self.config, self.device = backbone, config, device
        self.group = group or Group()
        self.network: Restorer = build(backbone, config).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective = Objective(self.network, bf16)
        on_gpu = device.type == "cuda"
        # Sizes never change, so the fastest algorithm is worth looking for.
        torch.backends.cudnn.benchmark = on_gpu
        # The rate as a tensor on the GPU: a graph reads it anew each time.
        self.rate = torch.tensor(0.0, device=device)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=self.rate if on_gpu else 0.0,
            betas=(0.9, 0.99),
            weight_decay=1e-4,
            fused=True,
            capturable=on_gpu,
        )
        self.recorded: dict[tuple[torch.Size, bool], Replayed] | None = {} if on_gpu and graphs else None
        self.average: Restorer | None = None
        self.averaged = 0
        self.step_number = self.samples = self.run = 0
        self.steps_here = 0
        self.seconds = 0.0
        self.photos: set[str] = set()
        """Names of all files that it was trained on, in this run and those before it."""

    @property
    def peak_rate(self) -> float:
        head = next(module for module in self.network.modules() if isinstance(module, nn.Conv2d))
        return constant_rate(head.out_channels)

    def warmth(self) -> float:
        """Share of the rate that the warm-up grants to the next step."""
        return min(1.0, (self.steps_here + 1) / (WARM_UP_AGAIN if self.run else WARM_UP))

    def branch(self, contrast: Contrast, every: int) -> None:
        """Begin the decay: average weights from here on, with a contrastive term every so many steps."""
        if contrast != "none":
            cpr.check(*cpr.kept(self.network))
        self.objective.contrast, self.objective.contrast_every = contrast, every
        self.average = copy.deepcopy(self.network)
        if self.recorded is not None:
            self.recorded = {}

    def step(self, batch: Batch, rate: float) -> Terms:
        """One optimiser step on a batch that is on the device; the terms of its loss, still there."""
        self._set_rate(rate)
        draws = self._draws(len(batch.label))
        inputs = (*batch,) if draws is None else (*batch, draws)
        terms = self._compute(inputs)
        self.step_number += 1
        self.steps_here += 1
        self.samples += len(batch.label) * self.group.size
        if self.average is not None:
            self._average(self.average)
        return terms

    def _compute(self, inputs: tuple[Tensor, ...]) -> Terms:
        if self.recorded is None:
            return self._eager(*inputs)
        kind = (inputs[0].shape, len(inputs) > len(Batch._fields))
        if kind not in self.recorded:
            try:
                self.recorded[kind] = Replayed(self._eager, inputs, self.optimizer)
            except RuntimeError as error:
                # Slower is better than not at all: an hour on a GPU comes seldom.
                print(f"steps are not recorded: {error}", flush=True)
                self.recorded = None
                return self._eager(*inputs)
        return self.recorded[kind](*inputs)

    def _eager(self, degraded: Tensor, clean: Tensor, label: Tensor, draws: Tensor | None = None) -> Terms:
        loss, terms = self.objective(as_floats(degraded), as_floats(clean), label, draws)
        loss.backward()
        share_gradients(self.network.parameters())
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return {"loss": loss.detach(), **{name: term.detach() for name, term in terms.items()}}

    def _set_rate(self, rate: float) -> None:
        self.rate.fill_(rate)
        if self.device.type != "cuda":
            for group in self.optimizer.param_groups:
                group["lr"] = rate

    def _draws(self, batch: int) -> Tensor | None:
        """What wrong prompts are drawn with, [M, B, L, N]: by run and step, whatever the number of processes."""
        if self.objective.contrast == "none" or self.step_number % self.objective.contrast_every:
            return None
        generator = torch.Generator().manual_seed(self.run + (self.step_number << 20))
        shape = (cpr.NEGATIVES, batch * self.group.size, self.network.levels, cpr.kept(self.network)[0])
        return torch.rand(shape, generator=generator)[:, self.group.rank :: self.group.size].to(self.device)

    @torch.no_grad()
    def _average(self, average: Restorer) -> None:
        self.averaged += 1
        kept = min(AVERAGE_DECAY, self.averaged / (self.averaged + 9))
        torch._foreach_lerp_(list(average.parameters()), list(self.network.parameters()), 1 - kept)

    def state(self) -> dict[str, Any]:
        """What travels: the weights in half precision, and how far they have come."""
        return {
            "backbone": self.backbone,
            "config": self.config,
            "weights": halved(self.network),
            "step": self.step_number,
            "samples": self.samples,
            "seconds": self.seconds,
            "runs": self.run + 1,
            "photos": sorted(self.photos),
        }

    def shipped(self) -> dict[str, Any]:
        """The branch's averaged weights, as a checkpoint that evaluation and export read."""
        assert self.average is not None, "nothing was averaged: the trunk has not branched off"
        state = self.state()
        del state["weights"]
        return {**state, "average": halved(self.average)}

    def save(self, path: Path) -> None:
        checkpoint.save(path, self.state())

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take up a saved trunk as its next run. Raises ValueError where it is one of another network."""
        theirs, ours = (state["backbone"], _plain(state["config"])), (self.backbone, _plain(self.config))
        if theirs != ours:
            raise ValueError(f"the trunk is {theirs}, not {ours}")
        self.network.load_state_dict({name: value.float() for name, value in state["weights"].items()})
        self.step_number, self.samples = state["step"], state["samples"]
        self.seconds, self.run = state["seconds"], state["runs"]
        self.photos = set(state["photos"])


def halved(network: nn.Module) -> dict[str, Tensor]:
    """Weights in half precision, on the CPU. A weight changes by at most 1 in 2,048."""
    return {name: value.detach().half().cpu().contiguous() for name, value in network.state_dict().items()}


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in config.items()}
