"""Write a trained network as the folder that Petrichor loads: model.onnx and manifest.json.

    python export.py --checkpoint runs/compact/checkpoint.pt --report report.json \\
        --out ../resources/models/petrichor-compact

The ONNX contract is docs/decisions/0002: inputs `image`, `gate_override`, `gate_mix`, `pool_override`, `pool_mix`;
outputs `restored`, `gates`, `pools`.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import torch

from cpl.backbones.nafnet import ChannelAttention
from cpl.backbones.restorer import Restorer
from cpl.checkpoint import load, load_network
from cpl.cpr import kept
from cpl.degradations import EXPERTS
from cpl.licences import LIST, not_free
from cpl.onnx_export import export

VERSION = "0.6.0"
LABELS = {"low-light": "Low light", "jpeg": "JPEG"}
RESEARCH = "Weights trained on BSDS500 and ImageNet photos: for non-commercial use."
ANY_USE = "MIT, as the code. The weights were trained on photographs that are free for any use, and on nothing else."


class NotFreeError(ValueError):
    """A network that was trained on photos that are not known to be free is to be exported for any use."""


def photos_free_for_any_use(state: dict[str, Any]) -> list[str]:
    """The names of all photos that a checkpoint was trained on.

    Raises NotFreeError where it does not say them, or where one is not listed as free in `training/licences.tsv`.
    """
    photos: list[str] = state.get("photos", [])
    if not photos:
        raise NotFreeError("the checkpoint does not say which photos it was trained on")
    foreign = not_free(photos)
    if foreign:
        raise NotFreeError(f"{len(foreign)} of {len(photos)} photos are not listed as free: {', '.join(foreign[:5])}")
    return photos


def manifest(
    network: Restorer,
    file: Path,
    report: dict[str, Any],
    training: str,
    commercial: bool = False,
    architecture: str = "prompted-nafnet",
    version: str = VERSION,
) -> dict[str, Any]:
    """`manifest.json`; report is what `evaluate.py` wrote. commercial: whether anybody may use it for anything."""
    return {
        "schemaVersion": 1,
        "id": "petrichor-compact",
        "name": "Petrichor Compact",
        "version": version,
        "architecture": architecture,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "multiple": network.multiple,
        "tile": 768,
        "overlap": 128,
        "levels": network.levels,
        "kept": kept(network)[1],
        "pooled": sum(m.project.in_channels for m in network.modules() if isinstance(m, ChannelAttention)),
        "experts": list(EXPERTS),
        "tasks": [
            {"id": kind, "label": LABELS.get(kind, kind.capitalize()), "gates": gates}
            for kind, gates in report["gates"].items()
            if kind != "clean"
        ],
        "quality": report["quality"],
        "training": training,
        "licence": ANY_USE if commercial else RESEARCH,
        "commercial": commercial,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True, help="JSON that cpl.evaluate wrote for this checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="network folder")
    parser.add_argument("--commercial", action="store_true", help="for any use; refused unless all photos are free")
    parser.add_argument("--version", default=VERSION)
    parser.add_argument("--after", default="", help="what the weights had behind them when the run started from them")
    arguments = parser.parse_args()

    state = load(arguments.checkpoint)
    photos = photos_free_for_any_use(state) if arguments.commercial else []
    arguments.out.mkdir(parents=True, exist_ok=True)
    network = load_network(arguments.checkpoint)
    file = arguments.out / "model.onnx"
    export(network, file, half=all(value.dtype == torch.float16 for value in state["average"].values()))
    data = f"{len(photos)} photographs free for any use" if photos else "photos of BSDS500 and ImageNet"
    training = (
        f"{state['step']:,} steps ({state['samples']:,} patches, {state['seconds'] / 60:.0f} minutes) on {data}, "
        "degraded on the fly" + (f", after {arguments.after}." if arguments.after else ".")
    )
    if photos:
        shutil.copyfile(LIST, arguments.out / LIST.name)
    architecture = f"prompted-{state.get('backbone', 'nafnet')}"
    report = json.loads(arguments.report.read_text())
    entry = manifest(network, file, report, training, bool(photos), architecture, arguments.version)
    (arguments.out / "manifest.json").write_text(json.dumps(entry, indent=2) + "\n")


if __name__ == "__main__":
    main()
