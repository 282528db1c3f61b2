import pytest
import torch

from cpl.backbones.nafnet import NAFBlock
from cpl.spm import SparsePrompt, keep_largest


def module(k: int = 2, experts: int = 5) -> SparsePrompt:
    torch.manual_seed(0)
    return SparsePrompt(channels=12, prompt_channels=6, prompt_size=4, experts=experts, k=k, block=NAFBlock)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_exactly_k_gates_are_open_and_hold_their_softmax_weights(k: int) -> None:
    x = torch.randn(3, 12, 8, 10)
    _, logits, gates = module(k)(x)
    assert ((gates > 0).sum(-1) == k).all()
    probabilities = logits.softmax(-1)
    assert torch.equal(gates[gates > 0], probabilities[gates > 0])  # not renormalised
    assert (probabilities.topk(k).values == gates.topk(k).values).all()


def test_features_keep_their_shape_at_any_size() -> None:
    x = torch.randn(2, 12, 7, 9)
    assert module()(x)[0].shape == x.shape


def test_prompts_are_drawn_from_0_to_1() -> None:
    prompts = module().prompts
    assert prompts.shape == (5, 6, 4, 4)
    assert prompts.min() >= 0 and prompts.max() < 1


def test_forced_weights_replace_the_routers_by_the_mix() -> None:
    spm, x = module(k=1), torch.randn(2, 12, 8, 8)
    own, _, gates = spm(x)
    one_hot = torch.eye(5)[3].expand(2, 5)
    untouched = spm(x, (one_hot, torch.zeros(1)))[0]
    same = spm(x, (gates, torch.ones(1)))[0]
    other = spm(x, (one_hot, torch.ones(1)))[0]
    assert torch.equal(untouched, own)
    torch.testing.assert_close(same, own)
    assert (other - own).abs().max() > 1e-4


def test_what_the_router_says_does_not_change_when_gates_are_forced() -> None:
    spm, x = module(), torch.randn(2, 12, 8, 8)
    assert torch.equal(spm(x)[2], spm(x, (torch.ones(1, 5), torch.ones(1)))[2])


def test_one_training_step_reaches_prompts_and_router() -> None:
    spm = module()
    before = {name: value.clone() for name, value in spm.named_parameters()}
    optimizer = torch.optim.SGD(spm.parameters(), lr=0.1)
    spm(torch.randn(4, 12, 8, 8))[0].square().mean().backward()
    optimizer.step()
    changed = {name for name, value in spm.named_parameters() if not torch.equal(value, before[name])}
    assert {"prompts", "router.weight", "smooth.weight"} <= changed


@pytest.mark.parametrize("k", [0, 6])
def test_an_impossible_k_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="number of experts"):
        module(k)


def test_keep_largest() -> None:
    kept = keep_largest(torch.tensor([[0.1, 0.5, 0.4], [0.2, 0.2, 0.6]]), 1)
    assert torch.equal(kept, torch.tensor([[0, 0.5, 0], [0, 0, 0.6]]))
