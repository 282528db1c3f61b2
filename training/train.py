"""Train the compact network.

    python train.py --data DATA/clean --out runs/compact --minutes 90

The data folder holds bsd322, segments, imagenet587, large and bsd32 (validation); or bsd32 and WebDataset shards, see
`cpl/shards.py`. A run that finds a checkpoint in its folder goes on from it; with --steps it then ends exactly where
an uninterrupted run would have ended. On several GPUs, each with a batch of its own:

    torchrun --nproc-per-node 8 train.py --data DATA/clean --out runs/compact --steps 100000

With --trunk FILE it trains a trunk on instead, with the options of `grow.py`.
"""

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor
from torch.utils.data import DataLoader

import grow
from cpl import checkpoint
from cpl.backbones.nafnet import PromptedNAFNetConfig
from cpl.data import Counting, DegradedPatches, Sample, load_photos
from cpl.degradations import EXPERTS
from cpl.distributed import Group
from cpl.objective import Contrast, Router
from cpl.precision import computes_bf16
from cpl.run import PEAK_RATE, Run
from cpl.shards import ShardedPatches, addresses
from cpl.validation import Validation


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the clean photos")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run: checkpoint.pt and log.jsonl")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="time budget, all sessions of the run together")
    budget.add_argument("--steps", type=int, help="step budget; a resumed run is then exact")
    parser.add_argument("--weights", type=Path, help="checkpoint or model.onnx whose weights a new run begins with")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=128, help="side in pixels")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="learning rate at its peak")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes that make patches")
    parser.add_argument("--precision", choices=("bf16", "fp32"), help="bf16 where the machine computes in it")
    parser.add_argument("--k", type=int, default=2, help=f"experts kept of {len(EXPERTS)}; all of them: dense prompts")
    parser.add_argument("--cpr", choices=get_args(Contrast), default="none", help="contrastive prompt regularisation")
    parser.add_argument("--cpr-every", type=int, default=1, help="steps from one contrastive term to the next")
    parser.add_argument("--routers-alone", action="store_true", help="train the routers, and leave the rest as it is")
    parser.add_argument("--router", choices=get_args(Router), default="supervised", help="what the router learns from")
    return parser.parse_args()


def main() -> None:
    if any(given.split("=")[0] == "--trunk" for given in sys.argv[1:]):
        grow.main()
        return
    arguments = parse()
    group = Group()
    arguments.out.mkdir(parents=True, exist_ok=True)
    file = arguments.out / "checkpoint.pt"

    config = PromptedNAFNetConfig(width=arguments.width, k=arguments.k)
    bf16 = arguments.precision == "bf16" if arguments.precision else computes_bf16(group.device)
    run = Run(
        config,
        arguments.seed,
        group.device,
        bf16,
        arguments.cpr,
        arguments.router,
        group,
        arguments.cpr_every,
        arguments.rate,
        arguments.routers_alone,
    )
    if file.exists():
        run.restore(checkpoint.load(file))
    elif arguments.weights:
        run.start_from(checkpoint.weights_of(arguments.weights))
    if group.leads:
        parameters = sum(p.numel() for p in run.network.parameters()) / 1e6
        print(f"{parameters:.2f} M parameters on {group.size} x {group.device.type}, from step {run.step_number}")

    loader = load(run, arguments)
    validation = Validation(arguments.data / "bsd32") if group.leads else None
    train(run, loader, validation, arguments)
    group.leave()


def load(run: Run, arguments: argparse.Namespace) -> DataLoader[Sample]:
    """Batches of this process, from shards where the data folder holds some, else from its photos."""
    group, shards = run.group, addresses(arguments.data)
    patches: ShardedPatches | DegradedPatches
    if shards:
        patches = ShardedPatches(shards, arguments.patch, run.seed, run.samples, group.rank, group.size)
    else:
        patches = DegradedPatches(load_photos(arguments.data), arguments.patch, run.seed)
    return DataLoader(
        patches,
        batch_size=arguments.batch,
        sampler=None if shards else Counting(run.samples + group.rank, group.size),
        num_workers=arguments.workers,
        prefetch_factor=4 if arguments.workers else None,
        pin_memory=group.device.type == "cuda",
        worker_init_fn=_prepare_worker,
    )


def train(run: Run, loader: DataLoader[Sample], validation: Validation | None, arguments: argparse.Namespace) -> None:
    """Step until the budget is spent or the process is asked to stop; log every 100 steps, save every 3 minutes.

    Of several processes the one with `validation` logs and saves.
    """
    stop = False

    def ask_to_stop(*_: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)

    def progress() -> float:
        return run.step_number / arguments.steps if arguments.steps else run.seconds / (60 * arguments.minutes)

    def write(entry: dict[str, Any]) -> None:
        stand = {"step": run.step_number, "samples": run.samples, "minutes": round(run.seconds / 60, 2)}
        with (arguments.out / "log.jsonl").open("a") as log:
            log.write(json.dumps({**stand, **entry}) + "\n")

    def save() -> None:
        checkpoint.save(arguments.out / "checkpoint.pt", run.state())

    def validate() -> None:
        if validation:
            write({"validation": "restored", "psnr": validation.restored(run.average.module, run.device)})

    if validation:
        write({"validation": "degraded", "psnr": validation.degraded()})
    since: dict[str, list[Tensor]] = {}
    saved = validated = run.seconds
    batches = iter(loader)
    while True:
        done, asked = run.group.agree(progress(), stop)
        if done >= 1 or asked:
            break
        began = time.monotonic()
        terms = run.step(Sample(*next(batches)), done)
        run.seconds += time.monotonic() - began
        for name, value in terms.items():
            since.setdefault(name, []).append(value)
        if not run.group.leads:
            continue
        if run.step_number % 100 == 0:
            write({name: torch.stack(values).mean().item() for name, values in since.items()})
            since = {}
        if run.seconds - saved > 180:
            save()
            saved = run.seconds
        if run.seconds - validated > 300:
            validate()
            validated = run.seconds
    if run.group.leads:
        save()
        validate()


def _prepare_worker(_: int) -> None:
    # A signal to the whole group must reach the trainer alone, or it would die waiting for its workers.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


if __name__ == "__main__":
    main()
