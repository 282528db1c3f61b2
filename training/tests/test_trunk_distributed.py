"""Trunks of several processes, and from WebDataset shards."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import torch

from cpl import checkpoint
from cpl.patches import ShardedBytes
from cpl.shards import ShardedPatches, addresses, write

TRAINING = Path(__file__).parent.parent
SCRIPT = """
import sys, torch
from pathlib import Path
import cpl.trunk
from cpl.backbones.residual import PromptedResidualConfig
from cpl.distributed import Group
from cpl.library import load_library
from cpl.patches import BytePatches
from cpl.phases import Diary, batches_of, decay, phase
photos, out, size, shares = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "shared"
if not shares:
    cpl.trunk.share_gradients = lambda parameters: None
group = Group()
config = PromptedResidualConfig(
    width=8, growth=(1, 1, 2, 2), encoder_blocks=(1, 1, 1), latent_blocks=1, decoder_blocks=(1, 1, 1)
)
trunk = cpl.trunk.Trunk("residual", config.to_dict(), torch.device("cpu"), group=group)
patches = BytePatches(load_library(photos, 32), 32, trunk.run)
diary = Diary(out / "log.jsonl")
phase(trunk, batches_of(patches, trunk, size, 0), 0, diary, steps=3, save=lambda: trunk.save(out / "trunk.pt"))
decay(trunk, batches_of(patches, trunk, size, 0), 0, diary, out / "checkpoint.pt", steps=3)
if group.leads:
    torch.save(trunk.network.state_dict(), out / "network.pt")
group.leave()
"""
TOLERANCE = 3e-7


def train(folder: Path, photos: Path, processes: int, gradients: str = "shared") -> dict[str, torch.Tensor]:
    folder.mkdir()
    (folder / "script.py").write_text(SCRIPT)
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)] * (processes > 1)
    command = [sys.executable, *launcher, "script.py", str(photos), str(folder), str(4 // processes), gradients]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(TRAINING)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert checkpoint.load(folder / "trunk.pt")["samples"] == 12
    assert checkpoint.load(folder / "checkpoint.pt")["samples"] == 24
    return checkpoint.load(folder / "network.pt")


def test_two_processes_find_the_weights_of_one_with_the_doubled_batch(clean_folder: Path, tmp_path: Path) -> None:
    one = train(tmp_path / "one", clean_folder, 1)
    two = train(tmp_path / "two", clean_folder, 2)
    alone = train(tmp_path / "alone", clean_folder, 2, "kept")
    shared, kept = (max(float((other[name] - one[name]).abs().max()) for name in one) for other in (two, alone))
    assert shared < TOLERANCE and kept > 20 * TOLERANCE


def test_shards_give_the_same_samples_as_bytes(clean_folder: Path, tmp_path: Path) -> None:
    write(clean_folder, tmp_path / "shards", per_shard=4)
    shards = addresses(tmp_path / "shards")
    floats = list(itertools.islice(ShardedPatches(shards, 32, 0, 0), 5))
    found = list(itertools.islice(ShardedBytes(ShardedPatches(shards, 32, 0, 0)), 5))
    for sample, batch in zip(floats, found, strict=True):
        assert batch.degraded.shape == (32, 32, 3) and torch.equal(batch.label, sample.label)
        assert torch.equal(batch.degraded.permute(2, 0, 1), (sample.degraded * 255).round().byte())
        assert (batch.clean.permute(2, 0, 1) / 255 - sample.clean).abs().max() <= 0.5 / 255 + 1e-6
