"""The compact network: a NAFNet-style U-Net with sparse prompts at three decoder positions.

Source of the block: Chen et al., "Simple Baselines for Image Restoration", arXiv 2204.04676.
"""

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.restorer import Features, Restorer
from cpl.spm import Forced, Prompts, Routing, SparsePrompt


@dataclass(frozen=True)
class PromptedNAFNetConfig:
    """Pixels enter folded 2x2 into channels, so the first level runs at 1/2 of the resolution; then widths double.

    FFDNet (arXiv 1710.04026) showed that folding costs a denoiser nothing; here it took 40 % off a training step.
    Attention runs at 1/8 and 1/16 only. Most blocks of the decoder are at 1/2, where noise and streaks are told from
    texture: they were two, as cheap as they were weak.
    """

    width: int = 32
    encoder_blocks: tuple[int, ...] = (4, 2, 6)
    latent_blocks: int = 2
    decoder_blocks: tuple[int, ...] = (2, 2, 8)
    experts: int = 8
    k: int = 2
    # One cell: a prompt has no business knowing where in a tile it is. With cells it would be stretched over
    # every tile, and a tile would come out differently from the same place in the whole photo.
    prompt_size: int = 1

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "PromptedNAFNetConfig":
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        return PromptedNAFNetConfig(**plain)


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


class ChannelAttention(nn.Module):
    """Simplified channel attention: each channel is scaled by what the means of all channels say.

    Means over a window of 240 px (Chu et al., arXiv 2112.04491) were tried: 1.2 dB worse on CC15 and 0.1 dB on haze,
    and no tile then equals the same place of the whole photo. For tiles, `cpl/onnx_export.py` makes the means an input.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.project(self.pool(x))

    def pool(self, x: Tensor) -> Tensor:
        """[B, C, H, W] -> [B, C, 1, 1]."""
        return x.mean(dim=(2, 3), keepdim=True)


def gate(x: Tensor) -> Tensor:
    """Simple gate: the product of the two halves of the channels."""
    a, b = x.chunk(2, dim=1)
    return a * b


class NAFBlock(nn.Module):
    """Nonlinear-activation-free block, with or without channel attention."""

    def __init__(self, channels: int, attention: bool = False) -> None:
        super().__init__()
        self.norm1 = ChannelNorm(channels)
        self.expand = nn.Conv2d(channels, 2 * channels, 1)
        self.depthwise = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1, groups=2 * channels)
        self.attention = ChannelAttention(channels) if attention else nn.Identity()
        self.project = nn.Conv2d(channels, channels, 1)
        self.norm2 = ChannelNorm(channels)
        self.widen = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(channels, channels, 1)
        # NAFNet starts at 0; short runs learn faster from a block that already does something.
        self.beta = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))
        self.gamma = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        # Scales and biases act on weights rather than on features, which is the same: a training step on the CPU takes
        # 0.78 of what it took, for features are thousands of times as many.
        y = convolve_normed(self.expand, self.norm1, x)
        y = convolve_scaled(self.project, self.beta, self.attention(gate(self.depthwise(y))))
        x = x + y
        y = convolve_normed(self.widen, self.norm2, x)
        return x + convolve_scaled(self.narrow, self.gamma, gate(y))


def convolve_normed(convolution: nn.Conv2d, norm: ChannelNorm, x: Tensor) -> Tensor:
    """`convolution(norm(x))` for a convolution of 1x1, with the norm's scale and bias in the convolution."""
    assert convolution.bias is not None
    weight = convolution.weight * norm.weight[None, :, None, None]
    return F.conv2d(norm.standardise(x), weight, convolution.bias + convolution.weight[:, :, 0, 0] @ norm.bias)


def convolve_scaled(convolution: nn.Conv2d, scale: Tensor, x: Tensor) -> Tensor:
    """`convolution(x) * scale`, with the scale, [1, C, 1, 1], in the convolution."""
    assert convolution.bias is not None
    channels = scale.flatten()
    return F.conv2d(x, convolution.weight * channels[:, None, None, None], convolution.bias * channels)


def attends(scale: int) -> bool:
    """Whether the blocks at 1/scale of the resolution have attention: at 1/8 and 1/16, where means say something."""
    return scale >= 8


class PromptedNAFNet(Restorer):
    """U-Net of NAF blocks with an SPM behind the latent and behind the two coarsest decoder levels."""

    multiple = 16
    levels = 3

    def __init__(self, config: PromptedNAFNetConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.head = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, width, 3, padding=1))
        self.tail = nn.Sequential(nn.Conv2d(width, 12, 3, padding=1), nn.PixelShuffle(2))

        self.encoders, self.downs = nn.ModuleList(), nn.ModuleList()
        for level, blocks in enumerate(config.encoder_blocks):
            channels, scale = width << level, 2 << level
            self.encoders.append(nn.Sequential(*(NAFBlock(channels, attends(scale)) for _ in range(blocks))))
            self.downs.append(nn.Conv2d(channels, 2 * channels, 2, stride=2))

        depth = len(config.encoder_blocks)
        latent = width << depth
        self.latent = nn.Sequential(*(NAFBlock(latent, attends(2 << depth)) for _ in range(config.latent_blocks)))

        self.ups, self.decoders, self.prompts = nn.ModuleList(), nn.ModuleList(), Prompts()
        for step, blocks in enumerate(config.decoder_blocks):
            channels, scale = latent >> step, 2 << (depth - step)
            if step < self.levels:
                self.prompts.append(
                    SparsePrompt(
                        channels,
                        channels // 4,
                        config.prompt_size,
                        config.experts,
                        config.k,
                        lambda c, scale=scale: NAFBlock(c, attends(scale)),  # type: ignore[misc]
                    )
                )
            self.ups.append(nn.Sequential(nn.Conv2d(channels, 2 * channels, 1, bias=False), nn.PixelShuffle(2)))
            self.decoders.append(nn.Sequential(*(NAFBlock(channels // 2, attends(scale // 2)) for _ in range(blocks))))

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
