"""A recipe is train.py's options as plain data; its stages follow each other and are taken up where they were left."""

import shutil
from pathlib import Path

import pytest
import torch

import train
from cpl import checkpoint
from cpl.degradations import EXPERTS, SHARES
from cpl.recipe import read_recipe

TRAINING = Path(__file__).parents[1]
TINY = """
card = "card.md"

[model]
id = "tiny"
name = "Tiny"
version = "1.0.0"
tile = 256
overlap = 32
training = "{steps} steps."
licence = "Free."

[options]
width = 8
set = ["encoder_blocks=1,1,1", "latent_blocks=1", "decoder_blocks=1,1,1"]
batch = 2
patch = 32
workers = 0
precision = "fp32"

[options.share]
haze = 0.25
noise = 0.02

[[stages]]
name = "first"
steps = 2
seed = 1

[[stages]]
name = "second"
steps = 1
seed = 2
routers-alone = true
"""


@pytest.fixture
def words(tmp_path: Path, clean_folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(train.signal, "signal", lambda *_: None)
    (tmp_path / "tiny.toml").write_text(TINY)
    return ["--recipe", str(tmp_path / "tiny.toml"), "--data", str(clean_folder), "--out", str(tmp_path / "run")]


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["train.py", *words])
    train.main()


def test_each_stage_begins_with_the_weights_of_the_one_before(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(words, monkeypatch)
    first, second = (checkpoint.load(tmp_path / "run" / name / "checkpoint.pt") for name in ("first", "second"))
    assert (first["step"], first["seed"], second["step"], second["seed"]) == (2, 1, 1, 2)
    moved = {name for name, value in second["network"].items() if not value.equal(first["average"][name])}
    assert moved and all(".router." in name for name in moved)


def test_done_stages_are_passed_over_and_the_others_taken_up(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(words, monkeypatch)
    done = (tmp_path / "run" / "first" / "checkpoint.pt").read_bytes()
    whole = checkpoint.load(tmp_path / "run" / "second" / "checkpoint.pt")
    shutil.rmtree(tmp_path / "run" / "second")
    run(words, monkeypatch)
    assert (tmp_path / "run" / "first" / "checkpoint.pt").read_bytes() == done
    again = checkpoint.load(tmp_path / "run" / "second" / "checkpoint.pt")
    assert all(value.equal(again["network"][name]) for name, value in whole["network"].items())


def test_options_beside_the_recipe_hold_for_its_stages_and_the_first_ones_can_be_left_out(words: list[str]) -> None:
    stages = train.stages([*words, "--workers", "3", "--first-stage", "second", "--weights", "x.onnx"])
    (second,) = stages
    assert (second.workers, second.seed, second.weights, second.out.name) == (3, 2, Path("x.onnx"), "second")


def test_patches_are_drawn_by_the_shares_of_the_recipe_and_the_checkpoint_says_so(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(words, monkeypatch)
    state = checkpoint.load(tmp_path / "run" / "first" / "checkpoint.pt")
    assert state["shares"] == {**SHARES, "haze": 0.25, "noise": 0.02}
    first, _ = train.stages(words)
    loader = train.load(train.begin(first, train.Group()), first)
    found = torch.stack([loader.dataset[index].label for index in range(400)])
    alone = (found == 1).float().mean(dim=0)
    assert alone[EXPERTS.index("haze")] == pytest.approx(0.25, abs=0.06)
    assert alone[EXPERTS.index("noise")] == pytest.approx(0.02, abs=0.02)
    with pytest.raises(ValueError, match=r"'haze': 0\.25"):
        run([*words, "--steps", "3", "--share", "haze=0.1"], monkeypatch)
    del state["shares"]  # as earlier versions saved it
    checkpoint.save(tmp_path / "run" / "first" / "checkpoint.pt", state)
    run([*words, "--steps", "3"], monkeypatch)
    assert checkpoint.load(tmp_path / "run" / "first" / "checkpoint.pt")["step"] == 3


@pytest.mark.parametrize(("share", "reason"), [("mist=0.1", "no mist"), ("blur=x", "convert"), ("blur", "convert")])
def test_shares_that_cannot_be_are_refused_with_the_reason(
    share: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        train.parse(["--data", "d", "--out", "o", "--steps", "1", "--share", share])
    assert "--share" in (said := capsys.readouterr().err) and reason in said


def test_the_recipe_of_the_shipped_model_is_understood() -> None:
    path = TRAINING / "recipes" / "compact-0.6.toml"
    trunk, large, routers = train.stages(["--recipe", str(path), "--data", "d", "--out", "runs/compact"])
    assert trunk.weights is None and large.weights == trunk.out / "checkpoint.pt"
    assert large.steps * large.batch == 378_624 and (routers.steps, routers.routers_alone) == (2_090, True)
    # Of commit 40eb996, which shipped it.
    drawn = {"haze": 0.09, "rain": 0.18, "snow": 0.08, "blur": 0.11, "low-light": 0.09, "noise": 0.28, "jpeg": 0.07}
    assert trunk.shares == large.shares == routers.shares == {**drawn, "clean": 0.04}
    assert trunk.config == large.config == routers.config
    assert trunk.config.to_dict()["decoder_blocks"] == (2, 2, 8)
    assert read_recipe(path).card.exists()
