"""Blocks that are compiled for a GPU.

On an H100 with a slow processor a step of 32 patches of 192 pixels took 110 ms, 29 of them on the GPU: the rest was
launching. A step of 128 patches took 126 ms, so that is what to train with. Compiling takes two minutes.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.nafnet import NAFBlock


def compile_blocks(network: nn.Module) -> None:
    """Have every NAF block of the network compiled when it first meets a size; its weights and names stay."""
    torch._dynamo.config.recompile_limit = 64  # one function for blocks of all widths
    for module in network.modules():
        if isinstance(module, NAFBlock):
            module.depthwise.forward = partial(nine_products, module.depthwise)  # type: ignore[method-assign]
            module.compile(dynamic=False)


def nine_products(convolution: nn.Conv2d, x: Tensor) -> Tensor:
    """`convolution(x)` for a depthwise 3x3 with padding 1, as products that fuse with what stands around them."""
    assert convolution.bias is not None
    height, width = x.shape[-2:]
    padded = F.pad(x, (1, 1, 1, 1)).float()
    y = convolution.bias.float()[:, None, None]
    for row in range(3):
        for column in range(3):
            weight = convolution.weight[:, 0, row, column].float()[:, None, None]
            y = y + weight * padded[..., row : row + height, column : column + width]
    return y.to(x.dtype)
