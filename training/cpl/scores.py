"""What a network scores on a benchmark by its protocol, and the report that keeps it."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cpl.backbones.restorer import Restorer
from cpl.benchmarks.pairs import pairs
from cpl.benchmarks.suites import SUITES, Benchmark, Protocol
from cpl.degradations.types import Image
from cpl.inference import restore
from cpl.metrics import luma, psnr, ssim


class Score(NamedTuple):
    """Means over a benchmark: PSNR in dB (100 at most, which equal images get) and SSIM, before and after.

    SSIM is not a number where the protocol has none.
    """

    degraded: float
    restored: float
    degraded_ssim: float
    restored_ssim: float


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
