from pathlib import Path

import pytest
import torch
from conftest import tiny_config

from cpl import checkpoint
from cpl.blend import blend
from cpl.train import Run


def run_of(seed: int) -> Run:
    return Run(tiny_config(), seed, torch.device("cpu"), bf16=False)


def test_a_blend_lies_between_the_two_networks_and_can_be_loaded(tmp_path: Path) -> None:
    before, state = run_of(0).state()["average"], run_of(1).state()
    for share in (0.0, 0.25, 1.0):
        checkpoint.save(tmp_path / "checkpoint.pt", blend(before, state, share))
        mixed = checkpoint.load_network(tmp_path / "checkpoint.pt").state_dict()
        for name, value in mixed.items():
            torch.testing.assert_close(value, (1 - share) * before[name] + share * state["average"][name])


def test_networks_that_are_built_otherwise_are_not_blended() -> None:
    before = dict(run_of(0).state()["average"])
    before.pop("head.1.weight")
    with pytest.raises(ValueError, match="not built as"):
        blend(before, run_of(1).state(), 0.5)
