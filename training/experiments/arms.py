"""The controlled comparison: arms that differ in their prompts and in what regularises them, and in nothing else.

    python -m experiments.arms --data DATA/clean --out runs/arms \\
        --weights ../resources/models/petrichor-compact/model.onnx

Every arm starts from the same trained trunk with prompts and routers made anew by the seed, sees the same patches in
the same order and makes the same number of steps. What is written for each arm and seed, `ARM-SEED.json`, is kept when
the command is called again.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from cpl.backbones.nafnet import PromptedNAFNetConfig
from cpl.backbones.restorer import Restorer
from cpl.checkpoint import weights_of
from cpl.cpr import kept
from cpl.data import Counting, DegradedPatches, Photo, Sample, load_photos, photo_files
from cpl.degradations import EXPERTS
from cpl.examples import examples
from cpl.objective import Contrast, Router
from cpl.precision import computes_bf16
from cpl.run import Run
from cpl.spm import keep_largest
from experiments.control import judge


class Arm(NamedTuple):
    title: str
    k: int
    contrast: Contrast
    router: Router


ARMS = {
    "dense": Arm("dense prompts", len(EXPERTS), "none", "free"),
    "spm": Arm("SPM", 2, "none", "free"),
    "cpr-a": Arm("SPM + CPR (a)", 2, "faithful", "free"),
    "cpr-b": Arm("SPM + CPR (b)", 2, "margin", "free"),
    "cpr-c": Arm("SPM + CPR (c)", 2, "margin", "balanced"),
    "told": Arm("SPM, router told", 2, "none", "supervised"),
}


def begin(arm: Arm, seed: int, trunk: dict[str, Tensor]) -> Run:
    """A run whose prompts and routers are new and whose other weights are the trunk's.

    The blocks that fuse prompts into the features are the trunk's too: made anew they would spoil what it knows, and
    an arm would spend its steps on learning that again.
    """
    config = PromptedNAFNetConfig(k=arm.k)
    device = torch.device("cpu")
    run = Run(config, seed, device, computes_bf16(device), contrast=arm.contrast, router=arm.router)
    own = {name: value.clone() for name, value in run.network.state_dict().items() if is_new(name)}
    run.start_from({**trunk, **own})
    return run


def is_new(name: str) -> bool:
    """Whether a weight is one of those that arms begin with anew."""
    return name.startswith("prompts.") and ".fuse." not in name


def train(run: Run, photos: list[Photo], *, steps: int, patch: int, batch: int) -> None:
    patches = DegradedPatches(photos, patch, run.seed)
    loader = DataLoader(patches, batch_size=batch, sampler=Counting(0), num_workers=1, prefetch_factor=4)
    for step, sample in zip(range(steps), loader, strict=False):
        run.step(sample, step / steps)


@torch.no_grad()
def judge_by_halves(network: Restorer, folder: Path) -> dict[str, Any]:
    """What `control.judge` finds on 8 photos, where the gates that stand for a task are the routers' mean on 8 others.

    usage: for each task the gates of the N experts, averaged over levels and photos.
    """
    files = photo_files(folder)
    gates, usage = {}, {}
    for expert in EXPERTS:
        _, routing = network(examples(expert, files[0:16:2])[0])
        gates[expert] = keep_largest(routing.gates.mean(0), kept(network)[1])
        usage[expert] = routing.gates.mean(dim=(0, 1)).tolist()
    return {**judge(network, gates, files[1:16:2]), "usage": usage}


def costs(trunk: dict[str, Tensor], patch: int, batch: int, rounds: int = 6) -> dict[str, float]:
    """What a step of each arm takes, in steps of SPM alone; the arms take turns, so that all meet the same machine."""
    clean = torch.rand(batch, 3, patch, patch)
    sample = Sample(torch.rand_like(clean), clean, torch.rand(batch, len(EXPERTS)).softmax(-1))
    runs = {name: begin(arm, 0, trunk) for name, arm in ARMS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ARMS}
    for _ in range(rounds):
        for name, run in runs.items():
            began = time.monotonic()
            run.step(sample, 0.5)
            seconds[name].append(time.monotonic() - began)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return {name: median / medians["spm"] for name, median in medians.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the clean photos")
    parser.add_argument("--weights", type=Path, required=True, help="checkpoint or model.onnx with the trained trunk")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--patch", type=int, default=64)
    parser.add_argument("--batch", type=int, default=8)
    arguments = parser.parse_args()
    if len(photo_files(arguments.data / "bsd32")) < 2:
        parser.error(f"the arms are judged on photos of {arguments.data / 'bsd32'}, which must hold two at least")

    arguments.out.mkdir(parents=True, exist_ok=True)
    trunk, photos = weights_of(arguments.weights), load_photos(arguments.data)
    file = arguments.out / "costs.json"
    if not file.exists():
        file.write_text(json.dumps(costs(trunk, arguments.patch, arguments.batch), indent=1) + "\n")
    for seed in arguments.seeds:
        for name in arguments.arms:
            file = arguments.out / f"{name}-{seed}.json"
            if file.exists():
                continue
            run = begin(ARMS[name], seed, trunk)
            train(run, photos, steps=arguments.steps, patch=arguments.patch, batch=arguments.batch)
            # The last weights, not the averaged ones, which would still remember how the prompts began.
            found = judge_by_halves(run.network.eval(), arguments.data / "bsd32")
            budget = {"steps": arguments.steps, "patch": arguments.patch, "batch": arguments.batch}
            file.write_text(json.dumps({**budget, **found}, indent=1) + "\n")
            mean = np.mean([value for task, value in found["psnr"].items() if task != "clean"])
            print(f"{name} {seed}: {mean:.2f} dB", flush=True)


if __name__ == "__main__":
    main()
