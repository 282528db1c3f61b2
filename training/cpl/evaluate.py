"""Measure a network on the test sets and print the table.

    python -m cpl.evaluate --checkpoint runs/compact/checkpoint.pt --data DATA/test --validation DATA/clean/bsd32 \\
        --report report.json

The report also holds, for each task, the gates that the routers choose where that degradation is known to be.
"""

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from skimage.metrics import structural_similarity

from cpl.backbones.nafnet import PromptedNAFNet
from cpl.benchmarks import BENCHMARKS, Benchmark, pairs
from cpl.checkpoint import load_network
from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.degradations.types import Image
from cpl.metrics import psnr
from cpl.spm import keep_largest


class Score(NamedTuple):
    """Means over a benchmark: PSNR in dB (100 at most, which equal images get) and SSIM, before and after."""

    degraded: float
    restored: float
    degraded_ssim: float
    restored_ssim: float


@torch.no_grad()
def restore(network: PromptedNAFNet, image: Image) -> tuple[Image, torch.Tensor]:
    """Image [H, W, 3] with sides divisible by 16 -> (restored, clipped to 0..1; gates [L, N])."""
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]
    out, routing = network(tensor)
    return out[0].clamp(0, 1).permute(1, 2, 0).numpy(), routing.gates[0]


def score(network: PromptedNAFNet, benchmark: Benchmark, root: Path) -> Score:
    """Mean PSNR over RGB and mean SSIM (7x7 uniform window, data range 1)."""
    rows = []
    for _, degraded, clean in pairs(benchmark, root):
        restored, _ = restore(network, degraded)
        rows.append(
            (
                min(psnr(degraded, clean), 100.0),
                min(psnr(restored, clean), 100.0),
                structural_similarity(degraded, clean, channel_axis=-1, data_range=1),
                structural_similarity(restored, clean, channel_axis=-1, data_range=1),
            )
        )
    return Score(*(float(value) for value in np.mean(rows, axis=0)))


def task_gates(network: PromptedNAFNet, folder: Path, photos: int = 16) -> dict[str, list[list[float]]]:
    """For each expert's degradation, the routers' mean gates over known examples, the k largest kept: [L][N]."""
    files = photo_files(folder)[:photos]
    result = {}
    for expert in EXPERTS:
        kinds = () if expert == "clean" else (expert,)
        samples = []
        for number, path in enumerate(files):
            random = np.random.default_rng([number, EXPERTS.index(expert)])
            clean = read_rgb(path)[:256, :256].astype(np.float32) / 255
            samples.append(restore(network, degrade(clean, depth(256, 256, None, random), kinds, random))[1])
        mean = keep_largest(torch.stack(samples).mean(0), network.config.k)
        result[expert] = [[round(weight, 4) for weight in row] for row in mean.tolist()]
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with cbsd68, kodak24 and pairs")
    parser.add_argument("--validation", type=Path, help="clean photos for measuring the tasks' gates")
    parser.add_argument("--report", type=Path, help="write the figures here too, as JSON")
    arguments = parser.parse_args()

    network = load_network(arguments.checkpoint)
    quality: list[dict[str, Any]] = []
    print(f"{'benchmark':28} {'PSNR in':>8} {'out':>7} {'gain':>7} {'SSIM in':>8} {'out':>6}")
    for benchmark in BENCHMARKS:
        result = score(network, benchmark, arguments.data)
        gain = result.restored - result.degraded
        print(
            f"{benchmark.title:28} {result.degraded:8.2f} {result.restored:7.2f} {gain:+7.2f} "
            f"{result.degraded_ssim:8.3f} {result.restored_ssim:6.3f}"
        )
        quality.append(
            {
                "benchmark": benchmark.title,
                "metric": "PSNR",
                "degraded": round(result.degraded, 2),
                "restored": round(result.restored, 2),
                "degradedSsim": round(result.degraded_ssim, 4),
                "restoredSsim": round(result.restored_ssim, 4),
            }
        )
    if arguments.report:
        report: dict[str, Any] = {"quality": quality}
        if arguments.validation:
            report["gates"] = task_gates(network, arguments.validation)
        arguments.report.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
