"""Measure a network on test sets and print the table.

    python evaluate.py --checkpoint runs/compact/checkpoint.pt --data DATA/test --validation DATA/clean/bsd32 \\
        --report report.json
    python evaluate.py --benchmark kodak-7 --checkpoint runs/compact/checkpoint.pt --data DATA/test \\
        --report report.json
    python evaluate.py --benchmark three-task --checkpoint epoch.ckpt --data ROOT

Without --benchmark the local sets are measured. Folder layouts are in README.md. The checkpoint is one of ours, or a
published one of CPL (BasicSR) or PromptIR (Lightning). Several benchmarks of one network go into one report: what it
holds of others stays. With --validation it also holds, for each task, the gates that the routers choose where that
degradation is known to be.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from cpl.backbones import BACKBONES
from cpl.backbones.restorer import Restorer
from cpl.benchmarks.pairs import missing
from cpl.benchmarks.suites import SUITES, Benchmark, Suite
from cpl.checkpoint import load_any
from cpl.degradations import EXPERTS
from cpl.gates import task_gates
from cpl.scores import Score, add, score


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
    counted = [result for benchmark, result in results if len(benchmark.degradations) < 2]
    mean = Score(*(float(value) for value in np.mean(counted, axis=0)))
    means = [f"{row.mean:.2f}" + ("" if row.ssim is None else f"/{row.ssim:g}") for row in suite.published]
    print(line("mean", mean, means))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--backbone", choices=BACKBONES, help="of the checkpoint, where it does not say it itself")
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
    network = load_any(arguments.checkpoint, arguments.backbone)
    if arguments.validation and network.config.experts != len(EXPERTS):
        parser.error("--validation measures the gates of networks whose experts stand for tasks; this one's do not")
    results = table(network, suite, arguments.data)
    if arguments.report:
        file = arguments.report
        report = json.loads(file.read_text()) if file.exists() else {}
        add(report, arguments.checkpoint, arguments.benchmark, results)
        if arguments.validation:
            report["gates"] = task_gates(network, arguments.validation)
        file.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
