"""How a picture passes a U-Net with sparse prompts between the scales of its decoder; backbones build the parts."""

import copy
from typing import Self

from torch import Tensor, nn

from cpl.backbones.naf_block import ChannelAttention
from cpl.backbones.naf_folded import fold_blocks, unfold_weights
from cpl.backbones.restorer import Features, PoolingAttention, Restorer
from cpl.spm import Forced, Routing


def attends(scale: int) -> bool:
    """Whether the blocks at 1/scale of the resolution have attention: at 1/8 and 1/16, where means say something."""
    return scale >= 8


class UNet(Restorer):
    """A U-Net with an SPM behind the latent and behind the coarsest decoder levels, `levels` in all."""

    head: nn.Module
    encoders: nn.ModuleList
    downs: nn.ModuleList
    latent: nn.Module
    ups: nn.ModuleList
    decoders: nn.ModuleList
    tail: nn.Module

    def encode(self, image: Tensor) -> Features:
        x = self.head(image)
        skips = []
        for encoder, down in zip(self.encoders, self.downs, strict=True):
            x = encoder(x)
            skips.append(x)
            x = down(x)
        return Features(image, self.latent(x), tuple(skips))

    def decode(self, features: Features, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        x, skips = features.latent, list(features.skips)
        prompt = self.prompts.walk(forced)
        for step, (up, decoder) in enumerate(zip(self.ups, self.decoders, strict=True)):
            if step < self.levels:
                x = prompt(x)
            x = decoder(up(x) + skips.pop())
        return features.image + self.tail(x), prompt.routing()

    def attentions(self) -> list[PoolingAttention]:
        return [module for module in self.modules() if isinstance(module, ChannelAttention)]

    def exportable(self) -> Self:
        """A copy whose NAF blocks, where it has some, are folded; see `naf_folded.py`."""
        return fold_blocks(copy.deepcopy(self))

    @staticmethod
    def unfolded(exported: dict[str, Tensor]) -> dict[str, Tensor]:
        return unfold_weights(exported)
