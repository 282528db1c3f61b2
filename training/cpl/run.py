"""One training run: its network, its optimiser, and what a step does."""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from cpl import cpr
from cpl.backbones import BACKBONES
from cpl.backbones.restorer import Restorer, RestorerConfig
from cpl.checkpoint import backbone_of
from cpl.compiled import compile_blocks
from cpl.data import Sample
from cpl.degradations import SHARES, Shares
from cpl.distributed import Group
from cpl.objective import Contrast, Objective, Router

PEAK_RATE, FINAL_RATE, WARM_UP = 4e-4, 1e-6, 300

AVERAGE_DECAY = 0.99
"""Decay of the averaged weights per step. With 0.999 they were 0.3 dB behind the last ones after 2,958 steps: the rate
ends so low that little noise is left to average, and what was learnt meanwhile is lost.
"""


def learning_rate(step: int, progress: float, peak: float = PEAK_RATE) -> float:
    """Linear warm-up over the first steps, then a cosine over the whole budget; progress in 0..1."""
    cosine = FINAL_RATE + (peak - FINAL_RATE) * (1 + math.cos(math.pi * min(progress, 1))) / 2
    return cosine * min(1, (step + 1) / WARM_UP)


class Run:
    """One training run: everything that a checkpoint holds, and one step.

    group: the processes that train together; each steps on a batch of its own, gradients are averaged. shares: what
    its patches are drawn by.
    """

    def __init__(
        self,
        config: RestorerConfig,
        seed: int,
        device: torch.device,
        bf16: bool,
        *,
        backbone: str = "nafnet",
        contrast: Contrast = "none",
        router: Router = "supervised",
        group: Group | None = None,
        contrast_every: int = 1,
        peak_rate: float = PEAK_RATE,
        routers_alone: bool = False,
        shares: Shares = SHARES,
    ) -> None:
        if contrast != "none":
            cpr.check(config.experts, config.k)
        torch.manual_seed(seed)
        self.seed, self.device, self.peak_rate = seed, device, peak_rate
        self.contrast, self.contrast_every, self.group = contrast, contrast_every, group or Group()
        self.backbone, self.config, self.shares = backbone, config, dict(shares)
        network = BACKBONES[backbone].network(config)
        self.network: Restorer = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        if routers_alone:
            for name, parameter in self.network.named_parameters():
                parameter.requires_grad_(".router." in name)
        self.average = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE_DECAY))
        if device.type == "cuda":
            compile_blocks(self.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4, fused=True
        )
        objective = Objective(self.network, bf16, contrast, router, contrast_every=contrast_every)
        self.objective: nn.Module = objective if self.group.size == 1 else DistributedDataParallel(objective)
        self.step_number = 0
        self.samples = 0
        self.seconds = 0.0

    def step(self, sample: Sample, progress: float) -> dict[str, Tensor]:
        """One optimiser step on a batch; returns the loss terms apart, still on the device: to read one is to wait."""
        degraded, clean, label = (tensor.to(self.device, non_blocking=True) for tensor in sample)
        degraded = degraded.contiguous(memory_format=torch.channels_last)
        rate = learning_rate(self.step_number, progress, self.peak_rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss, terms = self.objective(degraded, clean, label, self._draws(len(degraded)))
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update_parameters(self.network)
        self.step_number += 1
        self.samples += len(degraded) * self.group.size
        return {**{name: term.detach() for name, term in terms.items()}, "rate": torch.tensor(rate)}

    def _draws(self, batch: int) -> Tensor | None:
        """Random numbers that pick wrong prompts, [M, B, L, N]: the same for any number of processes."""
        if self.contrast == "none" or self.step_number % self.contrast_every:
            return None
        generator = torch.Generator().manual_seed(self.seed + (self.step_number << 20))
        shape = (cpr.NEGATIVES, batch * self.group.size, self.network.levels, self.config.experts)
        return torch.rand(shape, generator=generator)[:, self.group.rank :: self.group.size].to(self.device)

    def state(self) -> dict[str, Any]:
        return {
            "backbone": self.backbone,
            "config": self.config.to_dict(),
            "shares": self.shares,
            "network": self.network.state_dict(),
            "average": self.average.module.state_dict(),
            "averaged": self.average.n_averaged,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step_number,
            "samples": self.samples,
            "seconds": self.seconds,
            "seed": self.seed,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint. Raises ValueError where its network is configured, or its patches are drawn, in
        another way."""
        backbone = backbone_of(state)
        if backbone != self.backbone or type(self.config).from_dict(state["config"]) != self.config:
            asked = f"{self.backbone} {self.config.to_dict()}"
            raise ValueError(f"the checkpoint's network is {backbone} {state['config']}, not {asked}")
        # Checkpoints of earlier versions do not say by what shares they were drawn.
        if state.get("shares", self.shares) != self.shares:
            raise ValueError(f"the checkpoint's patches are drawn by the shares {state['shares']}, not {self.shares}")
        self.network.load_state_dict(state["network"])
        self.average.module.load_state_dict(state["average"])
        self.average.n_averaged.copy_(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_number, self.samples = state["step"], state["samples"]
        self.seconds, self.seed = state["seconds"], state["seed"]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Begin a new run with given weights; blocks that a shallower network lacks begin as the identity."""
        weights = self.network.deepened(weights)
        self.network.load_state_dict(weights)
        self.average.module.load_state_dict(weights)
