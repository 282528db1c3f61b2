"""A borrowed GPU's minutes, to the last second: probe the machine, train the trunk on, and decay.

    ./relay --photos packed --out "$OUT"

takes 540 seconds in all. OUT then holds the trunk to go on from (trunk.pt), the averaged weights of its decay
(checkpoint.pt, for `judge.py`), log.jsonl, and what the machine did (probe.txt, probe.json). Needs PyTorch, NumPy,
OpenCV and Pillow alone.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from cpl import checkpoint
from cpl.backbones.residual import VARIANTS
from cpl.distributed import Group
from cpl.library import load_library
from cpl.patches import Batch, BytePatches
from cpl.phases import Diary, Stopped, batches_of, decay, phase
from cpl.precision import computes_bf16
from cpl.probe import Sizes, choose, probe, table
from cpl.trunk import Trunk
from cpl.validation import Validation

RESERVE_SECONDS = 20.0
"""For what is neither: starting loaders, recording steps, validation, writing files."""
LARGEST_FILE = 16 << 20
"""Of what comes back from a borrowed machine."""


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder that pack_photos.py made")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--trunk", type=Path, default=Path(__file__).parent / "trunk.pt", help="to go on from, if any")
    parser.add_argument("--validation", type=Path, help="folder of clean photos that are never trained on")
    parser.add_argument("--seconds", type=float, default=540, help="for everything")
    parser.add_argument("--decay", type=float, default=80, help="of these, for the decay")
    parser.add_argument("--probe", type=float, default=60, help="of these, at most, for the probe")
    parser.add_argument("--reserve", type=float, default=RESERVE_SECONDS, help="of these, for what is neither")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2), help="that make patches")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=Sizes.variants, help="of a new trunk")
    parser.add_argument("--patches", nargs=2, type=int, default=Sizes.patches, help="sides, in trunk and decay")
    parser.add_argument("--batches", nargs="+", type=int, default=Sizes.batches)
    return parser.parse_args()


def main() -> None:
    began = time.monotonic()
    arguments, stopped, device = parse(), Stopped(), Group().device
    bf16 = computes_bf16(device)
    arguments.out.mkdir(parents=True, exist_ok=True)
    small, large = arguments.patches

    library = load_library(arguments.photos, large, threads=os.cpu_count() or 1)
    megapixels = sum(photo.levels[0].size for photo in library.photos) / 3e6 / (time.monotonic() - began)
    state = checkpoint.load(arguments.trunk) if arguments.trunk.exists() else None
    known = variant_of(state["config"]) if state else None
    sizes = Sizes((known,) if known else tuple(arguments.variants), (small, large), tuple(arguments.batches))
    found = probe(lambda side: BytePatches(library, side, 0), device, bf16, megapixels, arguments.probe, sizes)
    chosen = choose(found, arguments.workers, known, small)
    report = f"{table(found)}\nchosen: {chosen}"
    print(report, flush=True)
    (arguments.out / "probe.txt").write_text(report + "\n")
    (arguments.out / "probe.json").write_text(json.dumps(found.to_dict(), indent=1) + "\n")

    trunk = Trunk("residual", VARIANTS[chosen.variant].to_dict(), device, bf16, chosen.recorded)
    if state:
        trunk.go_on_from(state)
    trunk.photos |= set(library.names)
    diary = Diary(arguments.out / "log.jsonl", Validation(arguments.validation) if arguments.validation else None)
    print(f"run {trunk.run} begins with step {trunk.step_number} on {len(library.photos)} photos", flush=True)

    def batches(side: int, size: int) -> Iterator[Batch]:
        return batches_of(BytePatches(library, side, trunk.run), trunk, size, arguments.workers)

    def left(reserve: float) -> float:
        return began + arguments.seconds - reserve - time.monotonic()

    def asked() -> bool:
        return stopped.asked

    def save() -> None:
        trunk.save(arguments.out / "trunk.pt")

    phase(trunk, batches(small, chosen.batch), left(arguments.decay + arguments.reserve), diary, asked, save=save)
    as_many_pixels = max(1, chosen.batch * small**2 // large**2)
    decay(
        trunk,
        batches(large, as_many_pixels),
        left(arguments.reserve / 2),
        diary,
        arguments.out / "checkpoint.pt",
        asked,
    )
    for file in sorted(arguments.out.iterdir()):
        size = file.stat().st_size
        print(f"{file.name}: {size / 2**20:.1f} MiB{', more than comes back' if size > LARGEST_FILE else ''}")
    print(f"{time.monotonic() - began:.0f} s in all", flush=True)


def variant_of(config: dict[str, object]) -> str:
    """The name of a trunk's network. Raises ValueError where it has none."""
    for name, variant in VARIANTS.items():
        if variant == type(variant).from_dict(config):
            return name
    raise ValueError(f"no variant is configured as {config}")


if __name__ == "__main__":
    main()
