"""Measure how hard each degradation pulls on a network: norms of the loss's gradient on batches of one degradation.

    python -m experiments.gradients --checkpoint runs/compact/checkpoint.pt --photos DATA/clean/bsd32

`cpl.degradations.DEGRADATIONS` holds what this printed; a sample is weighted by its inverse.
"""

import argparse
from pathlib import Path
from statistics import mean

import torch
from torch import Tensor, nn

from cpl.backbones.restorer import Restorer
from cpl.checkpoint import load_network
from cpl.data import photo_files
from cpl.degradations import EXPERTS
from cpl.examples import examples
from cpl.losses import FREQUENCY_WEIGHT, frequency_l1, pixel_l1, relative

BATCH = 4


def pull(network: Restorer, degraded: Tensor, clean: Tensor) -> float:
    """Norm of the gradient, over all parameters, of the unweighted loss of a batch, both [B, 3, H, W]."""
    network.zero_grad()
    restored, _ = network(degraded)
    errors = pixel_l1(restored, clean) + FREQUENCY_WEIGHT * frequency_l1(restored, clean)
    relative(errors, torch.ones(len(errors))).backward()
    return float(nn.utils.get_total_norm([p.grad for p in network.parameters() if p.grad is not None]))


def pulls(network: Restorer, files: list[Path]) -> dict[str, float]:
    """The mean pull of each degradation over batches of the photos."""
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]

    def of(name: str, batch: list[Path]) -> float:
        degraded, clean = examples(name, batch)
        return pull(network, degraded, torch.from_numpy(clean).permute(0, 3, 1, 2))

    return {name: mean(of(name, batch) for batch in batches) for name in EXPERTS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True, help="folder of clean photos")
    arguments = parser.parse_args()
    network = load_network(arguments.checkpoint)
    for name, value in pulls(network, photo_files(arguments.photos)).items():
        print(f"{name:10}{value:7.3f}")


if __name__ == "__main__":
    main()
