"""Blocks for a GPU compute what they compute elsewhere."""

import pytest
import torch
from torch import nn

from cpl.backbones.naf_block import NAFBlock
from cpl.compiled import compile_block, nine_products


@pytest.mark.parametrize("bias", [True, False])
def test_nine_products_are_the_depthwise_convolution(bias: bool) -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=bias)
    x = torch.randn(2, 6, 9, 7)
    torch.testing.assert_close(nine_products(convolution, x), convolution(x))
    assert nine_products(convolution, x.bfloat16()).dtype == torch.bfloat16


def test_a_compiled_block_has_the_same_result_and_gradients() -> None:
    torch.manual_seed(0)
    plain, compiled = NAFBlock(4, attention=True), NAFBlock(4, attention=True)
    compiled.load_state_dict(plain.state_dict())
    compile_block(compiled)
    x = torch.randn(2, 4, 8, 8)
    for block in (plain, compiled):
        block(x).square().sum().backward()
    torch.testing.assert_close(compiled(x), plain(x))
    for (name, a), (_, b) in zip(plain.named_parameters(), compiled.named_parameters(), strict=True):
        torch.testing.assert_close(a.grad, b.grad, msg=name, rtol=1e-4, atol=1e-5)
