"""Draw the log of a training run: a plot for each term of the loss, and for the validation PSNR of each degradation.

python curves.py --log runs/compact/log.jsonl --out curves.png
"""

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

TERMS = {
    "pixels": "L1",
    "spectrum": "L1 of the spectrum",
    "router": "router, cross-entropy",
    "balance": "load balance",
    "contrast": "contrast",
    "patches_per_second": "patches a second",
}
"""Titles of what the log holds of the loss, unweighted; what an arm has not is not drawn."""
COLUMNS = 5


class Log(NamedTuple):
    losses: list[dict[str, Any]]
    restored: list[dict[str, Any]]
    """Validations, PSNR in dB by degradation."""
    degraded: dict[str, float]
    """PSNR of what was to be restored."""


def read_log(path: Path) -> Log:
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    restored = [entry for entry in entries if entry.get("validation") == "restored"]
    degraded: dict[str, float] = {}
    for entry in entries:
        if entry.get("validation") == "degraded":
            degraded |= entry["psnr"]
    return Log([entry for entry in entries if "pixels" in entry], restored, degraded)


def draw(log: Path, out: Path) -> None:
    losses, restored, degraded = read_log(log)
    terms = [term for term in TERMS if any(term in entry for entry in losses)]
    # A resumed run may measure a degradation that its beginning did not.
    names = list(dict.fromkeys(name for entry in restored for name in entry["psnr"]))
    above, below = (-(-len(each) // COLUMNS) for each in (terms, names))
    lines = max(1, above + below)
    figure, grid = plt.subplots(lines, COLUMNS, figsize=(12, 2.3 * lines), sharex=True, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, term in zip(grid[:above].flat, terms, strict=False):
        _curve(
            axes,
            TERMS[term],
            [(entry["step"], entry[term]) for entry in losses if term in entry],
            colour="tab:orange",
            marker="",
        )
    for axes, name in zip(grid[above:].flat, names, strict=False):
        points = [(entry["step"], entry["psnr"][name]) for entry in restored if name in entry["psnr"]]
        _curve(axes, f"{name}, {degraded[name]:.1f} dB before", points, colour="tab:blue", marker=".")
    figure.supxlabel("step", fontsize=9)
    title = "Terms of the loss, unweighted; below, PSNR in dB of validation photos"
    figure.suptitle(title, fontsize=10)
    figure.tight_layout()
    figure.savefig(out, dpi=110)
    plt.close(figure)


def _curve(axes: Axes, title: str, points: list[tuple[int, float]], *, colour: str, marker: str) -> None:
    axes.axis("on")
    marker = marker if len(points) > 1 else "."  # of one point no line is seen
    axes.plot([step for step, _ in points], [value for _, value in points], color=colour, marker=marker, linewidth=1)
    axes.set_title(title, fontsize=9)
    axes.tick_params(labelsize=7, labelbottom=True)
    axes.grid(alpha=0.3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    draw(arguments.log, arguments.out)


if __name__ == "__main__":
    main()
