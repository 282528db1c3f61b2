"""Write the card of a network folder, `README.md`, from its manifest, and measure how long it takes.

    python card.py --model ../resources/models/petrichor-compact --control runs/compact/control.txt \\
        --limits 'What was seen not to work.'
"""

import argparse
import json
from pathlib import Path
from statistics import mean
from typing import Any

import onnxruntime

from cpl.benchmarks.suites import SUITES
from cpl.licences import LIST, credits_of, listed
from cpl.speed import RUNS, SIDE, THREADS, tile_milliseconds

CARD = """# {name} {version}

The network that comes with Petrichor: a {network} with a Sparse Prompt Module at three decoder positions
({experts} experts, {kept} of them kept), after Contrastive Prompt Learning (arXiv 2504.09973). {megabytes:.1f} MB.

## What it was trained on

{training}

Rain, haze, snow, noise, blur, low light, JPEG, their mixtures, and clean patches. The routers are told which
degradation each patch has, and contrastive prompt regularisation keeps wrong prompts apart (variant (c) of
`training/cpl/cpr.py`, on every few steps). No test image was trained on. Three things were decided on test images: two
faults of the generators were mended (colours shifted on Rain100L, photos of CC15 that are dark by nature were
brightened), and attention over windows was given up for what it lost on CC15. Rain was made denser after a look at
Rain100H and at real rain, and the routers were shown soft photos after a look at what they took CC15 for.

![Losses and validation](curves.png)

## What it scores

Protocols: `training/cpl/benchmarks/`. PSNR in dB over RGB (100 stands for equal images), SSIM with a 7x7 window.
`kodak-7` are the 24 Kodak photos, spoilt by `training/cpl/benchmarks/kodak7.py`.

{scores}

A tile of {side}x{side} pixels takes {milliseconds:.0f} ms in ONNX Runtime {runtime} (median of {runs} runs, measured on
{threads} threads).

![Before and after, Kodak photos](comparison.jpg)

Left to right: degraded by the training's generators with fixed seeds, restored, clean. Kodak photos are free for any
use.

![Before and after, real photos](real.jpg)

Left to right: as taken, restored automatically, restored with the task chosen by hand; crops at 1:1. The photos are of
Internet48 (TGL-Net), DICM (Zero-DCE), Real147 and DeRaindrop, and theirs are the rights. The network was not trained on
drops on glass.

## What control is worth

PSNR in dB on crops of validation photos with one degradation each, none of which the tasks' prompts were measured on
(`python -m experiments.control`): without restoration, with each task's prompt forced, how far the right prompt is
ahead of the best wrong one, and how far the routers' own choice is ahead of the right prompt.

```
{control}
```

## What it does not do

{limits}

## Licence

{licence} {rights}
"""

NETWORKS = {"prompted-nafnet": "NAFNet-style U-Net", "prompted-residual": "bias-free residual U-Net"}
RESEARCH = """BSDS500 and ImageNet are for non-commercial research, and so are these weights. The code that made them
is MIT."""


def rights(manifest: dict[str, Any], table: Path) -> str:
    """What the photos ask for. table: the network's own list of them, where it is for any use."""
    return credits_of(listed(table), table) if manifest.get("commercial") else RESEARCH


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
    composites = {benchmark.title for benchmark in SUITES[suite].benchmarks if len(benchmark.kinds) > 1}
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
    parser.add_argument("--model", type=Path, required=True, help="network folder")
    parser.add_argument("--control", type=Path, required=True, help="what experiments.control printed")
    parser.add_argument("--limits", required=True, help="what was seen not to work, in sentences")
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    card = CARD.format(
        **{key: manifest[key] for key in ("name", "version", "kept", "training", "licence")},
        experts=len(manifest["experts"]),
        network=NETWORKS.get(manifest["architecture"], manifest["architecture"]),
        rights=rights(manifest, arguments.model / LIST.name),
        control=arguments.control.read_text().rstrip(),
        limits=arguments.limits,
        megabytes=(arguments.model / "model.onnx").stat().st_size / 1e6,
        scores=scores(manifest["quality"]),
        milliseconds=tile_milliseconds(arguments.model / "model.onnx"),
        side=SIDE,
        runs=RUNS,
        threads=THREADS,
        runtime=onnxruntime.__version__,
    )
    (arguments.model / "README.md").write_text(card)


if __name__ == "__main__":
    main()
