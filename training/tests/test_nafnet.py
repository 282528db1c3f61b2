import torch
from conftest import tiny_config

from cpl.backbones.naf_block import NAFBlock, gate
from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig
from cpl.spm import Forced


def test_any_size_divisible_by_16_comes_back(network: PromptedNAFNet) -> None:
    for height, width in ((16, 16), (48, 80), (64, 32)):
        restored, routing = network(torch.rand(2, 3, height, width))
        assert restored.shape == (2, 3, height, width)
        assert routing.gates.shape == routing.logits.shape == (2, 3, 8)


def test_the_configuration_survives_a_checkpoint() -> None:
    config = tiny_config()
    assert PromptedNAFNetConfig.from_dict(config.to_dict()) == config


def test_the_shipped_size_is_compact() -> None:
    parameters = sum(p.numel() for p in PromptedNAFNet(PromptedNAFNetConfig()).parameters())
    assert 2e6 < parameters < 4e6


def test_forced_gates_are_used_at_all_levels(network: PromptedNAFNet) -> None:
    image = torch.rand(1, 3, 32, 32)
    own, routing = network(image)
    same, _ = network(image, Forced(routing.gates, torch.ones(1)))
    torch.testing.assert_close(same, own)
    for level in range(3):
        weights = routing.gates.clone()
        weights[:, level] = weights[:, level].roll(3, dims=-1)
        assert (network(image, Forced(weights, torch.ones(1)))[0] - own).abs().max() > 0


def test_a_block_scales_its_weights_instead_of_its_features() -> None:
    block = NAFBlock(16, attention=True)
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    x = torch.randn(2, 16, 12, 20)
    y = x + block.beta * block.project(block.attention(gate(block.depthwise(block.expand(block.norm1(x))))))
    y = y + block.gamma * block.narrow(gate(block.widen(block.norm2(y))))
    torch.testing.assert_close(block(x), y, rtol=1e-4, atol=1e-4)
