"""Write a trained network as the folder that Petrichor loads: model.onnx and manifest.json.

    python export.py --recipe recipes/compact-0.6.toml --checkpoint runs/compact/routers/checkpoint.pt \\
        --report runs/compact/report.json --out ../resources/models/petrichor-compact

The recipe says what the manifest cannot know: the model's name, version, tiles, training and licence. A recipe for any
use (`commercial`) is refused for a checkpoint that saw a photo that `licences.tsv` does not list. The ONNX contract
is docs/decisions/0002.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch

from cpl.backbones import BACKBONES
from cpl.checkpoint import load, load_network
from cpl.licences import LIST, photos_free_for_any_use
from cpl.manifest import manifest
from cpl.onnx_export import export
from cpl.recipe import read_recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--backbone", choices=BACKBONES, help="of the checkpoint, where it does not say it itself")
    parser.add_argument("--report", type=Path, required=True, help="what evaluate.py --validation wrote for it")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    arguments = parser.parse_args()

    model, state = read_recipe(arguments.recipe).model, load(arguments.checkpoint)
    if model.commercial:
        photos_free_for_any_use(state)
    arguments.out.mkdir(parents=True, exist_ok=True)
    network = load_network(arguments.checkpoint, arguments.backbone)
    file = arguments.out / "model.onnx"
    export(network, file, half=all(value.dtype == torch.float16 for value in state["average"].values()))
    trained = {
        "steps": state["step"],
        "patches": state["samples"],
        "minutes": round(state["seconds"] / 60),
        "photos": len(state.get("photos", [])),
    }
    model = model._replace(training=model.training.format(**{key: f"{value:,}" for key, value in trained.items()}))
    if model.commercial:
        shutil.copyfile(LIST, arguments.out / LIST.name)
    entry = manifest(network, file, json.loads(arguments.report.read_text()), model)
    (arguments.out / "manifest.json").write_text(json.dumps(entry, indent=2) + "\n")


if __name__ == "__main__":
    main()
