"""Write the card of a model, `README.md` in its folder, and measure how long the model takes.

    python card.py --recipe recipes/compact-0.6.toml --model ../resources/models/petrichor-compact \\
        --control runs/compact/control.txt

The prose is the recipe's template; the figures that it leaves open come from the manifest and the measurement.
"""

import argparse
import json
from pathlib import Path
from statistics import mean
from typing import Any

import onnxruntime

from cpl.benchmarks.suites import SUITES
from cpl.licences import LIST, credits_of, listed
from cpl.recipe import read_recipe
from cpl.speed import RUNS, SIDE, THREADS, tile_milliseconds


def scores(quality: list[dict[str, Any]]) -> str:
    """A table for each suite that was measured."""
    return "\n\n".join(
        table(suite, [entry for entry in quality if entry["suite"] == suite])
        for suite in SUITES
        if any(entry["suite"] == suite for entry in quality)
    )


def table(suite: str, entries: list[dict[str, Any]]) -> str:
    """Markdown; where a suite has composites, they stand below the mean of what are none."""
    lines = [f"| `{suite}` | PSNR in | PSNR out | gain | SSIM in | SSIM out |", "|---|---|---|---|---|---|"]
    composites = {benchmark.title for benchmark in SUITES[suite].benchmarks if len(benchmark.degradations) > 1}
    single = [entry for entry in entries if entry["benchmark"] not in composites]
    lines += [row(entry) for entry in single]
    if composites:
        keys = ("degraded", "restored", "degradedSsim", "restoredSsim")
        means = {key: mean(entry[key] for entry in single) for key in keys}
        lines.append(row({"benchmark": f"mean of these {len(single)}", **means}))
        lines += [row(entry) for entry in entries if entry["benchmark"] in composites]
    return "\n".join(lines)


def row(entry: dict[str, Any]) -> str:
    similarity = (f"{entry[key]:.3f}" if key in entry else "-" for key in ("degradedSsim", "restoredSsim"))
    gain = entry["restored"] - entry["degraded"]
    cells = (f"{entry['degraded']:.2f}", f"{entry['restored']:.2f}", f"{gain:+.2f}", *similarity)
    return f"| {entry['benchmark']} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, required=True, help="names the template of the card")
    parser.add_argument("--model", type=Path, required=True, help="folder with model.onnx and manifest.json")
    parser.add_argument("--control", type=Path, required=True, help="what experiments.control printed")
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    file, own_list = arguments.model / "model.onnx", arguments.model / LIST.name
    card = read_recipe(arguments.recipe).card.read_text()
    text = card.format(
        **{key: manifest[key] for key in ("name", "version", "kept", "training", "licence")},
        experts=len(manifest["experts"]),
        credits=credits_of(listed(own_list), own_list) if own_list.exists() else "",
        control=arguments.control.read_text().rstrip(),
        megabytes=file.stat().st_size / 1e6,
        scores=scores(manifest["quality"]),
        milliseconds=tile_milliseconds(file),
        side=SIDE,
        runs=RUNS,
        threads=THREADS,
        runtime=onnxruntime.__version__,
    )
    (arguments.model / "README.md").write_text(text)


if __name__ == "__main__":
    main()
