"""What the network is trained to reduce."""

import torch
from torch import Tensor


def pixel_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference of each sample, [B]; inputs [B, 3, H, W]."""
    return (restored.float() - clean.float()).abs().mean(dim=(1, 2, 3))


def frequency_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference of the orthonormal 2-D spectra, real and imaginary part, of each sample, [B]."""
    difference = torch.fft.rfft2(restored.float() - clean.float(), norm="ortho")
    return torch.view_as_real(difference).abs().mean(dim=(1, 2, 3, 4))


def balanced(error: Tensor) -> Tensor:
    """Mean logarithm of the samples' errors [B]: halving a small error counts as much as halving a large one.

    Dark and hazy patches are off by ten times as much as noisy ones, and drown them in a plain mean. Measured over the
    first 320 steps: mean log ratio of output to input error 0.05 instead of 0.22, router loss 1.78 instead of 1.87.
    """
    return (error + 0.01).log().mean()


def router_supervision(logits: Tensor, label: Tensor) -> Tensor:
    """Cross-entropy between what each router says and what the patch is known to suffer from.

    logits: [B, L, N]; label: [B, N], sums to 1. Without it nothing keeps the experts from collapsing into one.
    """
    return -(label[:, None, :] * logits.log_softmax(dim=-1)).sum(-1).mean()
