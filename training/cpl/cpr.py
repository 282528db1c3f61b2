"""Contrastive Prompt Regularisation (CPR): what the network makes of a photo with the wrong prompts teaches it too.

Source: Wu et al., arXiv 2504.09973, section 3.3, and the authors' published code. Beside restored = f(x; own prompts)
the decoder runs M times with wrong prompts: at every position, for every sample, k experts that the router did not
choose. The encoder never sees a prompt, so its features are computed once for all.

`faithful`: the published term. Wrong experts keep their own small softmax weights, the wrong-prompt branch gets no
gradient, and the restored image is pushed away from its results in a feature space:

    - weight * sum over j of || n(phi(restored)) - n(phi(negative_j)) ||_1       n: L2 normalisation of each pixel

`margin`: what the published term leaves out. Wrong prompts act at full strength (their weights sum to what the right
ones' do), and the hardest of the M, the one that restores best, is trained to leave some of the degradation:

    weight * relu(error(restored) + SHARE * gain - error(hardest)),   gain = error(degraded) - error(restored)

error: mean absolute difference to the clean image, for each sample; all but the last error are constants here, for
else the term would only rescale the loss of the restored image. As the margin is a share of what the right prompts
gain, nobody is asked to spoil a photo that is clean already. Where the degradation is known, samples are weighted as in
the loss (`losses.even_pull`), for the gains that blur and blocks allow are small numbers.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from cpl.backbones.restorer import Features, Restorer
from cpl.losses import even_pull, pixel_l1
from cpl.spm import Forced, Routing, SparsePrompt

NEGATIVES = 4
"""M, as published (2 in some of the authors' files)."""
FAITHFUL_WEIGHT = 1e-3
"""Not published for CPL; that of the same author's MCLIR."""
SCALE_WEIGHTS = (0.2, 0.3, 0.5)
"""Of the feature scales, fine to coarse; MCLIR's for VGG16's relu1_2, 2_2, 3_3."""
MARGIN_WEIGHT = 0.2
SHARE = 0.5
"""Of what the right prompts gain, wrong ones are to leave this much undone."""


def check(experts: int, k: int) -> None:
    """Raise ValueError where k wrong experts cannot be found beside the k chosen ones."""
    if experts < 2 * k:
        raise ValueError(f"contrastive regularisation needs at least {2 * k} experts for k = {k}, not {experts}")


def kept(network: Restorer) -> tuple[int, int]:
    """(N, k) of the network's modules, which are alike in both."""
    module = network.prompts[0]
    assert isinstance(module, SparsePrompt)
    return module.router.out_features, module.k


def wrong_weights(
    routing: Routing, draws: Tensor, label: Tensor | None = None, full_strength: bool = False, k: int | None = None
) -> Tensor:
    """Weights [B, L, N] of k experts of each position that its router did not choose.

    draws: [B, L, N], uniform in 0..1; the unchosen experts with the largest draws are taken.
    label: [B, N], shares of the degradations known to be in each sample; where experts are left to choose from, none
    of these is called wrong. full_strength: scale the weights to the sum of the chosen ones.
    k: how many the router keeps; they are counted where it is not said, and to count on a GPU is to wait for it.
    """
    chosen = routing.gates.detach() > 0
    k = int(chosen[0, 0].sum()) if k is None else k
    score = draws - 2.0 * chosen
    if label is not None:
        score = score - 1.0 * (label[:, None] > 0)
    picked = torch.zeros_like(score).scatter(-1, score.topk(k, dim=-1).indices, 1.0)
    weights = routing.logits.detach().softmax(dim=-1) * picked
    if full_strength:
        strength = routing.gates.detach().sum(-1, keepdim=True)
        weights = weights * (strength / weights.sum(-1, keepdim=True).clamp_min(1e-12))
    return weights


def pyramid(image: Tensor) -> list[Tensor]:
    """phi: fixed features of an image [B, 3, H, W] at 1, 1/2 and 1/4, each [B, 10, H / s, W / s], n applied.

    A channel is a constant, a colour, or a colour's step to the right or down. The published phi is VGG; its weights
    are not to be had here, and the network's own encoder would be another yardstick for each network and at each step.
    This one is the same for every architecture and run, costs next to nothing and needs no weights. The constant
    makes brightness and contrast count, which a normalised vector would lose (low light, haze); the steps carry
    detail (noise, blur, rain), and are scaled to matter as much as the colours do.
    """
    features = []
    x = image.float()
    for _ in SCALE_WEIGHTS:
        right = F.pad(x[..., 1:] - x[..., :-1], (0, 1))
        below = F.pad(x[..., 1:, :] - x[..., :-1, :], (0, 0, 0, 1))
        constant = torch.full_like(x[:, :1], 0.25)
        features.append(F.normalize(torch.cat([constant, x, 8 * right, 8 * below], 1), dim=1))
        x = F.avg_pool2d(x, 2)
    return features


def distance(a: Tensor, b: Tensor) -> Tensor:
    """Weighted mean absolute difference of the features of two batches of images; a scalar."""
    scales = zip(SCALE_WEIGHTS, pyramid(a), pyramid(b), strict=True)
    return torch.stack([weight * (x - y).abs().mean() for weight, x, y in scales]).sum()


def faithful(network: Restorer, features: Features, restored: Tensor, routing: Routing, *, draws: Tensor) -> Tensor:
    """The published term without its weight; draws: [M, B, L, N]."""
    always = torch.ones(1, device=restored.device)
    total = restored.new_zeros((), dtype=torch.float32)
    for draw in draws:
        with torch.no_grad():
            negative, _ = network.decode(features, Forced(wrong_weights(routing, draw, k=kept(network)[1]), always))
        total = total - distance(restored, negative)
    return total


def margin(
    network: Restorer,
    features: Features,
    restored: Tensor,
    routing: Routing,
    *,
    clean: Tensor,
    draws: Tensor,
    label: Tensor | None = None,
) -> Tensor:
    """The margin term without its weight; draws: [M, B, L, N]. Gradient reaches prompts, decoder and encoder."""
    always = torch.ones(1, device=restored.device)
    wrong = torch.stack([wrong_weights(routing, draw, label, True, kept(network)[1]) for draw in draws])
    with torch.no_grad():
        errors = torch.stack([pixel_l1(network.decode(features, Forced(own, always))[0], clean) for own in wrong])
        right = pixel_l1(restored, clean)
        bar = right + SHARE * (pixel_l1(features.image, clean) - right).clamp_min(0)
    hardest = wrong[errors.argmin(dim=0), torch.arange(len(clean), device=wrong.device)]
    negative, _ = network.decode(features, Forced(hardest, always))
    shortfall = (bar - pixel_l1(negative, clean)).clamp_min(0)
    return (shortfall if label is None else even_pull(label) * shortfall).mean()
