"""One photo through a network."""

import numpy as np
import torch
import torch.nn.functional as F

from cpl.backbones.restorer import Restorer
from cpl.degradations.types import Image
from cpl.spm import Forced


@torch.no_grad()
def restore(network: Restorer, image: Image, forced: Forced | None = None) -> tuple[Image, torch.Tensor]:
    """Image [H, W, 3] -> (restored, clipped to 0..1; gates [L, N]).

    Sides that the network cannot divide are padded by reflection to multiples of 16, and cut back.
    """
    height, width, _ = image.shape
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]
    if height % network.multiple or width % network.multiple:
        tensor = F.pad(tensor, (0, -width % 16, 0, -height % 16), mode="reflect")
    out, routing = network(tensor, forced)
    return out[0, :, :height, :width].clamp(0, 1).permute(1, 2, 0).numpy(), routing.gates[0]
