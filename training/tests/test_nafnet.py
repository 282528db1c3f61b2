import torch
from conftest import tiny_config

from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig, WindowAttention
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


def test_attention_over_a_window_is_the_same_in_training_and_use_where_the_window_covers_all() -> None:
    attention = WindowAttention(4, window=15)
    x = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(attention.train()(x), attention.eval()(x))


def test_a_place_far_from_a_border_does_not_see_it() -> None:
    """The same pixels in a larger picture give the same attention: what a tile needs to fit its neighbours."""
    attention = WindowAttention(4, window=5).eval()
    x = torch.randn(1, 4, 20, 20)
    torch.testing.assert_close(attention(x)[..., 6:14, 6:14], attention(x[..., 3:17, 3:17])[..., 3:11, 3:11])
