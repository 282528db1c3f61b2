"""What the network is trained to reduce."""

import torch
from torch import Tensor

from cpl.distributed import mean_over_processes
from cpl.spm import Routing


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


def load_balance(routing: Routing) -> Tensor:
    """N times the sum over experts of (share of the gates that are theirs) x (mean probability); 1 where all are equal.

    The auxiliary loss of Switch Transformers (arXiv 2101.03961, section 2.2), for k experts a sample and L routers.
    """
    open_gates = (routing.gates > 0).float()
    share = mean_over_processes((open_gates / open_gates.sum(-1, keepdim=True)).mean(dim=0))  # [L, N]
    probability = routing.logits.softmax(dim=-1).mean(dim=0)
    return share.shape[-1] * (share * probability).sum(-1).mean()
