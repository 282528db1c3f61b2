"""Sparse Prompt Module (SPM): a router picks k of N learned prompts and mixes the result into the decoder.

Source: Wu et al., "Beyond Degradation Redundancy: Contrastive Prompt Learning for All-in-One Image
Restoration", arXiv 2504.09973, section 3.2, and the authors' published code.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Forced(NamedTuple):
    """Expert weights to use in place of the router's own.

    weights: [B or 1, L, N], one row for each of the L modules of the network.
    mix: [1], 0 keeps the router, 1 takes the weights, between is mixed linearly.
    """

    weights: Tensor
    mix: Tensor


class Routing(NamedTuple):
    """What the routers of one forward pass said, one entry for each module, in the order they ran.

    logits: [B, L, N], before the softmax.
    gates: [B, L, N], softmax probabilities of the k chosen experts, 0 elsewhere, not renormalised.
    """

    logits: Tensor
    gates: Tensor


def keep_largest(probabilities: Tensor, k: int) -> Tensor:
    """Zero all but the k largest entries of the last dimension; the kept ones are not renormalised."""
    kept = torch.zeros_like(probabilities)
    values, indices = probabilities.topk(k, dim=-1)
    return kept.scatter(-1, indices, values)


class SparsePrompt(nn.Module):
    """SPM at one decoder position.

    channels: C of the features. prompt_channels: C_p of each prompt. prompt_size: h, the prompts' height and width.
    experts: N. k: how many of them are kept. block: builds the fusing block from a width, so that the module
    speaks the language of the backbone it sits in (a Transformer block in PromptIR, a NAF block in NAFNet).
    out_channels: what the next stage takes, C where it is not said. bias: of the last convolution.
    """

    def __init__(
        self,
        channels: int,
        *,
        prompt_channels: int,
        prompt_size: int,
        experts: int,
        k: int,
        block: Callable[[int], nn.Module],
        out_channels: int | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if not 1 <= k <= experts:
            raise ValueError(f"k must be between 1 and the number of experts ({experts}), not {k}")
        self.k, self.one_cell = k, prompt_size == 1
        self.prompts = nn.Parameter(torch.rand(experts, prompt_channels, prompt_size, prompt_size))
        self.router = nn.Linear(channels, experts)
        self.smooth = nn.Conv2d(prompt_channels, prompt_channels, 3, padding=1, bias=False)
        self.fuse = nn.Sequential(
            block(channels + prompt_channels),
            nn.Conv2d(channels + prompt_channels, out_channels or channels, 1, bias=bias),
        )

    def forward(self, x: Tensor, forced: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """x: [B, C, H, W] -> (fused features [B, C_out, H, W], logits [B, N], the router's own gates [B, N]).

        forced: weights [B or 1, N] and mix [1]; see `Forced`.
        """
        logits = self.router(x.mean(dim=(2, 3)).float())
        gates = keep_largest(logits.softmax(dim=-1), self.k)
        used = (
            gates
            if forced is None
            else torch.lerp(gates.float(), forced[0].expand_as(gates).float(), forced[1].float())
        )

        prompt = torch.einsum("bn,nchw->bchw", used, self.prompts)
        if self.one_cell:
            # The same numbers; the gradient is then a sum, not a pixel after another added to one cell.
            prompt = prompt.expand(-1, -1, *x.shape[-2:])
        else:
            prompt = F.interpolate(prompt, size=x.shape[-2:], mode="bilinear", align_corners=False)
        prompt = self.smooth(prompt.to(x.dtype))
        return self.fuse(torch.cat([x, prompt], dim=1)), logits, gates


class Prompts(nn.ModuleList):
    """The plug-in: the SPMs of one network, in the order in which its decoder meets them.

    A backbone takes four lines:

        self.prompts = Prompts(SparsePrompt(...) for each position)     in the constructor
        prompt = self.prompts.walk(forced)                              where decoding begins
        x = prompt(x)                                                   at each position
        return restored, prompt.routing()                               at the end
    """

    def walk(self, forced: Forced | None = None) -> "Walk":
        return Walk(self, forced)


class Walk:
    """One pass through the modules of `Prompts`, which remembers what their routers said."""

    def __init__(self, prompts: Prompts, forced: Forced | None) -> None:
        self.prompts, self.forced = prompts, forced
        self.logits: list[Tensor] = []
        self.gates: list[Tensor] = []

    def __call__(self, x: Tensor) -> Tensor:
        """Features of the next position, [B, C, H, W] -> [B, C_out, H, W]."""
        step = len(self.logits)
        own = None if self.forced is None else (self.forced.weights[:, step], self.forced.mix)
        x, logits, gates = self.prompts[step](x, own)
        self.logits.append(logits)
        self.gates.append(gates)
        return x

    def routing(self) -> Routing:
        return Routing(torch.stack(self.logits, 1), torch.stack(self.gates, 1))
