"""Do prompts control what is restored? Every task with the prompt of every task forced, and with the router's own.

    python -m experiments.control --checkpoint runs/compact/checkpoint.pt --report runs/compact/report.json \\
        --photos DATA/clean/bsd32

A right prompt should beat each wrong one, and "automatic", the routers' own choice, come near to it. The report is that
of `evaluate.py --validation` on the same photos: its gates stand for the tasks, as they do in the manifest, and photos
that they were measured on are not judged.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cpl.backbones.restorer import Restorer
from cpl.checkpoint import load_network
from cpl.data import photo_files
from cpl.degradations import DEGRADATIONS, EXPERTS
from cpl.examples import SIDE, examples, quality
from cpl.gates import GATE_PHOTOS
from cpl.spm import Forced


@torch.no_grad()
def judge(
    network: Restorer, gates: dict[str, Tensor], files: list[Path], *, side: int = SIDE, first: int = 0
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
    for number, task in enumerate(DEGRADATIONS):
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
    parser.add_argument("--report", type=Path, required=True, help="what evaluate.py --validation wrote")
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean photos")
    arguments = parser.parse_args()

    unseen = photo_files(arguments.photos)[GATE_PHOTOS:]
    if not unseen:
        parser.error(f"{arguments.photos} holds no photos beside the {GATE_PHOTOS} that the gates were measured on")
    report = json.loads(arguments.report.read_text())
    if "gates" not in report:
        parser.error(f"{arguments.report} holds no gates; run evaluate.py with --validation")
    gates = {task: torch.tensor(rows) for task, rows in report["gates"].items()}
    # Crops as large as those that the gates come from; routers see less of a photo in smaller ones.
    print(table(judge(load_network(arguments.checkpoint), gates, unseen, side=256, first=GATE_PHOTOS)))


if __name__ == "__main__":
    main()
