"""Each backbone by its name, through the commands: trained, evaluated, exported, and begun from what was exported."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import evaluate
import export
import train
from cpl import checkpoint
from cpl.backbones import BACKBONES
from cpl.backbones.restorer import Restorer
from cpl.contract import Contract
from cpl.onnx_export import TOLERANCE, check
from cpl.run import Run
from tests.conftest import tiny_config

RECIPE = Path(__file__).parents[1] / "recipes" / "compact-0.6.toml"
TRANSFORMER = ["blocks=1,1,1,1", "refinement_blocks=1", "prompt_channels=8,8,8", "prompt_sizes=2,4,8"]
SIZES = {
    "nafnet": ["encoder_blocks=1,1,1", "latent_blocks=1", "decoder_blocks=1,1,1"],
    "residual": ["growth=1,1,2,2", "encoder_blocks=1,1,1", "latent_blocks=1", "decoder_blocks=1,1,1"],
    "restormer": TRANSFORMER,
    "promptir": TRANSFORMER,
    "adair": TRANSFORMER,
}


def call(command: object, monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr(sys, "argv", ["command", *map(str, words)])
    command.main()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training leaves the signals of the test run alone; gates are measured on one photo."""
    monkeypatch.setattr(train.signal, "signal", lambda *_: None)
    monkeypatch.setattr("cpl.gates.GATE_PHOTOS", 1)


def begin(name: str, clean_folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, *words: object) -> Path:
    network = ("--backbone", name, "--width", 8, "--set", *SIZES[name])
    size = ("--steps", 1, "--batch", 2, "--patch", 32, "--workers", 0, "--precision", "fp32")
    call(train, monkeypatch, "--data", clean_folder, "--out", out, *network, *size, *words)
    return out / "checkpoint.pt"


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_is_trained_evaluated_and_exported_by_name(
    name: str, clean_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = begin(name, clean_folder, tmp_path / "run", monkeypatch)
    state = checkpoint.load(file)
    assert (state["backbone"], state["step"]) == (name, 1)
    # As after a longer training: no two tensors are equal.
    state["average"] = {key: value + 0.01 * torch.randn(value.shape) for key, value in state["average"].items()}
    checkpoint.save(file, state)
    network = checkpoint.load_network(file)
    assert type(network) is BACKBONES[name].network and network.config.experts == 8

    (tmp_path / "kodak24").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (32, 48, 3)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "kodak24" / "1.png"), pixels)
    measured = ("--benchmark", "kodak-7", "--validation", clean_folder / "bsd32", "--report", tmp_path / "report.json")
    call(evaluate, monkeypatch, "--checkpoint", file, "--data", tmp_path, *measured)
    assert len(json.loads((tmp_path / "report.json").read_text())["quality"]) == 12

    named = ("--recipe", RECIPE, "--checkpoint", file, "--backbone", name, "--report", tmp_path / "report.json")
    call(export, monkeypatch, *named, "--out", tmp_path / "model")
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert manifest["architecture"] == network.architecture and manifest["multiple"] == network.multiple
    assert (manifest["pooled"] > 0) == bool(network.attentions())
    assert check(Contract(network).eval(), tmp_path / "model" / "model.onnx") < TOLERANCE

    weights = ("--weights", tmp_path / "model" / "model.onnx")
    again = checkpoint.load(begin(name, clean_folder, tmp_path / "again", monkeypatch, *weights))
    assert again["step"] == 1 and _near(again["average"], state["average"])


def _near(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Whether prompts, which export leaves as they are, differ by a step's little."""
    names = [name for name in a if name.endswith((".prompts", "prompt_param"))]
    return bool(names) and all((a[name] - b[name]).abs().max() < 1e-3 for name in names)


def test_a_checkpoint_without_a_name_is_of_nafnet(tmp_path: Path) -> None:
    state = Run(tiny_config(), 0, torch.device("cpu"), False).state()
    assert state.pop("backbone") == "nafnet"
    checkpoint.save(tmp_path / "old.pt", state)
    assert isinstance(checkpoint.load_network(tmp_path / "old.pt"), BACKBONES["nafnet"].network)
    Run(tiny_config(), 0, torch.device("cpu"), False).restore(state)


def test_weights_of_another_backbone_are_refused(tmp_path: Path) -> None:
    state = Run(tiny_config(), 0, torch.device("cpu"), False).state()
    checkpoint.save(tmp_path / "c.pt", state)
    with pytest.raises(ValueError, match="weights of nafnet, not of adair"):
        checkpoint.weights_of(tmp_path / "c.pt", "adair")
    with pytest.raises(ValueError, match="weights of nafnet, not of adair"):
        checkpoint.load_network(tmp_path / "c.pt", "adair")
    with pytest.raises(ValueError, match="is adair"):
        Run(tiny_config(), 0, torch.device("cpu"), False).restore({**state, "backbone": "adair"})


def test_a_size_that_the_backbone_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--data", tmp_path, "--out", tmp_path, "--steps", 1)
    with pytest.raises(SystemExit):
        call(train, monkeypatch, *words, "--set", "heads=1,2,4,8")
    assert "heads" in capsys.readouterr().err


@pytest.mark.parametrize("name", BACKBONES)
def test_blocks_are_named_for_compiling(name: str) -> None:
    network: Restorer = BACKBONES[name].network(BACKBONES[name].config())
    assert sum(1 for _ in network.blocks()) > 20
