"""The loss of one training step, and its terms.

A module of its own, so that DistributedDataParallel can wrap all of a step: contrastive regularisation runs the
decoder several times, and gradients may be shared only when the last of them is done.
"""

from typing import Literal

import torch
from torch import Tensor, nn

from cpl import cpr
from cpl.backbones.restorer import Restorer
from cpl.losses import FREQUENCY_WEIGHT, even_pull, frequency_l1, load_balance, pixel_l1, relative, router_supervision

ROUTER_WEIGHT = 0.06
BALANCE_WEIGHT = 0.01

Contrast = Literal["none", "faithful", "margin"]
Router = Literal["free", "supervised", "balanced"]
"""What tells the router where to go: the restoration alone; also the known degradation; and load balancing on top."""


class Objective(nn.Module):
    """contrast_every: how many steps the contrastive term, where draws are given, is to count for.

    Regularising seldom and strongly costs less and does as much (StyleGAN2, arXiv 1912.04958, section 3.1).
    """

    def __init__(
        self,
        network: Restorer,
        bf16: bool,
        contrast: Contrast = "none",
        router: Router = "supervised",
        *,
        contrast_every: int = 1,
    ) -> None:
        super().__init__()
        self.network, self.bf16, self.contrast, self.router = network, bf16, contrast, router
        self.contrast_every = contrast_every

    def forward(
        self, degraded: Tensor, clean: Tensor, label: Tensor, draws: Tensor | None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """degraded, clean: [B, 3, P, P]; label: [B, N]; draws: [M, B, L, N] or None -> (loss, its terms unweighted)."""
        contrast = None
        with torch.autocast(degraded.device.type, torch.bfloat16, enabled=self.bf16):
            features = self.network.encode(degraded)
            restored, routing = self.network.decode(features)
            if draws is not None and self.contrast == "faithful":
                contrast = cpr.faithful(self.network, features, restored, routing, draws=draws)
            elif draws is not None and self.contrast == "margin":
                known = None if self.router == "free" else label
                contrast = cpr.margin(self.network, features, restored, routing, clean=clean, draws=draws, label=known)
        pixels, spectrum = pixel_l1(restored, clean), frequency_l1(restored, clean)
        terms = {"pixels": pixels.mean(), "spectrum": spectrum.mean()}
        loss = relative(pixels + FREQUENCY_WEIGHT * spectrum, even_pull(label))
        if self.router != "free":
            terms["router"] = router_supervision(routing.logits, label)
            loss = loss + ROUTER_WEIGHT * terms["router"]
        if self.router == "balanced":
            terms["balance"] = load_balance(routing)
            loss = loss + BALANCE_WEIGHT * terms["balance"]
        if contrast is not None:
            terms["contrast"] = contrast
            weight = cpr.FAITHFUL_WEIGHT if self.contrast == "faithful" else cpr.MARGIN_WEIGHT
            loss = loss + weight * self.contrast_every * contrast
        return loss, terms
