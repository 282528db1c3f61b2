"""Draw the log of a training run: losses, and validation PSNR by kind.

python -m cpl.plots --log runs/compact/log.jsonl --out curves.png
"""

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def read_log(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(entries with loss terms, entries with validation PSNR)."""
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    return [e for e in entries if "pixels" in e], [e for e in entries if e.get("validation") == "restored"]


def draw(log: Path, out: Path) -> None:
    losses, validations = read_log(log)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    steps = [entry["step"] for entry in losses]
    left.plot(steps, [entry["pixels"] for entry in losses], label="L1")
    left.plot(steps, [entry["spectrum"] for entry in losses], label="spectrum L1")
    left.set(xlabel="step", ylabel="reconstruction", title="Training losses")
    handles = left.get_lines()
    if any("router" in entry for entry in losses):  # it is told what to look for
        router = left.twinx()
        router.plot(steps, [entry["router"] for entry in losses], color="grey", label="router")
        router.set_ylabel("router cross-entropy")
        handles = [*handles, *router.get_lines()]
    left.legend(handles, [str(line.get_label()) for line in handles])

    for kind in validations[0]["psnr"] if validations else ():
        right.plot([e["step"] for e in validations], [e["psnr"][kind] for e in validations], marker=".", label=kind)
    right.set(xlabel="step", ylabel="PSNR (dB)", title="Validation, averaged weights")
    right.legend(ncols=2, fontsize=8)
    figure.tight_layout()
    figure.savefig(out, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    draw(arguments.log, arguments.out)


if __name__ == "__main__":
    main()
