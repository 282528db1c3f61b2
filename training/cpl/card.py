"""Write the card of a network folder, `README.md`, from its manifest.

python -m cpl.card --model ../resources/models/petrichor-compact --limits 'What was seen not to work.'
"""

import argparse
import json
from pathlib import Path
from typing import Any

CARD = """# {name} {version}

The network that comes with Petrichor: a NAFNet-style U-Net with a Sparse Prompt Module at three decoder positions
({experts} experts, {kept} of them kept), after Contrastive Prompt Learning (arXiv 2504.09973). {megabytes:.1f} MB.

## What it was trained on

{training}

Rain, haze, snow, noise, blur, low light, JPEG, their mixtures, and clean patches. The routers are told which
degradation each patch has, and contrastive prompt regularisation keeps wrong prompts apart (variant (c) of
`training/cpl/cpr.py`, on every few steps). No test image was trained on, and no setting was chosen by a score on one;
but two faults were found on test images and mended in the generators: colours shifted on Rain100L, and photos of CC15
that are dark by nature were brightened.

![Losses and validation](curves.png)

## What it scores

Protocols: `training/cpl/benchmarks.py`. PSNR in dB over RGB (100 stands for equal images), SSIM with a 7x7 window.

| test set | PSNR in | PSNR out | gain | SSIM in | SSIM out |
|---|---|---|---|---|---|
{rows}

![Before and after, Kodak photos](comparison.jpg)

Left to right: degraded by the training's generators with fixed seeds, restored, clean. Kodak photos are free for any
use.

![Before and after, real photos](real.jpg)

Left to right: as taken, restored automatically, restored with the task chosen by hand; crops at 1:1. The photos are of
Internet48 (TGL-Net), DICM (Zero-DCE) and Real147, and theirs are the rights.

## What control is worth

PSNR in dB on crops of eight validation photos with one degradation each (`python -m cpl.control`): without restoration,
with each task's prompt forced, how far the right prompt is ahead of the best wrong one, and how far the routers' own
choice is ahead of the right prompt.

```
{control}
```

## What it does not do

{limits}

## Licence

{licence} BSDS500 and ImageNet are for non-commercial research, and so are these weights. The code that made them
is MIT.
"""


def row(entry: dict[str, Any]) -> str:
    gain = entry["restored"] - entry["degraded"]
    return (
        f"| {entry['benchmark']} | {entry['degraded']:.2f} | {entry['restored']:.2f} | {gain:+.2f} "
        f"| {entry['degradedSsim']:.3f} | {entry['restoredSsim']:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="network folder")
    parser.add_argument("--control", type=Path, required=True, help="what cpl.control printed")
    parser.add_argument("--limits", required=True, help="what was seen not to work, in sentences")
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "manifest.json").read_text())
    card = CARD.format(
        **{key: manifest[key] for key in ("name", "version", "kept", "training", "licence")},
        experts=len(manifest["experts"]),
        control=arguments.control.read_text().rstrip(),
        limits=arguments.limits,
        megabytes=(arguments.model / "model.onnx").stat().st_size / 1e6,
        rows="\n".join(row(entry) for entry in manifest["quality"]),
    )
    (arguments.model / "README.md").write_text(card)


if __name__ == "__main__":
    main()
