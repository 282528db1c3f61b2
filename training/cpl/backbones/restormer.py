"""Restormer with sparse prompts in its decoder.

Source: Zamir et al., "Restormer: Efficient Transformer for High-Resolution Image Restoration", arXiv 2111.09881.
Modules bear the published names, so that published tensors find their place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.norm import ChannelNorm
from cpl.backbones.restorer import Features, Restorer, RestorerConfig
from cpl.spm import Forced, Prompts, Routing, SparsePrompt


@dataclass(frozen=True, kw_only=True)
class RestormerConfig(RestorerConfig):
    """The published sizes; `width` is the authors' `dim`.

    Entries of prompt_channels and prompt_sizes run coarse to fine: latent, level 3, level 2.
    """

    width: int = 48
    blocks: tuple[int, ...] = (4, 6, 6, 8)
    refinement_blocks: int = 4
    heads: tuple[int, ...] = (1, 2, 4, 8)
    expansion: float = 2.66
    experts: int = 5
    k: int = 1
    prompt_channels: tuple[int, ...] = (320, 128, 64)
    prompt_sizes: tuple[int, ...] = (16, 32, 64)


class Norm(nn.Module):
    """Layer normalisation over channels, under the published name `body`."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = ChannelNorm(channels, epsilon=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


def channel_attention(q: Tensor, k: Tensor, v: Tensor, *, heads: int, temperature: Tensor) -> Tensor:
    """Attention between channels, whose cost grows with the pixels and not with their square; all [B, C, H, W]."""
    rows = [x.unflatten(1, (heads, -1)).flatten(3) for x in (q, k, v)]  # [B, heads, C / heads, H W]
    q, k, v = F.normalize(rows[0], dim=-1), F.normalize(rows[1], dim=-1), rows[2]
    weights = (q @ k.transpose(-2, -1) * temperature).softmax(dim=-1)
    return (weights @ v).flatten(1, 2)


class Attention(nn.Module):
    """Multi-Dconv head transposed attention (section 3.1)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(channels, 3 * channels, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(3 * channels, 3 * channels, 3, padding=1, groups=3 * channels, bias=False)
        self.project_out = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv_dwconv(self.qkv(x)).chunk(3, dim=1)
        out = channel_attention(q, k, v, heads=self.heads, temperature=self.temperature)
        return self.project_out(out.unflatten(2, x.shape[-2:]))


class FeedForward(nn.Module):
    """Gated-Dconv feed-forward network (section 3.2)."""

    def __init__(self, channels: int, expansion: float) -> None:
        super().__init__()
        hidden = int(channels * expansion)
        self.project_in = nn.Conv2d(channels, 2 * hidden, 1, bias=False)
        self.dwconv = nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden, bias=False)
        self.project_out = nn.Conv2d(hidden, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.dwconv(self.project_in(x)).chunk(2, dim=1)
        return self.project_out(F.gelu(a) * b)


class TransformerBlock(nn.Module):
    def __init__(self, channels: int, heads: int, expansion: float) -> None:
        super().__init__()
        self.norm1, self.attn = Norm(channels), Attention(channels, heads)
        self.norm2, self.ffn = Norm(channels), FeedForward(channels, expansion)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, channels, 3, padding=1, bias=False)

    def forward(self, image: Tensor) -> Tensor:
        return self.proj(image)


class Resample(nn.Module):
    """Down: C -> 2 C at half the resolution. Up: C -> C / 2 at twice the resolution."""

    def __init__(self, channels: int, out_channels: int, shuffle: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(channels, out_channels, 3, padding=1, bias=False), shuffle)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


def down(channels: int) -> Resample:
    return Resample(channels, channels // 2, nn.PixelUnshuffle(2))


def up(channels: int) -> Resample:
    return Resample(channels, 2 * channels, nn.PixelShuffle(2))


class SparseRestormer(Restorer):
    """Four scales of Transformer blocks, an SPM behind the latent and behind decoder levels 3 and 2."""

    architecture = "sparse-restormer"
    multiple = 8
    levels = 3
    config: RestormerConfig

    def __init__(self, config: RestormerConfig) -> None:
        super().__init__(config)
        widths = [config.width << level for level in range(4)]

        def stage(level: int, blocks: int, channels: int) -> nn.Sequential:
            heads = config.heads[level]
            return nn.Sequential(*(TransformerBlock(channels, heads, config.expansion) for _ in range(blocks)))

        self.patch_embed = PatchEmbed(config.width)
        self.encoder_level1 = stage(0, config.blocks[0], widths[0])
        self.down1_2 = down(widths[0])
        self.encoder_level2 = stage(1, config.blocks[1], widths[1])
        self.down2_3 = down(widths[1])
        self.encoder_level3 = stage(2, config.blocks[2], widths[2])
        self.down3_4 = down(widths[2])
        self.latent = stage(3, config.blocks[3], widths[3])

        into = self.prompted_widths(widths)
        self.prompts = Prompts(
            SparsePrompt(
                channels,
                prompt_channels=config.prompt_channels[step],
                prompt_size=config.prompt_sizes[step],
                experts=config.experts,
                k=config.k,
                block=lambda c: TransformerBlock(c, config.heads[2], config.expansion),
                out_channels=into[step],
                bias=False,
            )
            for step, channels in enumerate(widths[:0:-1])
        )

        self.up4_3 = up(into[0])
        self.reduce_chan_level3 = nn.Conv2d(into[0] // 2 + widths[2], widths[2], 1, bias=False)
        self.decoder_level3 = stage(2, config.blocks[2], widths[2])
        self.up3_2 = up(into[1])
        self.reduce_chan_level2 = nn.Conv2d(into[1] // 2 + widths[1], widths[1], 1, bias=False)
        self.decoder_level2 = stage(1, config.blocks[1], widths[1])
        self.up2_1 = up(into[2])
        self.decoder_level1 = stage(0, config.blocks[0], widths[1])  # no reduction at the finest level
        self.refinement = stage(0, config.refinement_blocks, widths[1])
        self.output = nn.Conv2d(widths[1], 3, 3, padding=1, bias=False)

    def prompted_widths(self, widths: list[int]) -> list[int]:
        """Channels behind each SPM: the same as before it."""
        return widths[:0:-1]

    def blocks(self) -> Iterator[nn.Module]:
        return (module for module in self.modules() if isinstance(module, TransformerBlock))

    def before_prompt(self, step: int, x: Tensor, image: Tensor) -> Tensor:
        """What an architecture built on this one does with the features of a position before the prompt comes in."""
        return x

    def encode(self, image: Tensor) -> Features:
        level1 = self.encoder_level1(self.patch_embed(image))
        level2 = self.encoder_level2(self.down1_2(level1))
        level3 = self.encoder_level3(self.down2_3(level2))
        return Features(image, self.latent(self.down3_4(level3)), (level1, level2, level3))

    def decode(self, features: Features, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        image, x, (level1, level2, level3) = features
        prompt = self.prompts.walk(forced)
        x = self.up4_3(prompt(self.before_prompt(0, x, image)))
        x = self.decoder_level3(self.reduce_chan_level3(torch.cat([x, level3], 1)))
        x = self.up3_2(prompt(self.before_prompt(1, x, image)))
        x = self.decoder_level2(self.reduce_chan_level2(torch.cat([x, level2], 1)))
        x = self.up2_1(prompt(self.before_prompt(2, x, image)))
        x = self.refinement(self.decoder_level1(torch.cat([x, level1], 1)))
        return image + self.output(x), prompt.routing()
