"""A quick look during training: PSNR before and after, on photos that are neither trained on nor tested on."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from cpl.data import photo_files, read_rgb
from cpl.degradations import EXPERTS, degrade
from cpl.degradations.depth import depth
from cpl.metrics import psnr

CROP = 256


WHITE_NOISE = "sigma 25"
"""Noise of the denoising benchmarks. The degradation "noise" mixes several sorts; a network may gain on one alone."""


class Validation:
    """The same degraded crops every time.

    Raises FileNotFoundError where the folder holds no photos.
    """

    def __init__(self, folder: Path, photos: int = 4) -> None:
        self.pairs: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
        files = photo_files(folder)[:: max(1, len(photo_files(folder)) // photos)][:photos]
        if not files:
            raise FileNotFoundError(f"validation needs photos in {folder}, and there are none")
        for name in EXPERTS:
            self.pairs[name] = []
            for number, path in enumerate(files):
                random = np.random.default_rng([len(name), number])
                clean = read_rgb(path)[:CROP, :CROP].astype(np.float32) / 255
                names = () if name == "clean" else (name,)
                self.pairs[name].append((degrade(clean, depth(CROP, CROP, None, random), names, random), clean))
        noise = np.random.RandomState(0)
        self.pairs[WHITE_NOISE] = []
        for path in files:
            pixels = read_rgb(path)[:CROP, :CROP].astype(np.float32)
            noisy = (pixels + noise.normal(0, 25, pixels.shape)).clip(0, 255).astype(np.uint8)
            self.pairs[WHITE_NOISE].append((noisy.astype(np.float32) / 255, pixels / 255))

    def degraded(self) -> dict[str, float]:
        """Mean PSNR in dB of the degraded crops, by degradation (clean ones that met no JPEG count as 60 dB)."""
        return {name: float(np.mean([min(psnr(a, b), 60) for a, b in pairs])) for name, pairs in self.pairs.items()}

    @torch.no_grad()
    def restored(self, network: nn.Module, device: torch.device) -> dict[str, float]:
        """Mean PSNR in dB after restoration, by degradation."""
        result = {}
        for name, pairs in self.pairs.items():
            batch = torch.from_numpy(np.stack([a for a, _ in pairs])).permute(0, 3, 1, 2).to(device)
            out = network(batch)[0].float().clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
            result[name] = float(np.mean([min(psnr(a, b), 60) for a, (_, b) in zip(out, pairs, strict=True)]))
        return result
