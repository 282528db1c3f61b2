"""`manifest.json` of an exported model; its schema is `src/core/model/manifest.ts`."""

import hashlib
from pathlib import Path
from typing import Any

from cpl.backbones.restorer import Restorer
from cpl.degradations import DEGRADATIONS, EXPERTS
from cpl.recipe import Model


def manifest(network: Restorer, file: Path, report: dict[str, Any], model: Model) -> dict[str, Any]:
    """file: the exported `model.onnx`. report: what `evaluate.py` wrote for the same network."""
    return {
        "schemaVersion": 1,
        "id": model.id,
        "name": model.name,
        "version": model.version,
        "architecture": network.architecture,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "multiple": network.multiple,
        "tile": model.tile,
        "overlap": model.overlap,
        "levels": network.levels,
        "kept": network.config.k,
        "pooled": sum(attention.channels for attention in network.attentions()),
        "experts": list(EXPERTS),
        "tasks": [
            {"id": name, "label": degradation.label, "gates": report["gates"][name]}
            for name, degradation in DEGRADATIONS.items()
        ],
        "quality": report["quality"],
        "training": model.training,
        "licence": model.licence,
        "commercial": model.commercial,
    }
