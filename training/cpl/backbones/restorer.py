"""What all backbones share: an encoder that no prompt touches, and a decoder that can be run again and again.

Contrastive regularisation (`cpl/cpr.py`) decodes the same features with several wrong prompts, so the encoder runs
once for all of them.
"""

from typing import NamedTuple

from torch import Tensor, nn

from cpl.spm import Forced, Prompts, Routing


class Features(NamedTuple):
    """What the encoder hands to the decoder."""

    image: Tensor
    """[B, 3, H, W], as it came in; the decoder adds its correction to it."""
    latent: Tensor
    """[B, C, H / s, W / s], the coarsest scale."""
    skips: tuple[Tensor, ...]
    """One entry a level, fine to coarse."""


class Restorer(nn.Module):
    """A network with sparse prompts in its decoder.

    `multiple`: height and width must be divisible by it. `levels`: L, the number of SPMs, coarse to fine.
    """

    multiple: int
    levels: int
    prompts: Prompts

    def encode(self, image: Tensor) -> Features:
        """image: [B, 3, H, W], RGB in 0..1."""
        raise NotImplementedError

    def decode(self, features: Features, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        """-> (restored [B, 3, H, W], not clipped; Routing)."""
        raise NotImplementedError

    def forward(self, image: Tensor, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        """image: [B, 3, H, W], RGB in 0..1 -> (restored [B, 3, H, W], not clipped; Routing)."""
        return self.decode(self.encode(image), forced)
