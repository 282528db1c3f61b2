"""The published network: its tensor names, its outputs, and the files it comes in."""

import json
from pathlib import Path

import golden
import pytest
import torch

from cpl.backbones.promptir import PromptIR
from cpl.backbones.restormer import RestormerConfig
from cpl.checkpoint import load_any, load_published, published_weights

TINY = RestormerConfig(
    width=8, blocks=(1, 1, 1, 1), refinement_blocks=1, prompt_channels=(8, 8, 8), prompt_sizes=(4, 8, 16)
)


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return golden.state_dict()


@pytest.mark.parametrize(("variant", "k"), [("sparse_top1", 1), ("sparse_top2", 2), ("dense_promptir", 5)])
@torch.no_grad()
def test_published_weights_give_the_golden_outputs(weights: dict[str, torch.Tensor], variant: str, k: int) -> None:
    network = PromptIR(RestormerConfig(k=k)).eval()
    network.load_state_dict(weights, strict=True)
    expected = json.loads((golden.FIXTURES / "expected.json").read_text())
    for height, width in ((64, 64), (72, 104)):
        restored, routing = network(golden.image(height, width))
        assert (restored - golden.output(variant, height, width)).abs().max() <= 2e-4
        said = expected[f"{variant}_{height}x{width}"]["routing_softmax"]
        for level, name in enumerate(("prompt3", "prompt2", "prompt1")):
            torch.testing.assert_close(
                routing.logits[0, level].softmax(-1), torch.tensor(said[name]), atol=1e-5, rtol=0
            )
        assert ((routing.gates > 0).sum(-1) == k).all()


def test_the_state_dict_has_the_published_names_and_shapes(weights: dict[str, torch.Tensor]) -> None:
    own = PromptIR(RestormerConfig()).state_dict()
    assert len(own) == 542
    assert {name: value.shape for name, value in own.items()} == {n: v.shape for n, v in weights.items()}
    prompts = [own[f"prompt{level}.prompt_param"].shape for level in (3, 2, 1)]
    assert prompts == [(1, 5, 320, 16, 16), (1, 5, 128, 32, 32), (1, 5, 64, 64, 64)]


def test_a_state_dict_comes_back_as_it_went(network: PromptIR) -> None:
    other = PromptIR(TINY)
    other.load_state_dict(network.state_dict())
    image = torch.rand(1, 3, 32, 32)
    assert torch.equal(other(image)[0], network(image)[0])
    with pytest.raises(RuntimeError, match=r"prompts\.0\.router\.bias"):
        other.load_state_dict({k: v for k, v in network.state_dict().items() if k != "prompt3.linear_layer.bias"})


@pytest.fixture
def network() -> PromptIR:
    torch.manual_seed(0)
    return PromptIR(TINY).eval()


def test_both_kinds_of_files_are_read(network: PromptIR, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cpl.checkpoint.RestormerConfig", lambda k: RestormerConfig(**{**TINY.to_dict(), "k": k}))
    weights = network.state_dict()
    basicsr, averaged, lightning = tmp_path / "basicsr.pth", tmp_path / "averaged.pth", tmp_path / "epoch.ckpt"
    torch.save({"params": weights}, basicsr)
    torch.save({"params": {}, "params_ema": weights}, averaged)
    # PromptIR's files hold layers that its forward pass never uses.
    unused = {"chnl_reduce1.weight": torch.zeros(64, 64, 1, 1), "reduce_noise_channel_1.weight": torch.zeros(1)}
    torch.save({"epoch": 3, "state_dict": {f"net.{k}": v for k, v in {**weights, **unused}.items()}}, lightning)
    for file, k in ((basicsr, 1), (averaged, 1), (lightning, 5)):
        loaded = load_any(file)
        assert loaded.config.k == k
        for name, value in loaded.state_dict().items():
            assert torch.equal(value, weights[name]), name
    assert load_published(lightning, k=2).config.k == 2


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="params"):
        published_weights({"weights": {}})
