"""Train a network.

    python train.py --data DATA/clean --out runs/compact --minutes 90

The data folder holds bsd322, segments, imagenet587, large and bsd32 (validation); or bsd32 and WebDataset shards, see
`cpl/shards.py`. A run that finds a checkpoint in its folder goes on from it; with --steps it then ends exactly where
an uninterrupted run would have ended. A recipe names the stages of a training and their options (`cpl/recipe.py`);
each has a folder below --out, begins with the weights of the one before, and is passed over once it is done:

    python train.py --recipe recipes/compact-0.6.toml --data DATA/clean --out runs/compact

On several GPUs, each with a batch of its own:

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
from cpl.backbones import BACKBONES
from cpl.backbones.restorer import RestorerConfig
from cpl.data import Counting, DegradedPatches, Sample, load_photos
from cpl.degradations import EXPERTS, Shares, shares_with
from cpl.distributed import Group
from cpl.objective import Contrast, Router
from cpl.precision import computes_bf16
from cpl.recipe import read_recipe
from cpl.run import PEAK_RATE, Run
from cpl.shards import ShardedPatches, addresses
from cpl.validation import Validation


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", type=Path, help="train in its stages; options given beside it hold for all of them")
    parser.add_argument("--first-stage", metavar="NAME", help="leave out the recipe's stages before this one")
    parser.add_argument("--data", type=Path, required=True, help="folder with the clean photos")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run: checkpoint.pt and log.jsonl")
    budget = parser.add_mutually_exclusive_group(required=not any(word.startswith("--recipe") for word in words))
    budget.add_argument("--minutes", type=float, help="time budget, all sessions of the run together")
    budget.add_argument("--steps", type=int, help="step budget; a resumed run is then exact")
    parser.add_argument("--weights", type=Path, help="checkpoint or model.onnx whose weights a new run begins with")
    parser.add_argument("--backbone", choices=BACKBONES, default="nafnet")
    parser.add_argument("--width", type=int, help="channels at the finest level; the backbone's own where not given")
    parser.add_argument("--k", type=int, default=2, help=f"experts kept of {len(EXPERTS)}; all of them: dense prompts")
    parser.add_argument(
        "--set", nargs="+", default=[], metavar="NAME=VALUE", help="others of the backbone's sizes: blocks=4,6,6,8"
    )
    parser.add_argument(
        "--share", nargs="+", default=[], metavar="NAME=SHARE", help="of patches with that degradation alone: blur=0.1"
    )
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=128, help="side in pixels")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="learning rate at its peak")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes that make patches")
    parser.add_argument("--precision", choices=("bf16", "fp32"), help="bf16 where the machine computes in it")
    parser.add_argument("--cpr", choices=get_args(Contrast), default="none", help="contrastive prompt regularisation")
    parser.add_argument("--cpr-every", type=int, default=1, help="steps from one contrastive term to the next")
    parser.add_argument("--routers-alone", action="store_true", help="train the routers, and leave the rest as it is")
    parser.add_argument("--router", choices=get_args(Router), default="supervised", help="what the router learns from")
    arguments = parser.parse_args(words)
    try:
        arguments.config = configuration(arguments)
    except (TypeError, ValueError) as error:
        parser.error(f"argument --set: {error}")
    try:
        arguments.shares = shares(arguments.share)
    except ValueError as error:
        parser.error(f"argument --share: {error}")
    return arguments


def configuration(arguments: argparse.Namespace) -> RestorerConfig:
    """The network's sizes. Raises TypeError for a name that the backbone lacks, ValueError for what is no number."""
    backbone = BACKBONES[arguments.backbone].config
    sizes: dict[str, Any] = {"experts": len(EXPERTS), "k": arguments.k}
    if arguments.width:
        sizes["width"] = arguments.width
    for setting in arguments.set:
        name, _, value = setting.partition("=")
        numbers = tuple(float(part) if "." in part else int(part) for part in value.split(","))
        sizes[name] = numbers if isinstance(getattr(backbone(), name, None), tuple) else numbers[0]
    return backbone.from_dict(sizes)


def shares(settings: list[str]) -> Shares:
    """What patches are drawn by. Raises ValueError for what is no share."""
    return shares_with({name: float(value) for name, _, value in (setting.partition("=") for setting in settings)})


def stages(words: list[str]) -> list[argparse.Namespace]:
    """The runs that a command line asks for: one, or those of its recipe, each in a folder of its own."""
    arguments = parse(words)
    if not arguments.recipe:
        return [arguments]
    recipe = read_recipe(arguments.recipe).stages
    names = [stage.name for stage in recipe]
    if arguments.first_stage not in (None, *names):
        raise SystemExit(f"--first-stage {arguments.first_stage}: the recipe's stages are {', '.join(names)}")
    first = names.index(arguments.first_stage) if arguments.first_stage else 0
    runs = [parse([*stage.options, *words]) for stage in recipe[first:]]
    for number, (run, name) in enumerate(zip(runs, names[first:], strict=True)):
        run.out = arguments.out / name
        if number:
            run.weights = runs[number - 1].out / "checkpoint.pt"
    return runs


def is_done(arguments: argparse.Namespace) -> bool:
    """Whether a run's checkpoint has used up its budget."""
    file = arguments.out / "checkpoint.pt"
    if not file.exists():
        return False
    state = checkpoint.load(file)
    return bool(spent(state["step"], state["seconds"], arguments) >= 1)


def spent(step: int, seconds: float, arguments: argparse.Namespace) -> float:
    """The share of a run's budget that is used up, 0..1 and beyond."""
    return step / arguments.steps if arguments.steps else seconds / (60 * arguments.minutes)


def main() -> None:
    if any(word.split("=")[0] == "--trunk" for word in sys.argv[1:]):
        grow.main()
        return
    group = Group()
    for arguments in stages(sys.argv[1:]):
        group.agree(0, False)  # wait until the leader has saved the stage before
        if arguments.recipe and is_done(arguments):
            continue
        if train_one(arguments, group):
            break
    group.leave()


def train_one(arguments: argparse.Namespace, group: Group) -> bool:
    """One run to the end of its budget; returns whether it was asked to stop before."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    run = begin(arguments, group)
    if group.leads:
        parameters = sum(p.numel() for p in run.network.parameters()) / 1e6
        print(f"{parameters:.2f} M parameters on {group.size} x {group.device.type}, from step {run.step_number}")
    validation = Validation(arguments.data / "bsd32") if group.leads else None
    return train(run, load(run, arguments), validation, arguments)


def begin(arguments: argparse.Namespace, group: Group) -> Run:
    """A run that goes on from the checkpoint in its folder, or else begins with given weights, or else anew."""
    bf16 = arguments.precision == "bf16" if arguments.precision else computes_bf16(group.device)
    run = Run(
        arguments.config,
        arguments.seed,
        group.device,
        bf16,
        backbone=arguments.backbone,
        contrast=arguments.cpr,
        router=arguments.router,
        group=group,
        contrast_every=arguments.cpr_every,
        peak_rate=arguments.rate,
        routers_alone=arguments.routers_alone,
        shares=arguments.shares,
    )
    file = arguments.out / "checkpoint.pt"
    if file.exists():
        run.restore(checkpoint.load(file))
    elif arguments.weights:
        run.start_from(checkpoint.weights_of(arguments.weights, arguments.backbone))
    return run


def load(run: Run, arguments: argparse.Namespace) -> DataLoader[Sample]:
    """Batches of this process, from shards where the data folder holds some, else from its photos."""
    group, shards = run.group, addresses(arguments.data)
    patches: ShardedPatches | DegradedPatches
    if shards:
        patches = ShardedPatches(
            shards, arguments.patch, run.seed, run.samples, rank=group.rank, size=group.size, shares=run.shares
        )
    else:
        patches = DegradedPatches(load_photos(arguments.data), arguments.patch, run.seed, run.shares)
    return DataLoader(
        patches,
        batch_size=arguments.batch,
        sampler=None if shards else Counting(run.samples + group.rank, group.size),
        num_workers=arguments.workers,
        prefetch_factor=4 if arguments.workers else None,
        pin_memory=group.device.type == "cuda",
        worker_init_fn=_prepare_worker,
    )


def train(run: Run, loader: DataLoader[Sample], validation: Validation | None, arguments: argparse.Namespace) -> bool:
    """Step until the budget is spent or the process is asked to stop; log every 100 steps, save every 3 minutes.

    Returns whether it was asked to stop before the budget was spent. Of several processes the one with `validation`
    logs and saves.
    """
    stop = False

    def ask_to_stop(*_: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)

    def progress() -> float:
        return spent(run.step_number, run.seconds, arguments)

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
    return done < 1


def _prepare_worker(_: int) -> None:
    # A signal to the whole group must reach the trainer alone, or it would die waiting for its workers.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


if __name__ == "__main__":
    main()
