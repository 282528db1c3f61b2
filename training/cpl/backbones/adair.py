"""A frequency-based backbone after AdaIR, with sparse prompts: Restormer whose decoder looks at low and high
frequencies of the input apart.

Source: Cui et al., "AdaIR: Adaptive All-in-One Image Restoration via Frequency Mining and Modulation",
arXiv 2403.14614. Follows its idea, not its tensors: the border between low and high is soft here, so that gradient
reaches what predicts it, where the published mask is cut hard and its predictor stays as it was drawn.
"""

import copy
import math
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.restormer import RestormerConfig, SparseRestormer, channel_attention

SHARPNESS = 20.0
"""Steepness of the border, per cycle a pixel: it fades over about a tenth of the spectrum's radius."""


class CrossAttention(nn.Module):
    """Channels of one map ask channels of another; both [B, C, H, W]."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.q = nn.Conv2d(channels, channels, 1, bias=False)
        self.kv = nn.Conv2d(channels, 2 * channels, 1, bias=False)
        self.project_out = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, asking: Tensor, asked: Tensor) -> Tensor:
        k, v = self.kv(asked).chunk(2, dim=1)
        out = channel_attention(self.q(asking), k, v, heads=self.heads, temperature=self.temperature)
        return self.project_out(out.unflatten(2, asking.shape[-2:]))


def fourier(side: int, like: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Frequencies in cycles a pixel, [side], and the cosines and sines of a Fourier transform, [side, side]."""
    at = torch.arange(side, device=like.device)
    angle = torch.remainder(at[:, None] * at, at[-1] + 1).float() * (2 * math.pi / side)
    share = at.float() / side
    return share - share.round(), angle.cos(), angle.sin()


class FrequencyBlock(nn.Module):
    """Mines the input image's low and high frequencies (section 3.2) and lets each modulate the other (3.3)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.border = nn.Linear(channels, 1)
        self.mine_low, self.mine_high = CrossAttention(channels, heads), CrossAttention(channels, heads)
        self.place = nn.Conv2d(2, 1, 7, padding=3)  # where high frequencies are, for the low ones
        self.weigh = nn.Conv2d(channels, channels, 1)  # which channels low frequencies fill, for the high ones
        self.merge = nn.Conv2d(2 * channels, channels, 1, bias=False)
        self.scale = nn.Parameter(torch.full((1, channels, 1, 1), 0.1))

    def split(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[B, C, H, W] -> (low, high) of the same shape, which sum to x."""
        rows = torch.fft.fftfreq(x.shape[-2], device=x.device)[:, None]
        columns = torch.fft.rfftfreq(x.shape[-1], device=x.device)[None]
        radius = (rows.square() + columns.square()).sqrt()  # cycles a pixel, 0 to 0.71
        border = self.border(x.mean(dim=(2, 3))).float().sigmoid()[..., None, None] / 2
        mask = ((border - radius) * SHARPNESS).sigmoid()
        low = torch.fft.irfft2(torch.fft.rfft2(x.float()) * mask, s=x.shape[-2:]).to(x.dtype)
        return low, x - low

    def split_by_matrices(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The same as products of matrices, for ONNX, which knows no FFT of a size that is free."""
        (fy, cy, sy), (fx, cx, sx) = (fourier(side, x) for side in x.shape[-2:])
        radius = (fy[:, None].square() + fx.square()).sqrt()
        border = self.border(x.mean(dim=(2, 3))).sigmoid()[..., None, None] / 2
        mask = ((border - radius) * SHARPNESS).sigmoid()
        real, imaginary = mask * (cy @ x @ cx - sy @ x @ sx), mask * (sy @ x @ cx + cy @ x @ sx)
        low = cy @ real @ cx - sy @ real @ sx + sy @ imaginary @ cx + cy @ imaginary @ sx
        low = low / (x.shape[-2] * x.shape[-1])
        return low, x - low

    def forward(self, x: Tensor, image: Tensor) -> Tensor:
        small = F.interpolate(image, size=x.shape[-2:], mode="bilinear", align_corners=False)
        low, high = self.split(self.embed(small))
        low, high = self.mine_low(low, x), self.mine_high(high, x)
        place = self.place(torch.cat([high.mean(1, keepdim=True), high.amax(1, keepdim=True)], 1)).sigmoid()
        weigh = self.weigh(low.mean(dim=(2, 3), keepdim=True)).sigmoid()
        return x + self.scale * self.merge(torch.cat([low * place, high * weigh], 1))


class SparseAdaIR(SparseRestormer):
    """Restormer with a frequency block before each SPM."""

    architecture = "sparse-adair"

    def __init__(self, config: RestormerConfig) -> None:
        super().__init__(config)
        widths = [config.width << level for level in (3, 2, 1)]
        self.frequency = nn.ModuleList(FrequencyBlock(channels, config.heads[2]) for channels in widths)

    def before_prompt(self, step: int, x: Tensor, image: Tensor) -> Tensor:
        return self.frequency[step](x, image)

    def exportable(self) -> Self:
        network = copy.deepcopy(self)
        for block in network.frequency:
            block.split = block.split_by_matrices
        return network
