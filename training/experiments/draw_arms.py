"""Tables and plots of the controlled comparison (`experiments/arms.py`).

Prints Markdown; writes pictures, and `control.md` with the figures of the picture of control.

    python -m experiments.draw_arms --results runs/arms --out ../docs/comparison
"""

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cpl.degradations import DEGRADATIONS, EXPERTS
from experiments.arms import ARMS

matplotlib.use("Agg")
import matplotlib.pyplot as plt


class Result(NamedTuple):
    """One arm; arrays have a row for each seed."""

    psnr: NDArray[np.float64]
    """[seeds, tasks], by the network's own routers, in dB."""
    matrix: NDArray[np.float64]
    """[seeds, tasks, prompts], in dB."""
    usage: NDArray[np.float64]
    """[seeds, tasks, experts], mean gates."""
    cost: float
    """Of a training step, in steps of SPM alone."""

    def margins(self) -> NDArray[np.float64]:
        """[seeds, tasks]: by how many dB the right prompt beats the best wrong one."""
        right = np.einsum("sii->si", self.matrix)
        wrong = self.matrix.copy()
        np.einsum("sii->si", wrong)[:] = -np.inf
        margins: NDArray[np.float64] = right - wrong.max(axis=2)
        return margins


def read(folder: Path) -> tuple[dict[str, Result], dict[str, float], dict[str, Any]]:
    """(results by arm, PSNR of the degraded photos by task, the budget). Raises FileNotFoundError if there are none."""
    results: dict[str, Result] = {}
    degraded: dict[str, float] = {}
    budget: dict[str, Any] = {}
    if not (folder / "costs.json").exists():
        raise FileNotFoundError(f"{folder} holds no results of experiments.arms")
    costs = json.loads((folder / "costs.json").read_text())
    for arm in ARMS:
        runs = [json.loads(file.read_text()) for file in sorted(folder.glob(f"{arm}-*.json"))]
        if not runs:
            continue
        degraded, budget = runs[0]["degraded"], {key: runs[0][key] for key in ("steps", "patch", "batch")}
        results[arm] = Result(
            np.array([[run["psnr"][task] for task in EXPERTS] for run in runs]),
            np.array([run["matrix"] for run in runs]),
            np.array([[run["usage"][task] for task in EXPERTS] for run in runs]),
            costs[arm],
        )
    return results, degraded, budget


def tables(results: dict[str, Result], degraded: dict[str, float]) -> str:
    """Markdown: PSNR by task, then control and cost; mean of the seeds, and half of what they differ by."""
    lines = ["| PSNR (dB) | " + " | ".join(EXPERTS) + " | mean of the seven |", "|---" * (len(EXPERTS) + 2) + "|"]
    lines.append(_row("degraded", [*degraded.values(), float(np.mean([degraded[name] for name in DEGRADATIONS]))]))
    for arm, result in results.items():
        seven = result.psnr[:, : len(DEGRADATIONS)].mean(axis=1)
        lines.append(
            _row(ARMS[arm].title, [*result.psnr.mean(axis=0), f"{seven.mean():.2f} ± {np.ptp(seven) / 2:.2f}"])
        )
    lines += [
        "",
        "| control | right prompts that win | margin (dB) | own routers less right prompt (dB) | cost of a step |",
    ]
    lines.append("|---|---|---|---|---|")
    for arm, result in results.items():
        margins = result.margins()[:, : len(DEGRADATIONS)]
        over = (result.psnr - np.einsum("sii->si", result.matrix))[:, : len(DEGRADATIONS)].mean()
        wins = f"{(margins > 0).sum(axis=1).mean():.1f} of {len(DEGRADATIONS)}"
        mean = f"{margins.mean():+.2f} ± {np.ptp(margins.mean(axis=1)) / 2:.2f}"
        lines.append(_row(ARMS[arm].title, [wins, mean, f"{over:+.2f}", f"{result.cost:.2f}"]))
    return "\n".join(lines)


def control(results: dict[str, Result]) -> str:
    """Markdown: for each arm the PSNR of a task (down) by a forced prompt (across), mean of the seeds."""
    squares = []
    for arm, result in results.items():
        head = f"| {ARMS[arm].title} | " + " | ".join(EXPERTS) + " |"
        rows = [_row(task, list(row)) for task, row in zip(EXPERTS, result.matrix.mean(axis=0), strict=True)]
        squares.append("\n".join([head, "|---" * (len(EXPERTS) + 1) + "|", *rows]))
    about = "PSNR (dB) of each task (down) with the prompt of each task forced (across), mean of the seeds."
    return "\n\n".join([about, *squares]) + "\n"


def _row(title: str, cells: list[Any]) -> str:
    return f"| {title} | " + " | ".join(c if isinstance(c, str) else f"{c:.2f}" for c in cells) + " |"


def draw_quality(results: dict[str, Result], degraded: dict[str, float], file: Path) -> None:
    """Gain over the degraded photos by task, a bar for each arm, a dot for each seed."""
    figure, axes = plt.subplots(figsize=(11, 4))
    width = 0.8 / len(results)
    base = np.array([degraded[name] for name in DEGRADATIONS])
    for number, (arm, result) in enumerate(results.items()):
        gains = result.psnr[:, : len(DEGRADATIONS)] - base
        at = np.arange(len(DEGRADATIONS)) + (number - (len(results) - 1) / 2) * width
        axes.bar(at, gains.mean(axis=0), width, label=ARMS[arm].title)
        for seed in gains:
            axes.plot(at, seed, ".", color="black", markersize=3)
    axes.set_xticks(range(len(DEGRADATIONS)), list(DEGRADATIONS))
    axes.set(ylabel="gain in PSNR (dB)", title="What each arm restores, by its own routers")
    axes.legend(fontsize=8, ncols=2)
    _save(figure, file)


def draw_squares(results: dict[str, Result], values: str, title: str, file: Path) -> None:
    """A square for each arm: tasks down, prompts or experts across; the mean of the seeds."""
    columns = 3
    rows = -(-len(results) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(12, 4 * rows), squeeze=False)
    for place in axes.flat[len(results) :]:
        place.axis("off")
    for place, (arm, result) in zip(axes.flat, results.items(), strict=False):
        square = (result.matrix if values == "matrix" else result.usage).mean(axis=0)
        # PSNR of a row beside that of its right prompt: what a wrong one costs.
        shown = square - np.diag(square)[:, None] if values == "matrix" else square
        limits = {"vmin": -3, "vmax": 3, "cmap": "RdBu_r"} if values == "matrix" else {"vmin": 0, "cmap": "viridis"}
        place.imshow(shown, **limits)
        for (row, column), value in np.ndenumerate(shown):
            place.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=6)
        place.set_title(ARMS[arm].title, fontsize=10)
        across = EXPERTS if values == "matrix" else range(1, len(EXPERTS) + 1)
        place.set_xticks(range(len(EXPERTS)), across, rotation=60, fontsize=7)
        place.set_yticks(range(len(EXPERTS)), EXPERTS, fontsize=7)
    figure.suptitle(title)
    _save(figure, file)


def _save(figure: Figure, file: Path) -> None:
    figure.tight_layout()
    figure.savefig(file, dpi=90)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, required=True, help="folder that experiments.arms wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures and control.md")
    arguments = parser.parse_args()

    results, degraded, budget = read(arguments.results)
    arguments.out.mkdir(parents=True, exist_ok=True)
    draw_quality(results, degraded, arguments.out / "quality.png")
    cost = "PSNR by a forced prompt (across) on a task (down), less that by the right one, in dB"
    draw_squares(results, "matrix", cost, arguments.out / "control.png")
    draw_squares(results, "usage", "Mean gate of each expert (across) on a task (down)", arguments.out / "usage.png")
    (arguments.out / "control.md").write_text(control(results))
    print(", ".join(f"{value} {key}" for key, value in budget.items()) + "\n")
    print(tables(results, degraded))


if __name__ == "__main__":
    main()
