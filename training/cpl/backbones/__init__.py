"""Restoration networks. Each takes an image [B, 3, H, W] in 0..1 and returns (restored, Routing); see `restorer.py`."""

from typing import Any

from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig
from cpl.backbones.residual import PromptedResidual, PromptedResidualConfig
from cpl.backbones.restorer import Restorer


def build(backbone: str, config: dict[str, Any]) -> Restorer:
    if backbone == "residual":
        return PromptedResidual(PromptedResidualConfig.from_dict(config))
    return PromptedNAFNet(PromptedNAFNetConfig.from_dict(config))
