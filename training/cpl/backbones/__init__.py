"""Backbones by name. To add one: its file, and its line here.

Each network takes an image [B, 3, H, W] in 0..1 and returns (restored, Routing); see `restorer.py`.
"""

from typing import Any, NamedTuple

from cpl.backbones.adair import SparseAdaIR
from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig
from cpl.backbones.promptir import PromptIR
from cpl.backbones.residual import PromptedResidual, PromptedResidualConfig
from cpl.backbones.restorer import Restorer, RestorerConfig
from cpl.backbones.restormer import RestormerConfig, SparseRestormer


class Backbone(NamedTuple):
    config: type[RestorerConfig]
    network: type[Restorer]


BACKBONES = {
    "nafnet": Backbone(PromptedNAFNetConfig, PromptedNAFNet),
    "residual": Backbone(PromptedResidualConfig, PromptedResidual),
    "restormer": Backbone(RestormerConfig, SparseRestormer),
    "promptir": Backbone(RestormerConfig, PromptIR),
    "adair": Backbone(RestormerConfig, SparseAdaIR),
}


def build(backbone: str, config: dict[str, Any]) -> Restorer:
    """An untrained network of the sizes that `RestorerConfig.to_dict` wrote."""
    built = BACKBONES[backbone]
    return built.network(built.config.from_dict(config))
