"""Terms of the loss."""

from functools import cache

import torch
from torch import Tensor

from cpl.degradations import CLEAN_PULL, DEGRADATIONS
from cpl.distributed import mean_over_processes
from cpl.spm import Routing

FREQUENCY_WEIGHT = 1.0

FINE = 0.03
"""Error, pixels plus spectrum, of a JPEG at quality 30; well below it errors count linearly."""


def pixel_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference of each sample, [B]; inputs [B, 3, H, W]."""
    return (restored.float() - clean.float()).abs().mean(dim=(1, 2, 3))


def frequency_l1(restored: Tensor, clean: Tensor) -> Tensor:
    """Mean absolute difference of the orthonormal 2-D spectra, real and imaginary part, of each sample, [B]."""
    difference = torch.fft.rfft2(restored.float() - clean.float(), norm="ortho")
    return torch.view_as_real(difference).abs().mean(dim=(1, 2, 3, 4))


def relative(error: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of the logarithm of each sample's error, so that what counts is the share that is removed.

    error, weight: [B]. PSNR is a logarithm too. By the plain mean, haze and darkness with their large errors drown JPEG
    blocks and blur, which a network then leaves as they are. Well below FINE errors count as they are: what is clean
    already is not to be polished for ever. The slope is 1 at 2 FINE.
    """
    return 3 * FINE * (weight * torch.log1p(error / FINE)).mean()


def even_pull(label: Tensor) -> Tensor:
    """The weight of each sample, [B], by which all degradations pull as hard as haze; label: [B, N].

    A mixture is pulled by the strongest of its degradations.
    """
    return DEGRADATIONS["haze"].pull / (_pulls(label.device) * (label > 0)).amax(dim=1)


@cache
def _pulls(device: torch.device) -> Tensor:
    # Cached, because a copy to the GPU waits for all work that was queued before it.
    return torch.tensor([*(degradation.pull for degradation in DEGRADATIONS.values()), CLEAN_PULL], device=device)


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
