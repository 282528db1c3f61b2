"""Mix the weights of a run with those that it started from.

    python -m cpl.blend --weights ../resources/models/petrichor-compact/model.onnx \\
        --checkpoint runs/last/checkpoint.pt --share 0.5 --out runs/compact

A short run learns what it is shown most and loses a little of the rest. On the line between its weights and those that
it started from lie networks that have most of both (Wortsman et al., "Robust fine-tuning of zero-shot models", arXiv
2109.01903).
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from cpl import checkpoint
from cpl.train import weights_of


def blend(before: dict[str, Tensor], state: dict[str, Any], share: float) -> dict[str, Any]:
    """The checkpoint `state` with (1 - share) of the weights `before` and a share of its own averaged ones.

    share: 0..1. What only serves to go on with the run is left out. Raises ValueError where the two networks differ.
    """
    after: dict[str, Tensor] = state["average"]
    if {name: value.shape for name, value in before.items()} != {name: value.shape for name, value in after.items()}:
        raise ValueError("the checkpoint's network is not built as the one that it is to be mixed with")
    mixed = {name: torch.lerp(before[name], value, share) for name, value in after.items()}
    kept = {name: state[name] for name in ("config", "step", "samples", "seconds", "seed")}
    return {**kept, "average": mixed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="checkpoint or model.onnx that it started from")
    parser.add_argument("--checkpoint", type=Path, required=True, help="of the run")
    parser.add_argument("--share", type=float, default=0.5, help="of the run's weights, 0..1")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint.pt, to measure and export")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    mixed = blend(weights_of(arguments.weights), checkpoint.load(arguments.checkpoint), arguments.share)
    checkpoint.save(arguments.out / "checkpoint.pt", mixed)


if __name__ == "__main__":
    main()
