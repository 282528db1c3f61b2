"""Backbones by name. To add one: its file, and its line here.

Each network takes an image [B, 3, H, W] in 0..1 and returns (restored, Routing); see `restorer.py`.
"""

from typing import NamedTuple

from cpl.backbones.adair import SparseAdaIR
from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig
from cpl.backbones.promptir import PromptIR
from cpl.backbones.restorer import Restorer, RestorerConfig
from cpl.backbones.restormer import RestormerConfig, SparseRestormer


class Backbone(NamedTuple):
    config: type[RestorerConfig]
    network: type[Restorer]


BACKBONES = {
    "nafnet": Backbone(PromptedNAFNetConfig, PromptedNAFNet),
    "restormer": Backbone(RestormerConfig, SparseRestormer),
    "promptir": Backbone(RestormerConfig, PromptIR),
    "adair": Backbone(RestormerConfig, SparseAdaIR),
}
