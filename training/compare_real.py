"""Draw before and after of real photos, crops at 1:1: as taken, restored automatically, restored with the task chosen.

    python compare_real.py --recipe recipes/compact-0.6.toml --checkpoint runs/compact/routers/checkpoint.pt \\
        --report runs/compact/report.json --photos DATA/real --out real.jpg

The recipe says which photos, and where to look. The report is that of `evaluate.py --validation`: it holds the gates
that stand for a task.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from cpl.checkpoint import load_network
from cpl.data import read_rgb
from cpl.inference import restore
from cpl.pictures import labelled
from cpl.recipe import read_recipe
from cpl.spm import Forced

SIDE = 240


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    network, gates = load_network(arguments.checkpoint), json.loads(arguments.report.read_text())["gates"]
    rows = []
    for file, task, (right, down) in read_recipe(arguments.recipe).crops:
        photo = read_rgb(arguments.photos / file).astype(np.float32) / 255
        chosen = Forced(torch.tensor(gates[task])[None], torch.ones(1))
        height, width, _ = photo.shape
        top = min(max(round(down * height) - SIDE // 2, 0), height - SIDE)
        left = min(max(round(right * width) - SIDE // 2, 0), width - SIDE)
        shown = {
            f"{file.split('.')[0]}": photo,
            "automatic": restore(network, photo)[0],
            f"{task} chosen": restore(network, photo, chosen)[0],
        }
        crops = [labelled(image[top : top + SIDE, left : left + SIDE], text) for text, image in shown.items()]
        rows.append(np.hstack(crops))
    half = (len(rows) + 1) // 2
    picture = np.hstack([np.vstack(rows[:half]), np.vstack(rows[half:])])
    cv2.imwrite(str(arguments.out), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


if __name__ == "__main__":
    main()
