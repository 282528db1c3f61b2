import sys
from functools import partial
from pathlib import Path

import pytest
import torch

from cpl.backbones.nafnet import PromptedNAFNet
from cpl.degradations import EXPERTS
from experiments import arms
from tests.conftest import tiny_config


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arms, "PromptedNAFNetConfig", lambda k: tiny_config(k=k))
    monkeypatch.setattr(arms, "examples", partial(arms.examples, side=32))
    monkeypatch.setattr(arms, "judge", partial(arms.judge, side=32))


def test_arms_share_the_trunk_and_differ_in_their_prompts_by_seed_alone() -> None:
    torch.manual_seed(9)
    trunk = PromptedNAFNet(tiny_config()).state_dict()
    a, b, other = (arms.begin(arms.ARMS["spm"], seed, trunk).network.state_dict() for seed in (0, 0, 1))
    dense = arms.begin(arms.ARMS["dense"], 0, trunk).network.state_dict()
    for name, value in trunk.items():
        assert torch.equal(a[name], b[name]), name
        assert torch.equal(a[name], dense[name]), name
        if not arms.is_new(name):
            assert torch.equal(a[name], value), name
    for name in ("prompts.0.prompts", "prompts.2.router.weight", "prompts.1.smooth.weight"):
        assert not torch.equal(a[name], other[name]) and not torch.equal(a[name], trunk[name]), name


@pytest.mark.parametrize("name", arms.ARMS)
def test_every_arm_trains_and_is_judged_by_every_prompt(name: str, clean_folder: Path) -> None:
    trunk = PromptedNAFNet(tiny_config()).state_dict()
    run = arms.begin(arms.ARMS[name], 0, trunk)
    arms.train(run, arms.load_photos(clean_folder), steps=2, patch=32, batch=2)
    found = arms.judge_by_halves(run.network.eval(), clean_folder / "bsd32")
    assert [len(row) for row in found["matrix"]] == [len(EXPERTS)] * len(EXPERTS)
    kept = {task: sum(weight > 0 for weight in weights) for task, weights in found["usage"].items()}
    assert all(count <= 3 * arms.ARMS[name].k for count in kept.values())
    if name == "dense":
        assert sum(found["usage"]["rain"]) == pytest.approx(1, abs=1e-3)


def test_costs_are_told_in_steps_of_spm() -> None:
    found = arms.costs(PromptedNAFNet(tiny_config()).state_dict(), patch=32, batch=2, rounds=2)
    assert found.keys() == arms.ARMS.keys()
    assert found["spm"] == 1


def test_a_comparison_that_could_not_be_judged_does_not_begin(
    clean_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clean_folder / "bsd32" / "1.png").unlink()
    options = ["--data", str(clean_folder), "--weights", "x.onnx", "--out", str(tmp_path / "arms")]
    monkeypatch.setattr(sys, "argv", ["arms", *options])
    with pytest.raises(SystemExit):
        arms.main()
    assert "must hold two at least" in capsys.readouterr().err and not (tmp_path / "arms").exists()
