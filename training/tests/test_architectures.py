"""Prompts and contrast are plug-ins: the same tests for each architecture that they are attached to."""

from collections.abc import Callable

import pytest
import torch
from conftest import tiny_config

from cpl import cpr
from cpl.backbones.adair import FrequencyBlock, SparseAdaIR
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.backbones.promptir import PromptIR
from cpl.backbones.residual import PromptedResidual, PromptedResidualConfig
from cpl.backbones.restorer import Restorer
from cpl.backbones.restormer import RestormerConfig, SparseRestormer
from cpl.objective import Contrast, Objective

EXPERTS, K = 8, 2
TINY = RestormerConfig(
    width=8,
    blocks=(1, 1, 1, 1),
    refinement_blocks=1,
    experts=EXPERTS,
    k=K,
    prompt_channels=(8, 8, 8),
    prompt_sizes=(2, 4, 8),
)
RESIDUAL = PromptedResidualConfig(
    width=8,
    growth=(1, 1, 2, 2),
    encoder_blocks=(1, 1, 1),
    latent_blocks=1,
    decoder_blocks=(1, 1, 1),
    experts=EXPERTS,
    k=K,
)
ARCHITECTURES: dict[str, Callable[[], Restorer]] = {
    "PromptIR": lambda: PromptIR(TINY),
    "Restormer": lambda: SparseRestormer(TINY),
    "NAFNet": lambda: PromptedNAFNet(tiny_config(experts=EXPERTS, k=K)),
    "AdaIR": lambda: SparseAdaIR(TINY),
    "Residual": lambda: PromptedResidual(RESIDUAL),
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


@pytest.mark.parametrize("contrast", ["faithful", "margin"])
def test_one_step_with_contrast_changes_prompts_router_and_trunk(
    architecture: Restorer, contrast: Contrast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpr, "SHARE", 2.0)  # wrong prompts fall short of the bar, whatever they do
    before = {name: value.detach().clone() for name, value in architecture.named_parameters()}
    optimizer = torch.optim.AdamW(architecture.parameters(), lr=1e-3, weight_decay=0)
    degraded, clean = torch.rand(2, 2, 3, 32, 32)
    draws = torch.rand(cpr.NEGATIVES, 2, architecture.levels, EXPERTS)
    label = torch.eye(EXPERTS)[:2]
    loss, terms = Objective(architecture, False, contrast, "balanced")(degraded, clean, label, draws)

    routing = architecture(degraded)[1]
    assert ((routing.gates > 0).sum(-1) == K).all()
    parameters = dict(architecture.named_parameters())
    slopes = torch.autograd.grad(terms["contrast"], list(parameters.values()), retain_graph=True, allow_unused=True)
    pushed = {name for name, slope in zip(parameters, slopes, strict=True) if slope is not None and slope.any()}
    routers = {name for name in parameters if ".router." in name}
    prompts = {f"prompts.{level}.prompts" for level in range(architecture.levels)}
    # The faithful term pushes what was restored; the margin, given wrong gates, all but the routers.
    assert pushed == (set(parameters) if contrast == "faithful" else set(parameters) - routers)

    loss.backward()
    optimizer.step()
    assert not {name for name, value in parameters.items() if torch.equal(value, before[name])}
    for level, name in enumerate(sorted(prompts)):
        moved = (parameters[name] != before[name]).flatten(1).any(1)
        chosen = (routing.gates[:, level] > 0).any(0)
        assert moved[chosen].all()
        assert bool(moved[~chosen].any()) == (contrast == "margin")


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
    torch.testing.assert_close(block.split_by_matrices(x), (low, high))
    assert (low - low.mean((2, 3), keepdim=True)).square().mean() < (x - x.mean((2, 3), keepdim=True)).square().mean()
