from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from cpl.backbones import build
from cpl.backbones.naf_block import ChannelAttention, NAFBlock
from cpl.backbones.residual import VARIANTS, PromptedResidual, PromptedResidualConfig, ResidualBlock
from cpl.checkpoint import load_exported
from cpl.contract import Contract
from cpl.half import halve
from cpl.onnx_export import check, export
from cpl.spm import Forced

TINY = PromptedResidualConfig(
    width=8, growth=(1, 1, 2, 2), encoder_blocks=(1, 1, 2), latent_blocks=1, decoder_blocks=(1, 1, 1)
)
LARGEST_FILE = 16e6


@pytest.fixture(params=[None, 8], ids=["residual", "hybrid"])
def tiny(request: pytest.FixtureRequest) -> PromptedResidual:
    torch.manual_seed(0)
    config = PromptedResidualConfig(**{**TINY.to_dict(), "naf_scale": request.param})
    return PromptedResidual(config).eval()


def test_any_size_divisible_by_16_comes_back(tiny: PromptedResidual) -> None:
    for height, width in ((16, 16), (48, 80)):
        restored, routing = tiny(torch.rand(2, 3, height, width))
        assert restored.shape == (2, 3, height, width)
        assert routing.gates.shape == routing.logits.shape == (2, 3, 8)


def test_the_configuration_survives_a_file(tiny: PromptedResidual) -> None:
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in tiny.config.to_dict().items()}
    assert PromptedResidualConfig.from_dict(values) == tiny.config
    assert build("residual", values).state_dict().keys() == tiny.state_dict().keys()


def test_widths_must_fit_the_levels() -> None:
    with pytest.raises(ValueError, match="3 widths"):
        PromptedResidual(PromptedResidualConfig(width=8, growth=(1, 1, 1)))


def test_blocks_have_no_biases_and_attention_stands_once_a_level_at_an_eighth_and_below() -> None:
    network = PromptedResidual(VARIANTS["residual-32"])
    biased = {name for name, parameter in network.named_parameters() if name.endswith("bias")}
    assert all(".router." in name or ".attention." in name for name in biased)
    attentions = [name for name, module in network.named_modules() if isinstance(module, ChannelAttention)]
    assert attentions == ["encoders.2.3.attention", "latent.1.attention", "decoders.0.1.attention"]


def test_a_block_without_attention_scales_with_what_it_is_given() -> None:
    block, x = ResidualBlock(8), torch.randn(1, 8, 6, 6)
    torch.testing.assert_close(block(3 * x), 3 * block(x))
    assert (block(x) - x).abs().max() > 0.01


def test_the_hybrid_is_of_naf_blocks_at_an_eighth_and_below() -> None:
    network = PromptedResidual(VARIANTS["hybrid-32"])
    kinds = [{type(block) for block in level} for level in (*network.encoders, network.latent, *network.decoders)]
    residual, naf = {ResidualBlock}, {NAFBlock}
    assert kinds == [residual, residual, naf, naf, naf, residual, residual]


@pytest.mark.parametrize("name", ["residual-32", "residual-48-lean", "hybrid-32"])
def test_what_may_be_shipped_fits_in_16_megabytes(name: str) -> None:
    parameters = sum(p.numel() for p in PromptedResidual(VARIANTS[name]).parameters())
    assert 2 * parameters < 0.97 * LARGEST_FILE


def test_forced_gates_are_used_at_all_levels(tiny: PromptedResidual) -> None:
    image = torch.rand(1, 3, 32, 32)
    own, routing = tiny(image)
    for level in range(3):
        weights = routing.gates.clone()
        weights[:, level] = weights[:, level].roll(3, dims=-1)
        assert (tiny(image, Forced(weights, torch.ones(1)))[0] - own).abs().max() > 0


def test_with_gates_and_means_given_a_place_does_not_see_what_is_far_from_it(tiny: PromptedResidual) -> None:
    contract = Contract(tiny).eval()
    image, one = torch.rand(1, 3, 1024, 32), torch.ones(1)
    settled = (torch.rand(3, 8), one, torch.rand(contract.pooled), one)
    whole, tile = contract(image, *settled)[0], contract(image[:, :, 256:768], *settled)[0]
    torch.testing.assert_close(whole[:, :, 496:528], tile[:, :, 240:272])


def test_the_exported_file_in_half_precision_keeps_the_contract_and_the_weights(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = PromptedResidual(
        PromptedResidualConfig(
            width=8, growth=(1, 1, 4, 4), encoder_blocks=(1, 1, 1), latent_blocks=1, decoder_blocks=(1, 1, 1)
        )
    ).eval()
    for parameter in network.parameters():
        parameter.data += 0.02 * torch.randn_like(parameter)
    half = tmp_path / "half.onnx"
    export(network, half, half=True)
    assert half.stat().st_size < 0.7 * 4 * sum(parameter.numel() for parameter in network.parameters())
    weights = load_exported(half)
    assert weights.keys() == network.state_dict().keys()
    rounded = {name: value.half().float() for name, value in network.state_dict().items()}
    for name, value in rounded.items():
        if value.numel() >= 4096:
            torch.testing.assert_close(weights[name], value, rtol=0, atol=0)
    network.load_state_dict(rounded)
    assert check(Contract(network).eval(), half) < 2e-4
    session = onnxruntime.InferenceSession(str(half), providers=["CPUExecutionProvider"])
    assert [given.name for given in session.get_inputs()] == list(Contract(network).inputs)
    assert {given.type for given in session.get_inputs()} == {"tensor(float)"}
    assert not {node.op_type for node in onnx.load(str(half)).graph.node} & {"If", "Loop", "Scan"}


def test_a_weight_that_half_precision_cannot_hold_is_refused() -> None:
    weight = onnx.numpy_helper.from_array(np.full((64, 64), 1e5, np.float32), "large")
    graph = onnx.helper.make_graph([], "g", [], [], [weight])
    with pytest.raises(ValueError, match=r"large holds 1e\+05"):
        halve(onnx.helper.make_model(graph))
