"""What all backbones share: an encoder that no prompt touches, and a decoder that can be run again and again.

Contrastive regularisation (`cpl/cpr.py`) decodes the same features with several wrong prompts, so the encoder runs
once for all of them.
"""

import copy
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Protocol, Self

from torch import Tensor, nn

from cpl.degradations import EXPERTS
from cpl.spm import Forced, Prompts, Routing


class Features(NamedTuple):
    """What the encoder hands to the decoder."""

    image: Tensor
    """[B, 3, H, W], as it came in; the decoder adds its correction to it."""
    latent: Tensor
    """[B, C, H / s, W / s], the coarsest scale."""
    skips: tuple[Tensor, ...]
    """One entry a level, fine to coarse."""


@dataclass(frozen=True, kw_only=True)
class RestorerConfig:
    """The sizes of a network: what all backbones have. width: channels at the finest level; experts: N; k: kept."""

    width: int = 32
    experts: int = len(EXPERTS)
    k: int = 2

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Raises TypeError for names that the configuration does not have."""
        sizes: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**sizes)


class PoolingAttention(Protocol):
    """An attention that weighs its channels by their means over the whole picture."""

    channels: int

    def pool(self, x: Tensor) -> Tensor:
        """[B, C, H, W] -> [B, C, 1, 1]."""


class Restorer(nn.Module):
    """A network with sparse prompts in its decoder: what each backbone offers to training and export.

    `architecture`: its name in the manifest of an exported model. `multiple`: height and width must be divisible by it.
    `levels`: L, the number of SPMs, coarse to fine.
    """

    architecture: str
    multiple: int
    levels: int
    config: RestorerConfig
    prompts: Prompts

    def __init__(self, config: RestorerConfig) -> None:
        super().__init__()
        self.config = config

    def encode(self, image: Tensor) -> Features:
        """image: [B, 3, H, W], RGB in 0..1."""
        raise NotImplementedError

    def decode(self, features: Features, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        """-> (restored [B, 3, H, W], not clipped; Routing)."""
        raise NotImplementedError

    def forward(self, image: Tensor, forced: Forced | None = None) -> tuple[Tensor, Routing]:
        """image: [B, 3, H, W], RGB in 0..1 -> (restored [B, 3, H, W], not clipped; Routing)."""
        return self.decode(self.encode(image), forced)

    def blocks(self) -> Iterator[nn.Module]:
        """The repeated blocks, each of which is compiled by itself on a GPU; none where that is not worth its time."""
        return iter(())

    def attentions(self) -> list[PoolingAttention]:
        """Attentions whose means an exported model takes as inputs, so that all tiles of a photo share them."""
        return []

    def exportable(self) -> Self:
        """A copy that restores alike and suits ONNX Runtime."""
        return copy.deepcopy(self)

    @staticmethod
    def unfolded(exported: dict[str, Tensor]) -> dict[str, Tensor]:
        """The state dict from the weights of an exported model: undoes what `exportable` did."""
        return exported

    def deepened(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        """Weights of this network that begin with those of a shallower one: blocks that it lacks do nothing yet."""
        return weights
