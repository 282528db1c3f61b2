"""Write a trained network as the folder that Petrichor loads: model.onnx and manifest.json.

    python export.py --checkpoint runs/compact/checkpoint.pt --report report.json \\
        --out ../resources/models/petrichor-compact

The ONNX contract is docs/decisions/0002: inputs `image`, `gate_override`, `gate_mix`, `pool_override`, `pool_mix`;
outputs `restored`, `gates`, `pools`.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from cpl.backbones.nafnet import ChannelAttention, PromptedNAFNet
from cpl.checkpoint import load, load_network
from cpl.degradations import EXPERTS
from cpl.onnx_export import export

VERSION = "0.6.0"
LABELS = {"low-light": "Low light", "jpeg": "JPEG"}


def manifest(network: PromptedNAFNet, file: Path, report: dict[str, Any], training: str) -> dict[str, Any]:
    """`manifest.json`; report is what `cpl.evaluate` printed."""
    return {
        "schemaVersion": 1,
        "id": "petrichor-compact",
        "name": "Petrichor Compact",
        "version": VERSION,
        "architecture": "prompted-nafnet",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "multiple": network.multiple,
        "tile": 768,
        "overlap": 128,
        "levels": network.levels,
        "kept": network.config.k,
        "pooled": sum(m.project.in_channels for m in network.modules() if isinstance(m, ChannelAttention)),
        "experts": list(EXPERTS),
        "tasks": [
            {"id": kind, "label": LABELS.get(kind, kind.capitalize()), "gates": gates}
            for kind, gates in report["gates"].items()
            if kind != "clean"
        ],
        "quality": report["quality"],
        "training": training,
        "licence": "Weights trained on BSDS500 and ImageNet photos: for non-commercial use.",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True, help="JSON that cpl.evaluate wrote for this checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="network folder")
    parser.add_argument("--after", default="", help="what the weights had behind them when the run started from them")
    arguments = parser.parse_args()

    arguments.out.mkdir(parents=True, exist_ok=True)
    network = load_network(arguments.checkpoint)
    file = arguments.out / "model.onnx"
    export(network, file)
    state = load(arguments.checkpoint)
    training = (
        f"{state['step']:,} steps ({state['samples']:,} patches, {state['seconds'] / 60:.0f} minutes) on photos of "
        "BSDS500 and ImageNet and free wallpapers, degraded on the fly"
        + (f", after {arguments.after}." if arguments.after else ".")
    )
    report = json.loads(arguments.report.read_text())
    entry = manifest(network, file, report, training)
    (arguments.out / "manifest.json").write_text(json.dumps(entry, indent=2) + "\n")


if __name__ == "__main__":
    main()
