"""Do prompts control what is restored? Every task with the prompt of every task forced, and with the router's own.

    python -m cpl.control --checkpoint runs/compact/checkpoint.pt --report runs/compact/report.json \\
        --photos DATA/clean/bsd32

A right prompt should beat each wrong one, and "automatic", the routers' own choice, come near to it. The report is that
of `cpl.evaluate --validation` on the same photos: its gates stand for the tasks, as they do in the manifest, and photos
that they were measured on are not judged.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cpl.backbones.nafnet import PromptedNAFNet
from cpl.checkpoint import load_network
from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, KINDS, degrade
from cpl.degradations.depth import depth
from cpl.evaluate import GATE_PHOTOS
from cpl.metrics import psnr
from cpl.spm import Forced

SIDE = 192


def examples(expert: str, files: list[Path], side: int = SIDE, first: int = 0) -> tuple[Tensor, np.ndarray]:
    """Photos that suffer from one degradation alone: (degraded [B, 3, side, side], clean [B, side, side, 3]).

    first: number of the first photo; what is drawn for a photo depends on its number.
    """
    pairs = []
    for number, path in enumerate(files, first):
        random = np.random.default_rng([number, EXPERTS.index(expert)])
        clean = read_rgb(path)[:side, :side].astype(np.float32) / 255
        kinds = () if expert == "clean" else (expert,)
        pairs.append((degrade(clean, depth(side, side, None, random), kinds, random), clean))
    degraded = torch.from_numpy(np.stack([pair[0] for pair in pairs])).permute(0, 3, 1, 2)
    return degraded.contiguous(memory_format=torch.channels_last), np.stack([pair[1] for pair in pairs])


def quality(restored: Tensor, clean: np.ndarray) -> float:
    """Mean PSNR in dB, 60 at most for an image."""
    images = restored.float().clamp(0, 1).permute(0, 2, 3, 1).numpy()
    return float(np.mean([min(psnr(a, b), 60) for a, b in zip(images, clean, strict=True)]))


@torch.no_grad()
def judge(
    network: PromptedNAFNet, gates: dict[str, Tensor], files: list[Path], side: int = SIDE, first: int = 0
) -> dict[str, Any]:
    """PSNR of each task by the network's own routers and by each task's prompt forced.

    gates: what stands for each task, [L, N]. matrix[i][j]: task i, prompt j. side, first: see `examples`.
    """
    always = torch.ones(1)
    own, degraded_quality, matrix = {}, {}, []
    for expert in EXPERTS:
        degraded, clean = examples(expert, files, side, first)
        features = network.encode(degraded)
        degraded_quality[expert] = quality(degraded, clean)
        own[expert] = quality(network.decode(features)[0], clean)
        forced = (network.decode(features, Forced(gates[prompt][None], always))[0] for prompt in EXPERTS)
        matrix.append([quality(restored, clean) for restored in forced])
    return {"degraded": degraded_quality, "psnr": own, "matrix": matrix}


def table(found: dict[str, Any]) -> str:
    """What `judge` found, a row for each task: PSNR in dB by each prompt, and what control is worth.

    margin: how far the right prompt is ahead of the best wrong one. automatic: how far the routers are ahead of it.
    """
    heads = "".join(f"{name:>10}" for name in ("degraded", *EXPERTS, "margin", "automatic"))
    rows = [f"{'task':10}{heads}"]
    for number, task in enumerate(KINDS):
        forced = found["matrix"][number]
        right, wrong = forced[number], max(forced[:number] + forced[number + 1 :])
        cells = (found["degraded"][task], *forced)
        rows.append(
            f"{task:10}"
            + "".join(f"{value:10.2f}" for value in cells)
            + f"{right - wrong:+10.2f}{found['psnr'][task] - right:+10.2f}"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True, help="what cpl.evaluate --validation wrote")
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean photos")
    arguments = parser.parse_args()

    unseen = photo_files(arguments.photos)[GATE_PHOTOS:]
    if not unseen:
        parser.error(f"{arguments.photos} holds no photos beside the {GATE_PHOTOS} that the gates were measured on")
    report = json.loads(arguments.report.read_text())
    if "gates" not in report:
        parser.error(f"{arguments.report} holds no gates; run cpl.evaluate with --validation")
    gates = {task: torch.tensor(rows) for task, rows in report["gates"].items()}
    # Crops as large as those that the gates come from; routers see less of a photo in smaller ones.
    print(table(judge(load_network(arguments.checkpoint), gates, unseen, side=256, first=GATE_PHOTOS)))


if __name__ == "__main__":
    main()
