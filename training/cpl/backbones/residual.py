"""Bias-free residual U-Net with sparse prompts at three decoder positions.

Plain 3x3 convolutions cost less time than their arithmetic says, in ONNX Runtime, in cuDNN and in bfloat16. Without
biases a denoiser generalises over the strength of noise: Mohan et al., "Robust and Interpretable Blind Image Denoising
via Bias-Free Convolutional Neural Networks", arXiv 1906.05478; Zhang et al., DRUNet, arXiv 2008.13751. Only routers,
attentions and, through their constant prompts, the SPMs add anything that does not scale with the picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.naf_block import ChannelAttention, NAFBlock
from cpl.backbones.restorer import RestorerConfig
from cpl.backbones.unet import UNet, attends
from cpl.spm import Prompts, SparsePrompt


@dataclass(frozen=True, kw_only=True)
class PromptedResidualConfig(RestorerConfig):
    """Pixels enter folded 2x2 into channels, so the first level runs at 1/2 of the resolution, the latent at 1/16."""

    growth: tuple[int, ...] = (1, 2, 4, 8)
    """Channels of each level in widths, fine to coarse, the latent's last."""
    encoder_blocks: tuple[int, ...] = (4, 2, 4)
    latent_blocks: int = 2
    decoder_blocks: tuple[int, ...] = (2, 2, 4)
    naf_scale: int | None = None
    """Levels at 1 / naf_scale of the resolution and coarser are made of NAF blocks: the hybrid."""
    prompt_size: int = 1
    """One cell, as in `PromptedNAFNetConfig`: a tile comes out as the same place of the whole photo."""

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each level."""
        return tuple(self.width * times for times in self.growth)


VARIANTS: dict[str, PromptedResidualConfig] = {
    "residual-32": PromptedResidualConfig(),
    "residual-48": PromptedResidualConfig(width=48),
    # The levels at 1/8 and 1/16 of the one above hold 91 % of its weights: in half precision it is 34 MB.
    "residual-48-lean": PromptedResidualConfig(width=48, growth=(1, 2, 3, 4)),
    "hybrid-32": PromptedResidualConfig(encoder_blocks=(4, 2, 6), decoder_blocks=(2, 2, 8), naf_scale=8),
}
"""What was compared; `docs/measurements/architecture.md` says how each did."""


class ResidualBlock(nn.Module):
    """x + Conv3x3(A(ReLU(Conv3x3(x)))), without biases; A: channel attention, or nothing. [B, C, H, W]."""

    def __init__(self, channels: int, attention: bool = False) -> None:
        super().__init__()
        self.expand = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.attention = ChannelAttention(channels) if attention else nn.Identity()
        self.project = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        if isinstance(self.attention, ChannelAttention):
            # A block begins as one without attention: with the usual small biases it would begin as the identity.
            assert self.attention.project.bias is not None
            nn.init.ones_(self.attention.project.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.project(self.attention(F.relu(self.expand(x))))


class PromptedResidual(UNet):
    """U-Net of residual blocks with an SPM behind the latent and behind the two coarsest decoder levels.

    Attention once a level at 1/8 and 1/16, in the level's last block.
    """

    architecture = "prompted-residual"
    multiple = 16
    levels = 3
    config: PromptedResidualConfig

    def __init__(self, config: PromptedResidualConfig) -> None:
        super().__init__(config)
        widths, depth = config.widths, len(config.encoder_blocks)
        if not len(widths) == depth + 1 == len(config.decoder_blocks) + 1:
            raise ValueError(f"{len(widths)} widths need {len(widths) - 1} encoders and as many decoders")
        self.head = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, widths[0], 3, padding=1, bias=False))
        self.tail = nn.Sequential(nn.Conv2d(widths[0], 12, 3, padding=1, bias=False), nn.PixelShuffle(2))

        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for level, blocks in enumerate(config.encoder_blocks):
            self.encoders.append(self._level(level, blocks))
            self.downs.append(nn.Conv2d(widths[level], widths[level + 1], 2, stride=2, bias=False))
        self.latent = self._level(depth, config.latent_blocks)

        self.ups, self.decoders, self.prompts = nn.ModuleList(), nn.ModuleList(), Prompts()
        for step, blocks in enumerate(config.decoder_blocks):
            level = depth - step
            if step < self.levels:
                self.prompts.append(
                    SparsePrompt(
                        widths[level],
                        prompt_channels=widths[level] // 4,
                        prompt_size=config.prompt_size,
                        experts=config.experts,
                        k=config.k,
                        block=lambda channels, level=level: self._block(channels, level, attention=False),  # type: ignore[misc]
                        bias=False,
                    )
                )
            self.ups.append(
                nn.Sequential(nn.Conv2d(widths[level], 4 * widths[level - 1], 1, bias=False), nn.PixelShuffle(2))
            )
            self.decoders.append(self._level(level - 1, blocks))

    def _level(self, level: int, blocks: int) -> nn.Sequential:
        channels, attention = self.config.widths[level], attends(2 << level)
        return nn.Sequential(
            *(self._block(channels, level, attention and number == blocks - 1) for number in range(blocks))
        )

    def _block(self, channels: int, level: int, attention: bool) -> nn.Module:
        naf = self.config.naf_scale is not None and 2 << level >= self.config.naf_scale
        # NAF blocks have no other way to see the whole picture, so all of them attend, as in the compact network.
        return NAFBlock(channels, attends(2 << level)) if naf else ResidualBlock(channels, attention)

    def blocks(self) -> Iterator[nn.Module]:
        return (module for module in self.modules() if isinstance(module, NAFBlock | ResidualBlock))
