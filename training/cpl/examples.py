"""Photos that suffer from one known degradation, for looking at what a network does with each."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cpl.data import read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.metrics import psnr

SIDE = 192


def examples(expert: str, files: list[Path], side: int = SIDE, first: int = 0) -> tuple[Tensor, np.ndarray]:
    """Photos that suffer from one degradation alone: (degraded [B, 3, side, side], clean [B, side, side, 3]).

    first: number of the first photo; what is drawn for a photo depends on its number.
    """
    pairs = []
    for number, path in enumerate(files, first):
        random = np.random.default_rng([number, EXPERTS.index(expert)])
        clean = read_rgb(path)[:side, :side].astype(np.float32) / 255
        names = () if expert == "clean" else (expert,)
        pairs.append((degrade(clean, depth(side, side, None, random), names, random), clean))
    degraded = torch.from_numpy(np.stack([pair[0] for pair in pairs])).permute(0, 3, 1, 2)
    return degraded.contiguous(memory_format=torch.channels_last), np.stack([pair[1] for pair in pairs])


def quality(restored: Tensor, clean: np.ndarray) -> float:
    """Mean PSNR in dB, 60 at most for an image."""
    images = restored.float().clamp(0, 1).permute(0, 2, 3, 1).numpy()
    return float(np.mean([min(psnr(a, b), 60) for a, b in zip(images, clean, strict=True)]))
