"""What the network is trained to reduce."""

import torch
from torch import Tensor


def pixel_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference; inputs [B, 3, H, W]."""
    return (restored.float() - clean.float()).abs().mean()


def frequency_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference of the orthonormal 2-D spectra, real and imaginary part."""
    difference = torch.fft.rfft2(restored.float() - clean.float(), norm="ortho")
    return torch.view_as_real(difference).abs().mean()


def router_supervision(logits: Tensor, label: Tensor) -> Tensor:
    """Cross-entropy between what each router says and what the patch is known to suffer from.

    logits: [B, L, N]; label: [B, N], sums to 1. Without it nothing keeps the experts from collapsing into one.
    """
    return -(label[:, None, :] * logits.log_softmax(dim=-1)).sum(-1).mean()
