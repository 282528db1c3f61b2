"""Many processes, one network: the weights that one process finds with all their samples in one batch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from cpl import checkpoint
from cpl.data import Counting

TRAINING = Path(__file__).parent.parent
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
TOLERANCE = 3e-7
"""Three steps move a weight by up to 8e-6. Sums in another order were seen to change it by 1.5e-8."""


def train(
    launcher: list[str], clean_folder: Path, out: Path, batch: int, options: list[str]
) -> dict[str, torch.Tensor]:
    command = [*launcher, "--data", str(clean_folder), "--out", str(out), "--steps", "3"]
    size = ["--batch", str(batch), "--patch", "32", "--width", "8", "--workers", "0", "--precision", "fp32"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(TRAINING)}
    done = subprocess.run([*command, *size, *options], cwd=TRAINING, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    state = checkpoint.load(out / "checkpoint.pt")
    assert state["step"] == 3 and state["samples"] == 12
    return {**{f"network.{name}": value for name, value in state["network"].items()}, **state["average"]}


@pytest.mark.parametrize("options", [[], ["--cpr", "margin", "--router", "balanced"]], ids=["default", "margin"])
def test_two_processes_find_the_weights_of_one_with_the_doubled_batch(
    options: list[str], clean_folder: Path, tmp_path: Path
) -> None:
    one = train([sys.executable, "train.py"], clean_folder, tmp_path / "one", 4, options)
    two = train([*TORCHRUN, "train.py"], clean_folder, tmp_path / "two", 2, options)
    assert one.keys() == two.keys()
    for name, value in one.items():
        torch.testing.assert_close(
            two[name], value, rtol=0, atol=TOLERANCE, msg=lambda text, name=name: f"{name}: {text}"
        )
    log = (tmp_path / "two" / "log.jsonl").read_text().splitlines()
    assert len(log) == 2  # only the first process writes


def test_weights_are_others_where_nobody_averages_the_gradients(clean_folder: Path, tmp_path: Path) -> None:
    """What the tolerance is worth."""
    script = tmp_path / "alone.py"
    script.write_text("import cpl.run, train\ncpl.run.DistributedDataParallel = lambda module: module\ntrain.main()\n")
    one = train([sys.executable, "train.py"], clean_folder, tmp_path / "one", 4, [])
    two = train([*TORCHRUN, str(script)], clean_folder, tmp_path / "two", 2, [])
    apart = torch.cat([(two[name] - one[name]).abs().flatten() for name in one if name.startswith("network.")])
    assert apart.max() > 20 * TOLERANCE and (apart > TOLERANCE).float().mean() > 0.3


def test_processes_share_the_samples_without_overlap() -> None:
    ranks = [iter(Counting(start, 2)) for start in (10, 11)]
    assert [[next(rank) for _ in range(3)] for rank in ranks] == [[10, 12, 14], [11, 13, 15]]
