"""The compact network: a NAFNet-style U-Net with sparse prompts at three decoder positions."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from cpl.backbones.naf_block import NAFBlock
from cpl.backbones.restorer import RestorerConfig
from cpl.backbones.unet import UNet, attends
from cpl.spm import Prompts, SparsePrompt


@dataclass(frozen=True, kw_only=True)
class PromptedNAFNetConfig(RestorerConfig):
    """Pixels enter folded 2x2 into channels, so the first level runs at 1/2 of the resolution; then widths double.

    FFDNet (arXiv 1710.04026) showed that folding costs a denoiser nothing; here it took 40 % off a training step.
    Attention runs at 1/8 and 1/16 only. Most blocks of the decoder are at 1/2, where noise and streaks are told from
    texture: they were two, as cheap as they were weak.
    """

    encoder_blocks: tuple[int, ...] = (4, 2, 6)
    latent_blocks: int = 2
    decoder_blocks: tuple[int, ...] = (2, 2, 8)
    # One cell: a prompt has no business knowing where in a tile it is. With cells it would be stretched over
    # every tile, and a tile would come out differently from the same place in the whole photo.
    prompt_size: int = 1


class PromptedNAFNet(UNet):
    """U-Net of NAF blocks with an SPM behind the latent and behind the two coarsest decoder levels."""

    architecture = "prompted-nafnet"
    multiple = 16
    levels = 3
    config: PromptedNAFNetConfig

    def __init__(self, config: PromptedNAFNetConfig) -> None:
        super().__init__(config)
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
                        prompt_channels=channels // 4,
                        prompt_size=config.prompt_size,
                        experts=config.experts,
                        k=config.k,
                        block=lambda c, scale=scale: NAFBlock(c, attends(scale)),  # type: ignore[misc]
                    )
                )
            self.ups.append(nn.Sequential(nn.Conv2d(channels, 2 * channels, 1, bias=False), nn.PixelShuffle(2)))
            self.decoders.append(nn.Sequential(*(NAFBlock(channels // 2, attends(scale // 2)) for _ in range(blocks))))

    def blocks(self) -> Iterator[nn.Module]:
        return (module for module in self.modules() if isinstance(module, NAFBlock))

    def deepened(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        deeper = dict(weights)
        for name, block in self.named_modules():
            if isinstance(block, NAFBlock) and f"{name}.expand.weight" not in weights:
                nn.init.zeros_(block.beta)
                nn.init.zeros_(block.gamma)
                deeper |= {f"{name}.{key}": value for key, value in block.state_dict().items()}
        return deeper
