"""Restoration networks. Each takes an image [B, 3, H, W] in 0..1 and returns (restored, Routing); see `restorer.py`."""

from typing import Any

from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig
from cpl.backbones.residual import PromptedResidual, PromptedResidualConfig
from cpl.backbones.restorer import Restorer

BACKBONES = {
    "nafnet": lambda values: PromptedNAFNet(PromptedNAFNetConfig.from_dict(values)),
    "residual": lambda values: PromptedResidual(PromptedResidualConfig.from_dict(values)),
}
"""What our own checkpoints may hold, by the name that they give: builds it from its configuration."""


def build(backbone: str, config: dict[str, Any]) -> Restorer:
    return BACKBONES[backbone](config)
