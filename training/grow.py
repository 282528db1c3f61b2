"""Train a trunk on, and branch off a decay whose weights are shipped; see `cpl/trunk.py`.

    python train.py --trunk trunk.pt --data PHOTOS --out runs/trunk --minutes 60 --decay 600

goes on from trunk.pt where there is one, and begins it where there is none. PHOTOS is a folder of photos, or of
WebDataset shards (`cpl/shards.py`).
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from cpl import checkpoint
from cpl.backbones.residual import VARIANTS
from cpl.distributed import Group
from cpl.library import load_library
from cpl.patches import Batch, BytePatches, ShardedBytes
from cpl.phases import Diary, Stopped, batches_of, decay, phase
from cpl.precision import computes_bf16
from cpl.shards import ShardedPatches, addresses
from cpl.trunk import Trunk
from cpl.validation import Validation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trunk", type=Path, required=True, help="file that the run goes on from and writes")
    parser.add_argument("--data", type=Path, required=True, help="folder of photos, or of shards")
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
    shards = addresses(arguments.data)
    library = None if shards else load_library(arguments.data, max(arguments.patch, arguments.decay_patch))
    # Whoever packs shards knows what is in them; they are no list of photos that are free.
    trunk.photos |= set(library.names) if library else {f"shards of {arguments.data.name}"}
    validation = Validation(arguments.validation) if arguments.validation and group.leads else None
    diary = Diary(arguments.out / "log.jsonl", validation)
    if group.leads:
        print(f"run {trunk.run} on {group.size} x {group.device.type}, from step {trunk.step_number}", flush=True)

    def batches(side: int) -> Iterator[Batch]:
        patches: ShardedBytes | BytePatches
        if library:
            patches = BytePatches(library, side, trunk.run)
        else:
            streamed = ShardedPatches(shards, side, trunk.run, trunk.samples, rank=group.rank, size=group.size)
            patches = ShardedBytes(streamed)
        return batches_of(patches, trunk, arguments.batch, arguments.workers)

    def asked() -> bool:
        return stopped.asked

    def save() -> None:
        trunk.save(arguments.trunk)

    phase(trunk, batches(arguments.patch), 60 * arguments.minutes, diary, asked, save=save)
    if arguments.decay and not asked():
        weights = arguments.out / "checkpoint.pt"
        decay(trunk, batches(arguments.decay_patch), arguments.decay, diary, weights, asked)
    group.leave()


if __name__ == "__main__":
    main()
