"""What one step reduces is the sum of the terms that it tells, each with its weight."""

import pytest
import torch
from conftest import tiny_config

from cpl import cpr
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.losses import FREQUENCY_WEIGHT, even_pull, frequency_l1, pixel_l1, relative
from cpl.objective import BALANCE_WEIGHT, ROUTER_WEIGHT, Contrast, Objective, Router

WEIGHTS = {"faithful": cpr.FAITHFUL_WEIGHT, "margin": cpr.MARGIN_WEIGHT}


@pytest.mark.parametrize("every", [1, 6])
@pytest.mark.parametrize("router", ["free", "supervised", "balanced"])
@pytest.mark.parametrize("contrast", ["none", "faithful", "margin"])
def test_the_loss_is_composed_of_the_terms_told(
    contrast: Contrast, router: Router, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cpr, "SHARE", 2.0)  # wrong prompts fall short of the bar, whatever they do
    torch.manual_seed(0)
    network = PromptedNAFNet(tiny_config())
    degraded, clean = torch.rand(2, 2, 3, 32, 32)
    label, draws = torch.eye(8)[:2], torch.rand(4, 2, network.levels, 8)
    loss, terms = Objective(network, False, contrast, router, contrast_every=every)(degraded, clean, label, draws)

    restored, _ = network(degraded)
    pixels, spectrum = pixel_l1(restored, clean), frequency_l1(restored, clean)
    torch.testing.assert_close(terms.pop("pixels"), pixels.mean())
    torch.testing.assert_close(terms.pop("spectrum"), spectrum.mean())
    expected = relative(pixels + FREQUENCY_WEIGHT * spectrum, even_pull(label))
    if router != "free":
        expected = expected + ROUTER_WEIGHT * terms.pop("router")
    if router == "balanced":
        expected = expected + BALANCE_WEIGHT * terms.pop("balance")
    if contrast != "none":
        assert terms["contrast"].abs() > 0
        expected = expected + WEIGHTS[contrast] * every * terms.pop("contrast")
    assert not terms
    # The smallest part, the faithful contrast, is 7e-6 of 0.6.
    torch.testing.assert_close(loss, expected, rtol=0, atol=5e-7)
