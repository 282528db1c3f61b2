"""Checkpoints of our own runs: weights, their average, the optimiser and where the run stood."""

import os
from pathlib import Path
from typing import Any

import torch

from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig


def save(path: Path, state: dict[str, Any]) -> None:
    """Write beside the target and rename: a run that is killed leaves the former checkpoint whole."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def load(path: Path) -> dict[str, Any]:
    """Only tensors and plain data are read; nothing in the file is executed."""
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def load_network(path: Path) -> PromptedNAFNet:
    """The averaged network of a checkpoint, ready to evaluate."""
    state = load(path)
    network = PromptedNAFNet(PromptedNAFNetConfig.from_dict(state["config"]))
    network.load_state_dict(state["average"])
    return network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
