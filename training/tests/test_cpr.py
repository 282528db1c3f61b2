"""Contrastive prompt regularisation: which prompts are wrong, that one encoder pass is enough, and what is pushed."""

from typing import NamedTuple

import pytest
import torch
from conftest import tiny_config

from cpl import cpr
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.degradations import EXPERTS
from cpl.losses import load_balance, pixel_l1
from cpl.objective import Objective
from cpl.run import Run
from cpl.spm import Forced, Routing

ALWAYS = torch.ones(1)


class Case(NamedTuple):
    network: PromptedNAFNet
    degraded: torch.Tensor
    clean: torch.Tensor
    draws: torch.Tensor


@pytest.fixture
def case() -> Case:
    torch.manual_seed(0)
    network = PromptedNAFNet(tiny_config())
    clean = torch.rand(2, 3, 32, 32)
    return Case(network, (clean + 0.2 * torch.randn_like(clean)).clamp(0, 1), clean, torch.rand(4, 2, 3, 8))


def routing_of(logits: torch.Tensor, k: int) -> Routing:
    probabilities = logits.softmax(-1)
    return Routing(logits, probabilities * (probabilities >= probabilities.topk(k).values[..., -1:]))


@pytest.mark.parametrize("k", [1, 2, 4])
def test_wrong_experts_are_k_of_those_not_chosen_at_their_own_weight(k: int) -> None:
    torch.manual_seed(1)
    routing = routing_of(torch.randn(50, 3, 8), k)
    weights = cpr.wrong_weights(routing, torch.rand(50, 3, 8))
    assert ((weights > 0).sum(-1) == k).all()
    assert not ((weights > 0) & (routing.gates > 0)).any()
    own = routing.logits.softmax(-1)
    assert torch.equal(weights[weights > 0], own[weights > 0])


def test_every_unchosen_expert_gets_its_turn() -> None:
    torch.manual_seed(2)
    routing = routing_of(torch.randn(1, 1, 5).expand(2000, 1, 5), 1)
    counts = (cpr.wrong_weights(routing, torch.rand(2000, 1, 5)) > 0).sum(0)[0]
    assert sorted(counts.tolist())[0] == 0 and min(sorted(counts.tolist())[1:]) > 400


def test_full_strength_is_the_strength_of_the_chosen() -> None:
    routing = routing_of(torch.randn(10, 3, 8) * 3, 2)
    weights = cpr.wrong_weights(routing, torch.rand(10, 3, 8), full_strength=True)
    torch.testing.assert_close(weights.sum(-1), routing.gates.sum(-1))


def test_an_expert_of_a_known_degradation_is_not_called_wrong() -> None:
    routing = routing_of(torch.randn(100, 3, 8), 2)
    label = torch.zeros(100, 8)
    label[:, :3] = 1 / 3
    weights = cpr.wrong_weights(routing, torch.rand(100, 3, 8), label)
    assert ((weights > 0).sum(-1) == 2).all() and not (weights[..., :3] > 0).any()


def test_too_few_experts_are_refused() -> None:
    cpr.check(experts=4, k=2)
    with pytest.raises(ValueError, match="at least 4 experts"):
        cpr.check(experts=3, k=2)
    with pytest.raises(ValueError, match="experts"):
        Run(tiny_config(k=8), 0, torch.device("cpu"), bf16=False, contrast="margin")


def test_shared_features_give_the_result_of_whole_passes(case: Case) -> None:
    network, degraded, clean, draws = case
    passes = 0

    def count(*_: object) -> None:
        nonlocal passes
        passes += 1

    network.latent.register_forward_hook(count)

    def shared() -> torch.Tensor:
        features = network.encode(degraded)
        restored, routing = network.decode(features)
        return cpr.faithful(network, features, restored, routing, draws=draws) + cpr.margin(
            network, features, restored, routing, clean=clean, draws=draws
        )

    def whole() -> torch.Tensor:
        restored, routing = network(degraded)
        total = torch.zeros(())
        for draw in draws:
            with torch.no_grad():
                negative, _ = network(degraded, Forced(cpr.wrong_weights(routing, draw), ALWAYS))
            total = total - cpr.distance(restored, negative)
        wrong = [cpr.wrong_weights(routing, draw, full_strength=True) for draw in draws]
        errors = torch.stack([pixel_l1(network(degraded, Forced(own, ALWAYS))[0], clean) for own in wrong])
        right = pixel_l1(restored, clean)
        bar = (right + cpr.SHARE * (pixel_l1(degraded, clean) - right).clamp_min(0)).detach()
        return total + (bar - errors.min(dim=0).values).clamp_min(0).mean()

    gradients = []
    for way in (shared, whole):
        network.zero_grad()
        loss = way()
        loss.backward()
        gradients.append((loss.detach(), [p.grad.clone() for p in network.parameters() if p.grad is not None]))
        if way is shared:
            assert passes == 1
    torch.testing.assert_close(gradients[0][0], gradients[1][0])
    for a, b in zip(gradients[0][1], gradients[1][1], strict=True):
        torch.testing.assert_close(a, b)


def test_the_faithful_term_pushes_the_restored_image_alone(case: Case) -> None:
    network, degraded, _, draws = case
    with torch.no_grad():
        features = network.encode(degraded)
        restored, routing = network.decode(features)
    restored.requires_grad_()
    term = cpr.faithful(network, features, restored, routing, draws=draws)
    term.backward()
    assert term < 0 and restored.grad is not None and restored.grad.abs().max() > 0
    assert all(parameter.grad is None for parameter in network.parameters())


def test_the_margin_reaches_the_wrong_prompts_alone(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpr, "SHARE", 2.0)  # wrong prompts fall short of the bar, whatever they do
    network, degraded, clean, draws = case
    features = network.encode(degraded)
    _, routing = network.decode(features)
    cpr.margin(network, features, clean, routing, clean=clean, draws=draws[:1]).backward()
    wrong = cpr.wrong_weights(routing, draws[0]) > 0
    for level, module in enumerate(network.prompts):
        assert module.prompts.grad is not None
        moved = module.prompts.grad.abs().flatten(1).amax(1) > 0
        assert torch.equal(moved, wrong[:, level].any(0))
        assert module.router.weight.grad is None or not module.router.weight.grad.any()  # 0 through the unused gates
    assert all(parameter.grad is not None for parameter in network.encoders.parameters())


def test_the_margin_counts_most_where_little_can_be_gained(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpr, "SHARE", 2.0)  # wrong prompts fall short of the bar, whatever they do
    network, degraded, clean, draws = case
    features = network.encode(degraded)
    restored, routing = network.decode(features)

    def term(name: str) -> float:
        label = torch.zeros(len(degraded), len(EXPERTS))
        label[:, EXPERTS.index(name)] = 1
        return cpr.margin(network, features, restored, routing, clean=clean, draws=draws, label=label).item()

    assert term("jpeg") > 5 * term("haze") > 0


def test_the_margin_asks_nothing_of_a_clean_photo(case: Case) -> None:
    network, _, clean, draws = case
    features = network.encode(clean)
    _, routing = network.decode(features)
    assert cpr.margin(network, features, clean, routing, clean=clean, draws=draws) == 0


def test_the_features_are_fixed_unit_vectors_that_see_detail_and_brightness() -> None:
    torch.manual_seed(3)
    image = torch.rand(2, 3, 16, 20) * 0.5 + 0.2
    scales = cpr.pyramid(image)
    assert [tuple(f.shape) for f in scales] == [(2, 10, 16, 20), (2, 10, 8, 10), (2, 10, 4, 5)]
    for features in scales:
        torch.testing.assert_close(features.norm(dim=1), torch.ones_like(features[:, 0]))
    assert cpr.distance(image, image) == 0
    assert cpr.distance(image, image * 0.5) > 0.01  # low light
    assert cpr.distance(image, image * 0.5 + 0.4) > 0.01  # haze
    assert cpr.distance(image, image + 0.1 * torch.randn_like(image)) > 0.01  # noise


def test_load_balance_is_one_where_all_experts_are_used_alike_and_n_where_one_is() -> None:
    even = torch.eye(4).repeat(1, 1)[:, None] * 1e-3
    assert load_balance(routing_of(even, 1)) == pytest.approx(1, abs=1e-3)
    collapsed = torch.tensor([20.0, 0, 0, 0]).expand(6, 2, 4)
    assert load_balance(routing_of(collapsed, 1)) == pytest.approx(4, abs=1e-3)


@pytest.mark.parametrize("contrast", ["none", "faithful", "margin"])
@pytest.mark.parametrize("router", ["free", "supervised", "balanced"])
def test_terms_are_logged_apart(contrast: str, router: str) -> None:
    run = Run(tiny_config(), 0, torch.device("cpu"), False, contrast=contrast, router=router)  # type: ignore[arg-type]
    terms = run.step(_sample(), 0.0)
    expected = {"pixels", "spectrum", "rate"}
    expected |= {"contrast"} if contrast != "none" else set()
    expected |= {"router"} if router != "free" else set()
    expected |= {"balance"} if router == "balanced" else set()
    assert set(terms) == expected


def test_a_lazy_contrast_counts_on_every_second_step_and_twice() -> None:
    run = Run(tiny_config(), 0, torch.device("cpu"), False, contrast="margin", contrast_every=2)
    assert ["contrast" in run.step(_sample(), 0.0) for _ in range(4)] == [True, False, True, False]

    sample, draws = _sample(), torch.rand(4, 2, 3, 8)
    loss = {}
    for every in (1, 2):
        objective = Objective(run.network, False, "faithful", "free", contrast_every=every)
        loss[every], terms = objective(*sample, draws)
    without, _ = objective(*sample, None)
    weighted = cpr.FAITHFUL_WEIGHT * terms["contrast"]
    torch.testing.assert_close(loss[1] - without, weighted, rtol=1e-2, atol=1e-8)
    torch.testing.assert_close(loss[2] - without, 2 * weighted, rtol=1e-2, atol=1e-8)


@pytest.mark.parametrize("contrast", ["faithful", "margin"])
def test_a_step_in_bfloat16(contrast: str) -> None:
    run = Run(tiny_config(), 0, torch.device("cpu"), True, contrast=contrast)  # type: ignore[arg-type]
    assert all(value == value for value in run.step(_sample(), 0.0).values())  # no NaN


def test_training_with_the_margin_makes_wrong_prompts_restore_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpr, "NEGATIVES", 2)
    monkeypatch.setattr(cpr, "MARGIN_WEIGHT", 0.5)
    run = Run(tiny_config(), 0, torch.device("cpu"), False, contrast="margin", router="free")
    run.step_number = 300  # past the warm-up
    sample = _sample()

    def gap() -> float:
        with torch.no_grad():
            restored, routing = run.network(sample.degraded)
            wrong = cpr.wrong_weights(routing, torch.rand(2, 3, 8), full_strength=True)
            negative, _ = run.network(sample.degraded, Forced(wrong, ALWAYS))
        return float((pixel_l1(negative, sample.clean) - pixel_l1(restored, sample.clean)).mean())

    before = gap()
    for _ in range(140):
        run.step(sample, 0.0)
    assert abs(before) < 0.001 and gap() > 0.005  # without the term it stays below 0.001


def _sample():
    from cpl.data import Sample

    generator = torch.Generator().manual_seed(5)
    clean = torch.rand(2, 3, 4, 4, generator=generator).repeat_interleave(8, 2).repeat_interleave(8, 3)
    noise = 0.2 * torch.randn(clean.shape, generator=generator)
    return Sample((clean * 0.5 + noise).clamp(0, 1), clean, torch.eye(8)[:2])
