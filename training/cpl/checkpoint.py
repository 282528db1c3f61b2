"""Weights in files: checkpoints of our own runs, published ones of CPL and PromptIR, and exported `model.onnx`."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cpl.backbones import BACKBONES
from cpl.backbones.promptir import PromptIR
from cpl.backbones.restorer import Restorer
from cpl.backbones.restormer import RestormerConfig


def save(path: Path, state: dict[str, Any]) -> None:
    """Write beside the target and rename: a run that is killed leaves the former checkpoint whole."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def load(path: Path) -> dict[str, Any]:
    """Only tensors and plain data are read; nothing in the file is executed."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def backbone_of(state: dict[str, Any], asked: str | None = None) -> str:
    """The name of a checkpoint's backbone in `BACKBONES`; where it says none: the one asked for, or nafnet.

    Raises ValueError where it says another than is asked for.
    """
    name = str(state.get("backbone", asked or "nafnet"))
    if asked and asked != name:
        raise ValueError(f"the checkpoint holds weights of {name}, not of {asked}")
    return name


def load_network(path: Path, backbone: str | None = None) -> Restorer:
    """The averaged network of a checkpoint, ready to evaluate; for backbone see `backbone_of`."""
    state = load(path)
    built = BACKBONES[backbone_of(state, backbone)]
    network = built.network(built.config.from_dict(state["config"]))
    # A trunk's branch holds them in half precision.
    network.load_state_dict({name: value.float() for name, value in state["average"].items()})
    return network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def published_weights(state: dict[str, Any]) -> dict[str, Tensor]:
    """The tensors of a BasicSR file (`params_ema`, the averaged ones, before `params`) or of a Lightning file
    (`state_dict`, names behind `net.`), under their published names.

    Raises ValueError for anything else.
    """
    for key in ("params_ema", "params"):
        if key in state:
            return dict(state[key])
    if "state_dict" in state:
        weights = state["state_dict"]
        return {name.removeprefix("net."): value for name, value in weights.items() if name.startswith("net.")}
    raise ValueError("the file holds neither BasicSR's `params` nor Lightning's `state_dict`")


def load_published(path: Path, k: int | None = None) -> PromptIR:
    """A published CPL or PromptIR checkpoint, ready to evaluate.

    The files do not say how many of the 5 prompts are kept. BasicSR files are CPL's, which keeps 1; Lightning files
    are PromptIR's, which mixes all; k says otherwise. Raises RuntimeError naming each tensor that is missing or odd.
    """
    state = load(path)
    config = RestormerConfig(k=k or (5 if "state_dict" in state else 1))
    network = PromptIR(config)
    network.load_state_dict(published_weights(state))
    return network.eval()


def load_any(path: Path, backbone: str | None = None) -> Restorer:
    """A checkpoint of ours, which holds its configuration, or else a published one."""
    return load_network(path, backbone) if "config" in load(path) else load_published(path)


def weights_of(path: Path, backbone: str = "nafnet") -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or the weights of an exported `model.onnx`.

    Raises ValueError where the checkpoint is of another backbone.
    """
    if path.suffix == ".onnx":
        return load_exported(path, backbone)
    state = load(path)
    backbone_of(state, backbone)
    weights: dict[str, Tensor] = state["average"]
    return weights


def load_exported(path: Path, backbone: str = "nafnet") -> dict[str, Tensor]:
    """The state dict inside a `model.onnx` that `export.py` wrote, so that a run can start from shipped weights.

    Raises ValueError where it holds none. The exporter stores equal tensors once, which trained ones never are.
    """
    # Here, for machines without ONNX train too.
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    prefix = "network."
    tensors = {
        tensor.name.removesuffix(".half"): torch.from_numpy(numpy_helper.to_array(tensor).astype(np.float32))
        for tensor in graph.initializer
    }
    weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
    if not weights:
        raise ValueError(f"{path} holds no weights of ours")
    return BACKBONES[backbone].network.unfolded(weights)
