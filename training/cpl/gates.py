"""The gates that stand for a task: what routers choose where a degradation is known to be."""

from pathlib import Path

import numpy as np
import torch

from cpl.backbones.restorer import Restorer
from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.inference import restore
from cpl.spm import keep_largest

GATE_PHOTOS = 16
"""The first of the validation photos: the gates of the tasks are measured on them."""


def task_gates(network: Restorer, folder: Path) -> dict[str, list[list[float]]]:
    """For each expert's degradation, the routers' mean gates over known examples, the k largest kept: [L][N]."""
    files = photo_files(folder)[:GATE_PHOTOS]
    result = {}
    for expert in EXPERTS:
        names = () if expert == "clean" else (expert,)
        samples = []
        for number, path in enumerate(files):
            random = np.random.default_rng([number, EXPERTS.index(expert)])
            clean = read_rgb(path)[:256, :256].astype(np.float32) / 255
            samples.append(restore(network, degrade(clean, depth(256, 256, None, random), names, random))[1])
        mean = keep_largest(torch.stack(samples).mean(0), network.config.k)
        result[expert] = [[round(weight, 4) for weight in row] for row in mean.tolist()]
    return result
