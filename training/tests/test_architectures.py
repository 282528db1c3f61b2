"""The sparse prompt module is a plug-in: the same test for each architecture that it is attached to."""

from collections.abc import Callable

import pytest
import torch
from conftest import tiny_config

from cpl.backbones.adair import FrequencyBlock, SparseAdaIR
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.backbones.promptir import PromptIR
from cpl.backbones.restorer import Restorer
from cpl.backbones.restormer import RestormerConfig, SparseRestormer

EXPERTS, K = 5, 2
TINY = RestormerConfig(
    dim=8,
    blocks=(1, 1, 1, 1),
    refinement_blocks=1,
    experts=EXPERTS,
    k=K,
    prompt_channels=(8, 8, 8),
    prompt_sizes=(2, 4, 8),
)
ARCHITECTURES: dict[str, Callable[[], Restorer]] = {
    "PromptIR": lambda: PromptIR(TINY),
    "Restormer": lambda: SparseRestormer(TINY),
    "NAFNet": lambda: PromptedNAFNet(tiny_config(experts=EXPERTS, k=K)),
    "AdaIR": lambda: SparseAdaIR(TINY),
}


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> Restorer:
    torch.manual_seed(0)
    return ARCHITECTURES[request.param]()


def test_one_training_step_changes_prompts_router_and_trunk(architecture: Restorer) -> None:
    before = {name: value.detach().clone() for name, value in architecture.named_parameters()}
    optimizer = torch.optim.AdamW(architecture.parameters(), lr=1e-3, weight_decay=0)
    image, clean = torch.rand(2, 2, 3, 32, 32)
    restored, routing = architecture(image)
    (restored - clean).abs().mean().backward()
    optimizer.step()
    unchanged = {name for name, value in architecture.named_parameters() if torch.equal(value, before[name])}
    assert not unchanged
    # Of the prompts, exactly those that some sample chose have moved.
    for level, module in enumerate(architecture.prompts):
        moved = (module.prompts != before[f"prompts.{level}.prompts"]).flatten(1).any(1)
        assert torch.equal(moved, (routing.gates[:, level] > 0).any(0))


def test_exactly_k_gates_are_above_zero(architecture: Restorer) -> None:
    _, routing = architecture(torch.rand(3, 3, 32, 48))
    assert routing.gates.shape == (3, architecture.levels, EXPERTS)
    assert ((routing.gates > 0).sum(-1) == K).all()


def test_encoding_and_decoding_are_the_whole_pass(architecture: Restorer) -> None:
    image = torch.rand(1, 3, 32, 32)
    whole, halves = architecture(image), architecture.decode(architecture.encode(image))
    assert torch.equal(whole[0], halves[0]) and torch.equal(whole[1].gates, halves[1].gates)


def test_low_and_high_frequencies_sum_to_the_whole() -> None:
    block = FrequencyBlock(8, 2)
    x = torch.randn(2, 8, 12, 14)
    low, high = block.split(x)
    torch.testing.assert_close(low + high, x)
    assert (low - low.mean((2, 3), keepdim=True)).square().mean() < (x - x.mean((2, 3), keepdim=True)).square().mean()
