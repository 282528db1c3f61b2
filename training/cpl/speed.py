"""How long an exported model takes for a tile in ONNX Runtime, as Petrichor runs it."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

SIDE = 256
THREADS = 2
RUNS = 9


def tile_milliseconds(model: Path, threads: int = THREADS) -> float:
    """Median over RUNS passes of a tile of SIDE x SIDE, after three to warm up.

    model: `model.onnx` as `cpl/onnx_export.py` writes it; its own routers choose.
    """
    return tile_milliseconds_by_turns([model], threads)[0]


def tile_milliseconds_by_turns(models: Sequence[Path], threads: int = THREADS) -> list[float]:
    """The same of several models, each a pass in turn, so that a busy machine holds all of them up alike."""
    passes = [_pass_of(model, threads) for model in models]
    times: list[list[float]] = [[] for _ in models]
    for number in range(3 + RUNS):
        for once, own in zip(passes, times, strict=True):
            began = time.perf_counter()
            once()
            if number >= 3:
                own.append(time.perf_counter() - began)
    return [1000 * statistics.median(own) for own in times]


def _pass_of(model: Path, threads: int) -> Callable[[], object]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    image, *others = session.get_inputs()
    feeds = {given.name: np.zeros(given.shape, np.float32) for given in others}
    feeds[image.name] = np.random.default_rng(0).random((1, 3, SIDE, SIDE), dtype=np.float32)
    return lambda: session.run(None, feeds)
