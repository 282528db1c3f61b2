"""The published network's golden vectors and the rule that makes its weights; see tests/fixtures/cplir/README.md."""

import math
import zlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures" / "cplir"


def units(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """u in [-1, 1) of each element."""
    h = np.arange(math.prod(shape), dtype=np.uint32)
    h *= np.uint32(0x9E3779B1)
    h += np.uint32(zlib.crc32(name.encode()))
    h ^= h >> 16
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> 13
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> 16
    return (h / 2**31 - 1).astype(np.float32).reshape(shape)


def weight(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    u = units(name, shape)
    if name.endswith("temperature") or ("norm" in name and name.endswith("weight")):
        u = 1 + np.float32(0.1) * u
    elif name.endswith("prompt_param"):
        u = np.float32(0.5) + np.float32(0.5) * u
    elif len(shape) == 1:
        u = np.float32(0.1) * u
    else:
        u = np.float32(math.sqrt(3 / math.prod(shape[1:]))) * u
        if name.endswith("linear_layer.weight"):
            u = np.float32(0.5) * u
    return torch.from_numpy(u)


def state_dict() -> dict[str, torch.Tensor]:
    """All 542 tensors, in checkpoint order."""
    rows = (line.split("\t") for line in (FIXTURES / "state_dict.tsv").read_text().splitlines()[1:])
    return {name: weight(name, tuple(int(side) for side in shape.split("x"))) for name, shape in rows}


def image(height: int, width: int) -> torch.Tensor:
    return torch.from_numpy((units(f"input{height}x{width}", (1, 3, height, width)) + 1) / 2)


def output(variant: str, height: int, width: int) -> torch.Tensor:
    values = np.fromfile(FIXTURES / f"{variant}_{height}x{width}.f32", "<f4")
    return torch.from_numpy(values.astype(np.float32)).reshape(1, 3, height, width)
