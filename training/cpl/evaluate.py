"""Measure a network on test sets and print the table.

    python -m cpl.evaluate --checkpoint runs/compact/checkpoint.pt --data DATA/test --validation DATA/clean/bsd32 \\
        --report report.json
    python -m cpl.evaluate --benchmark kodak-7 --checkpoint runs/compact/checkpoint.pt --data DATA/test \\
        --report report.json
    python -m cpl.evaluate --benchmark three-task --checkpoint epoch.ckpt --data ROOT

Without --benchmark the local sets are measured. Folder layouts are in README.md. The checkpoint is one of ours, or a
published one of CPL (BasicSR) or PromptIR (Lightning). Several benchmarks of one network go into one report: what it
holds of others stays. With --validation it also holds, for each task, the gates that the routers choose where that
degradation is known to be.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from cpl.backbones.nafnet import PromptedNAFNet
from cpl.backbones.restorer import Restorer
from cpl.benchmarks import SUITES, Benchmark, Protocol, Suite, missing, pairs
from cpl.checkpoint import load_any
from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.degradations.types import Image
from cpl.metrics import luma, psnr, ssim
from cpl.spm import Forced, keep_largest

GATE_PHOTOS = 16
"""The first of the validation photos: the gates of the tasks are measured on them."""


class Score(NamedTuple):
    """Means over a benchmark: PSNR in dB (100 at most, which equal images get) and SSIM, before and after.

    SSIM is not a number where the protocol has none.
    """

    degraded: float
    restored: float
    degraded_ssim: float
    restored_ssim: float


@torch.no_grad()
def restore(network: Restorer, image: Image, forced: Forced | None = None) -> tuple[Image, torch.Tensor]:
    """Image [H, W, 3] -> (restored, clipped to 0..1; gates [L, N]).

    Sides that the network cannot divide are padded by reflection to multiples of 16, and cut back.
    """
    height, width, _ = image.shape
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]
    if height % network.multiple or width % network.multiple:
        tensor = F.pad(tensor, (0, -width % 16, 0, -height % 16), mode="reflect")
    out, routing = network(tensor, forced)
    return out[0, :, :height, :width].clamp(0, 1).permute(1, 2, 0).numpy(), routing.gates[0]


def measure(image: Image, clean: Image, protocol: Protocol) -> tuple[float, float]:
    """(PSNR, SSIM) of a result as the protocol measures it."""
    if protocol.rounded:
        image = np.round(image * 255) / 255
    if protocol.border:
        inner = np.s_[protocol.border : -protocol.border, protocol.border : -protocol.border]
        image, clean = image[inner], clean[inner]
    if protocol.luma:
        image, clean = luma(image), luma(clean)
    similarity = ssim(image, clean, protocol.window) if protocol.window else float("nan")
    return min(psnr(image, clean), 100.0), similarity


def score(network: Restorer, benchmark: Benchmark, root: Path) -> Score:
    """Mean PSNR and SSIM of a benchmark by its protocol."""
    rows = []
    for _, degraded, clean in pairs(benchmark, root):
        before = measure(degraded, clean, benchmark.protocol)
        after = measure(restore(network, degraded)[0], clean, benchmark.protocol)
        rows.append((before[0], after[0], before[1], after[1]))
    if not rows:
        raise FileNotFoundError(f"{benchmark.title}: {root / benchmark.folder} holds no images")
    return Score(*(float(value) for value in np.mean(rows, axis=0)))


def task_gates(network: PromptedNAFNet, folder: Path) -> dict[str, list[list[float]]]:
    """For each expert's degradation, the routers' mean gates over known examples, the k largest kept: [L][N]."""
    files = photo_files(folder)[:GATE_PHOTOS]
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


def line(title: str, result: Score, published: list[str]) -> str:
    return (
        f"{title:28} {result.degraded:8.2f} {result.restored:7.2f} {result.restored - result.degraded:+7.2f} "
        f"{result.degraded_ssim:8.3f} {result.restored_ssim:6.3f}" + "".join(f"{cell:>16}" for cell in published)
    )


def table(network: Restorer, suite: Suite, root: Path) -> list[tuple[Benchmark, Score]]:
    """Measure a suite and print its table as it grows, and beside it what others published: PSNR, in the last row
    with the mean SSIM where it is known. Composites do not count for the mean.
    """
    heads = "".join(f"{row.method:>16}" for row in suite.published)
    print(f"{'benchmark':28} {'PSNR in':>8} {'out':>7} {'gain':>7} {'SSIM in':>8} {'out':>6}{heads}")
    results = []
    for number, benchmark in enumerate(suite.benchmarks):
        results.append((benchmark, score(network, benchmark, root)))
        values = [row.values[number] for row in suite.published]
        cells = ["-" if value is None else f"{value:.2f}" for value in values]
        print(line(benchmark.title, results[-1][1], cells), flush=True)
    counted = [result for benchmark, result in results if len(benchmark.kinds) < 2]
    mean = Score(*(float(value) for value in np.mean(counted, axis=0)))
    means = [f"{row.mean:.2f}" + ("" if row.ssim is None else f"/{row.ssim:g}") for row in suite.published]
    print(line("mean", mean, means))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the test sets, see README.md")
    parser.add_argument("--benchmark", choices=SUITES, default="local")
    parser.add_argument("--validation", type=Path, help="clean photos for measuring the tasks' gates")
    parser.add_argument("--report", type=Path, help="add the figures to this file too, JSON")
    arguments = parser.parse_args()

    suite = SUITES[arguments.benchmark]
    absent = missing(suite, arguments.data)
    if absent:
        folders = "\n".join(f"  {folder}" for folder in absent)
        parser.error(f"{arguments.benchmark} needs folders that are missing (layouts are in README.md):\n{folders}")
    network = load_any(arguments.checkpoint)
    if arguments.validation and not isinstance(network, PromptedNAFNet):
        parser.error("--validation measures the gates of networks whose experts stand for tasks; this one's do not")
    results = table(network, suite, arguments.data)
    if arguments.report:
        file = arguments.report
        report = json.loads(file.read_text()) if file.exists() else {}
        add(report, arguments.checkpoint, arguments.benchmark, results)
        if arguments.validation and isinstance(network, PromptedNAFNet):
            report["gates"] = task_gates(network, arguments.validation)
        file.write_text(json.dumps(report, indent=2) + "\n")


def add(report: dict[str, Any], checkpoint: Path, suite: str, results: list[tuple[Benchmark, Score]]) -> None:
    """Put the rows of a suite into a report, in place of those that it had of it; suites in the order of `SUITES`.

    A report is of one network: what it says of another checkpoint is dropped.
    """
    checksum = hashlib.sha256(checkpoint.read_bytes()).hexdigest()
    if report.get("checkpoint") != checksum:
        report.clear()
    report["checkpoint"] = checksum
    rows = [row for row in report.get("quality", []) if row["suite"] != suite]
    rows += [entry(suite, benchmark, result) for benchmark, result in results]
    report["quality"] = sorted(rows, key=lambda row: list(SUITES).index(row["suite"]))


def entry(suite: str, benchmark: Benchmark, result: Score) -> dict[str, Any]:
    """One row of the report."""
    row: dict[str, Any] = {
        "suite": suite,
        "benchmark": benchmark.title,
        "metric": "PSNR",
        "degraded": round(result.degraded, 2),
        "restored": round(result.restored, 2),
    }
    if benchmark.protocol.window:
        row["degradedSsim"] = round(result.degraded_ssim, 4)
        row["restoredSsim"] = round(result.restored_ssim, 4)
    return row


if __name__ == "__main__":
    main()
