"""Shared pieces of the tests: a tiny network and a handful of made photos."""

import signal
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from cpl.backbones.nafnet import PromptedNAFNet, PromptedNAFNetConfig

# Threads wait for each other longer than networks of this size compute: beside other work a hundred times as long.
torch.set_num_threads(1)


def tiny_config(experts: int = 8, k: int = 2) -> PromptedNAFNetConfig:
    blocks = (1, 1, 1)
    return PromptedNAFNetConfig(
        width=8, encoder_blocks=blocks, latent_blocks=1, decoder_blocks=blocks, experts=experts, k=k
    )


@pytest.fixture
def network() -> PromptedNAFNet:
    torch.manual_seed(0)
    return PromptedNAFNet(tiny_config()).eval()


@pytest.fixture
def photo() -> np.ndarray:
    """[96, 128, 3] float32: soft shapes with some texture, no network's favourite."""
    random = np.random.default_rng(7)
    coarse = random.random((7, 9, 3), dtype=np.float32)
    return (cv2.resize(coarse, (128, 96), interpolation=cv2.INTER_CUBIC) * 0.8 + 0.1).clip(0, 1).astype(np.float32)


@pytest.fixture
def clean_folder(tmp_path: Path, photo: np.ndarray) -> Path:
    """The training folders with two photos each."""
    for folder in ("bsd322", "imagenet587", "large", "bsd32"):
        (tmp_path / folder).mkdir()
        for number in range(2):
            pixels = (np.roll(photo, 13 * number, axis=1) * 255).astype(np.uint8)
            cv2.imwrite(str(tmp_path / folder / f"{number}.png"), cv2.resize(pixels, (384, 288)))
    return tmp_path


@pytest.fixture
def signals() -> Iterator[None]:
    """Puts back the handlers that a command under test has taken."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
