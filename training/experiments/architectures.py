"""Backbones side by side: what a tile takes in ONNX Runtime, and how far the loss falls in equal steps and equal time.

    python -m experiments.architectures --photos FREE --shipped ../resources/models/petrichor-compact/model.onnx

All see the same batches in the same order, and step in turn, so that other work on the machine holds them up alike.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cpl.backbones import build
from cpl.backbones.nafnet import PromptedNAFNetConfig
from cpl.backbones.residual import VARIANTS
from cpl.library import load_library
from cpl.onnx_export import export
from cpl.patches import Batch, BytePatches
from cpl.speed import tile_milliseconds_by_turns
from cpl.trunk import Trunk

ARCHITECTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "shipped (NAF)": ("nafnet", PromptedNAFNetConfig().to_dict()),
    **{name: ("residual", config.to_dict()) for name, config in VARIANTS.items()},
}
SMOOTHED = 20
"""Steps over whose losses a mean is taken."""


def speeds(shipped: Path) -> None:
    """Print size and tile time of each, untrained, with weights in half precision."""
    names = [name for name in ARCHITECTURES if name in VARIANTS]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.onnx" for name in names]
        for name, file in zip(names, files, strict=True):
            export(build(*ARCHITECTURES[name]).eval(), file, half=True)
        first, *times = tile_milliseconds_by_turns([shipped, *files])
        print(f"{'shipped':18}{shipped.stat().st_size / 1e6:6.1f} MB{first:8.0f} ms  1.00")
        for name, file, taken in zip(names, files, times, strict=True):
            print(f"{name:18}{file.stat().st_size / 1e6:6.1f} MB{taken:8.0f} ms  {taken / first:.2f}")


def train(patches: BytePatches, names: list[str], steps: int, size: int, warm_up: int = 30) -> None:
    """Print the loss of each after the same steps, and after the time that the fastest took for them."""
    trunks = {name: Trunk(*ARCHITECTURES[name], torch.device("cpu")) for name in names}
    losses: dict[str, list[float]] = {name: [] for name in names}
    spent: dict[str, list[float]] = {name: [] for name in names}
    for step in range(steps):
        samples = [patches[step * size + index] for index in range(size)]
        batch = Batch(*(torch.stack(each) for each in zip(*samples, strict=True)))
        for name, trunk in trunks.items():
            began = time.process_time()
            rate = trunk.peak_rate * min(1, (step + 1) / warm_up)
            losses[name].append(float(trunk.step(batch, rate)["loss"]))
            spent[name].append(time.process_time() - began)
    least = min(sum(each) for each in spent.values())
    print(f"{steps} steps of {size} patches of {patches.patch} px, {torch.get_num_threads()} thread(s)")
    print(f"{'network':18}{'M':>6}{'s/step':>8}{'loss, equal steps':>19}{'equal time':>12}")
    for name, trunk in trunks.items():
        parameters = sum(p.numel() for p in trunk.network.parameters()) / 1e6
        reached = int(np.searchsorted(np.cumsum(spent[name]), least)) + 1
        early = np.mean(losses[name][max(0, reached - SMOOTHED) : reached])
        print(
            f"{name:18}{parameters:6.2f}{np.median(spent[name]):8.2f}{np.mean(losses[name][-SMOOTHED:]):19.4f}"
            f"{early:12.4f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--shipped", type=Path, help="model.onnx to time the others beside; not said: no timing")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=64)
    parser.add_argument("--names", nargs="+", choices=ARCHITECTURES, default=list(ARCHITECTURES))
    arguments = parser.parse_args()
    if arguments.shipped:
        speeds(arguments.shipped)
    torch.set_num_threads(1)
    train(
        BytePatches(load_library(arguments.photos, arguments.patch), arguments.patch, 0),
        arguments.names,
        arguments.steps,
        arguments.batch,
    )


if __name__ == "__main__":
    main()
