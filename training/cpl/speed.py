"""How long an exported model takes for a tile in ONNX Runtime, as Petrichor runs it."""

import statistics
import time
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
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    image, *others = session.get_inputs()
    feeds = {given.name: np.zeros(given.shape, np.float32) for given in others}
    feeds[image.name] = np.random.default_rng(0).random((1, 3, SIDE, SIDE), dtype=np.float32)

    def once() -> float:
        began = time.perf_counter()
        session.run(None, feeds)
        return time.perf_counter() - began

    for _ in range(3):
        once()
    return 1000 * statistics.median(once() for _ in range(RUNS))
