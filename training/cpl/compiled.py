"""Blocks that are compiled for a GPU.

On an H100 with a slow processor a step of 32 patches of 192 pixels took 110 ms, 29 of them on the GPU: the rest was
launching. A step of 128 patches took 126 ms, so that is what to train with. Compiling takes two minutes.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cpl.backbones.restorer import Restorer


def compile_blocks(network: Restorer) -> None:
    """Have every block of the network compiled when it first meets a size; its weights and names stay."""
    torch._dynamo.config.recompile_limit = 64  # one function for blocks of all widths
    for block in network.blocks():
        compile_block(block)


def compile_block(block: nn.Module) -> None:
    for module in block.modules():
        if isinstance(module, nn.Conv2d) and is_depthwise(module):
            module.forward = partial(nine_products, module)  # type: ignore[method-assign]
    block.compile(dynamic=False)


def is_depthwise(convolution: nn.Conv2d) -> bool:
    """Whether it is one that `nine_products` can replace."""
    depthwise = convolution.groups == convolution.in_channels == convolution.out_channels
    return depthwise and (convolution.kernel_size, convolution.padding, convolution.stride) == ((3, 3), (1, 1), (1, 1))


def nine_products(convolution: nn.Conv2d, x: Tensor) -> Tensor:
    """`convolution(x)` for a depthwise 3x3 with padding 1, as products that fuse with what stands around them."""
    height, width = x.shape[-2:]
    padded = F.pad(x, (1, 1, 1, 1)).float()
    y = padded.new_zeros(()) if convolution.bias is None else convolution.bias.float()[:, None, None]
    for row in range(3):
        for column in range(3):
            weight = convolution.weight[:, 0, row, column].float()[:, None, None]
            y = y + weight * padded[..., row : row + height, column : column + width]
    return y.to(x.dtype)
