"""Measure how long an exported network takes for a tile in ONNX Runtime.

python speed.py --model ../resources/models/petrichor-compact
"""

import argparse
from pathlib import Path

import onnxruntime

from cpl.speed import RUNS, SIDE, THREADS, tile_milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with model.onnx")
    parser.add_argument("--threads", type=int, default=THREADS)
    arguments = parser.parse_args()
    milliseconds = tile_milliseconds(arguments.model / "model.onnx", arguments.threads)
    print(
        f"{milliseconds:.0f} ms for {SIDE}x{SIDE} pixels on {arguments.threads} threads, "
        f"ONNX Runtime {onnxruntime.__version__} (median of {RUNS} runs)"
    )


if __name__ == "__main__":
    main()
