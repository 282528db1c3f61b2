"""Layer normalisation of images."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of each pixel, [B, C, H, W]."""

    def __init__(self, channels: int, epsilon: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        # With channels_last memory the two permutations cost nothing.
        last = x.permute(0, 2, 3, 1)
        return F.layer_norm(last, self.weight.shape, self.weight, self.bias, self.epsilon).permute(0, 3, 1, 2)

    def standardise(self, x: Tensor) -> Tensor:
        """The same without scale and bias."""
        return F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, eps=self.epsilon).permute(0, 3, 1, 2)
