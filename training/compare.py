"""Draw before and after: Kodak photos degraded by a fixed seed, one row a degradation: degraded, restored, clean.

python compare.py --checkpoint runs/compact/checkpoint.pt --photos DATA/test/kodak24 --out comparison.jpg
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from cpl.checkpoint import load_network
from cpl.data import photo_files, read_rgb
from cpl.degradations import DEGRADATIONS, degrade
from cpl.degradations.depth import depth
from cpl.inference import restore
from cpl.metrics import psnr
from cpl.pictures import labelled

SIDE = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    network = load_network(arguments.checkpoint)
    files = photo_files(arguments.photos)
    rows = []
    for number, name in enumerate(DEGRADATIONS):
        random = np.random.default_rng(number + 1)
        pixels = read_rgb(files[(3 * number + 2) % len(files)])
        top, left = (pixels.shape[0] - SIDE) // 2, (pixels.shape[1] - SIDE) // 2
        clean = pixels[top : top + SIDE, left : left + SIDE].astype(np.float32) / 255
        degraded = degrade(clean, depth(SIDE, SIDE, None, random), (name,), random)
        restored, _ = restore(network, degraded)
        tiles = [
            labelled(degraded, f"{name} {psnr(degraded, clean):.1f} dB"),
            labelled(restored, f"restored {psnr(restored, clean):.1f} dB"),
            labelled(clean, "clean"),
        ]
        rows.append(np.hstack(tiles))
    # Two columns of rows, the second filled up with white.
    half = (len(rows) + 1) // 2
    rows += [np.full_like(rows[0], 255)] * (2 * half - len(rows))
    picture = np.hstack([np.vstack(rows[:half]), np.vstack(rows[half:])])
    cv2.imwrite(str(arguments.out), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])


if __name__ == "__main__":
    main()
