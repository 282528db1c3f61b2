"""Train a trunk on, and branch off a decay whose weights are shipped; see `cpl/trunk.py`.

    python grow.py --trunk trunk.pt --photos PHOTOS --out runs/relay --minutes 60 --decay 600

goes on from trunk.pt where there is one, and begins it where there is none.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from cpl import checkpoint
from cpl.backbones.residual import VARIANTS
from cpl.distributed import Group
from cpl.library import load_library
from cpl.patches import Batch, BytePatches
from cpl.phases import Diary, Stopped, batches_of, decay, phase
from cpl.precision import computes_bf16
from cpl.trunk import Trunk
from cpl.validation import Validation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trunk", type=Path, required=True, help="file that the run goes on from and writes")
    parser.add_argument("--photos", type=Path, required=True, help="folder of photos that are free to train on")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run: checkpoint.pt and log.jsonl")
    parser.add_argument("--minutes", type=float, required=True, help="of the trunk, at constant rate")
    parser.add_argument("--decay", type=float, default=0, help="seconds of the branch; 0: none")
    parser.add_argument("--variant", choices=VARIANTS, default="residual-32", help="network of a new trunk")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=128, help="side in pixels, in the trunk")
    parser.add_argument("--decay-patch", type=int, default=192, help="the same, in the decay")
    parser.add_argument("--workers", type=int, default=1, help="processes that make patches")
    parser.add_argument("--validation", type=Path, help="folder of clean photos that are never trained on")
    arguments = parser.parse_args()

    group, stopped = Group(), Stopped()
    state = checkpoint.load(arguments.trunk) if arguments.trunk.exists() else None
    backbone, config = (
        (state["backbone"], state["config"]) if state else ("residual", VARIANTS[arguments.variant].to_dict())
    )
    trunk = Trunk(backbone, config, group.device, computes_bf16(group.device), group=group)
    if state:
        trunk.go_on_from(state)
    library = load_library(arguments.photos, max(arguments.patch, arguments.decay_patch))
    trunk.photos |= set(library.names)
    validation = Validation(arguments.validation) if arguments.validation and group.leads else None
    diary = Diary(arguments.out / "log.jsonl", validation)
    print(f"run {trunk.run} on {group.size} x {group.device.type}, {len(library.photos)} photos", flush=True)

    def batches(patch: int) -> Iterator[Batch]:
        return batches_of(BytePatches(library, patch, trunk.run), trunk, arguments.batch, arguments.workers)

    phase(
        trunk,
        batches(arguments.patch),
        60 * arguments.minutes,
        diary,
        lambda: stopped.asked,
        save=lambda: trunk.save(arguments.trunk),
    )
    if arguments.decay and not stopped.asked:
        decay(
            trunk,
            batches(arguments.decay_patch),
            arguments.decay,
            diary,
            arguments.out / "checkpoint.pt",
            lambda: stopped.asked,
        )
    group.leave()


if __name__ == "__main__":
    main()
