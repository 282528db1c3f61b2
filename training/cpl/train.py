"""Train the compact network.

    python -m cpl.train --data DATA/clean --out runs/compact --minutes 90

The data folder holds bsd322, segments, imagenet587, large and bsd32 (validation); or bsd32 and WebDataset shards, see
`cpl/shards.py`. A run that finds a checkpoint in its folder goes on from it; with --steps it then ends exactly where
an uninterrupted run would have ended. On several GPUs, each with a batch of its own:

    torchrun --nproc-per-node 8 -m cpl.train --data DATA/clean --out runs/compact --steps 100000
"""

import argparse
import json
import math
import signal
import time
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from cpl import checkpoint, cpr
from cpl.backbones.nafnet import NAFBlock, PromptedNAFNet, PromptedNAFNetConfig
from cpl.compiled import compile_blocks
from cpl.data import Counting, DegradedPatches, Sample, load_photos
from cpl.degradations import EXPERTS
from cpl.distributed import Group
from cpl.export import load_exported
from cpl.objective import Contrast, Objective, Router
from cpl.shards import ShardedPatches, addresses
from cpl.validate import Validation

PEAK_RATE, FINAL_RATE, WARM_UP = 4e-4, 1e-6, 300

AVERAGE_DECAY = 0.99
"""Of the averaged weights, a step. With 0.999 they were 0.3 dB behind the last ones after 2,958 steps: the rate ends so
low that little noise is left to average, and what was learnt meanwhile is lost.
"""


def learning_rate(step: int, progress: float, peak: float = PEAK_RATE) -> float:
    """Linear warm-up over the first steps, then a cosine over the whole budget; progress in 0..1."""
    cosine = FINAL_RATE + (peak - FINAL_RATE) * (1 + math.cos(math.pi * min(progress, 1))) / 2
    return cosine * min(1, (step + 1) / WARM_UP)


def computes_bf16(device: torch.device) -> bool:
    """Whether the device has units for bfloat16. Without them a step on the CPU took 14 times as long as in fp32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


class Run:
    """One training run: everything that a checkpoint holds, and one step.

    group: the processes that train together; each steps on a batch of its own, gradients are averaged.
    """

    def __init__(
        self,
        config: PromptedNAFNetConfig,
        seed: int,
        device: torch.device,
        bf16: bool,
        contrast: Contrast = "none",
        router: Router = "supervised",
        group: Group | None = None,
        contrast_every: int = 1,
        peak_rate: float = PEAK_RATE,
        routers_alone: bool = False,
    ) -> None:
        if contrast != "none":
            cpr.check(config.experts, config.k)
        torch.manual_seed(seed)
        self.seed, self.device, self.peak_rate = seed, device, peak_rate
        self.contrast, self.contrast_every, self.group = contrast, contrast_every, group or Group()
        self.network: PromptedNAFNet = PromptedNAFNet(config).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.config = config
        if routers_alone:
            for name, parameter in self.network.named_parameters():
                parameter.requires_grad_(".router." in name)
        self.average = AveragedModel(self.network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE_DECAY))
        if device.type == "cuda":
            compile_blocks(self.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4, fused=True
        )
        objective = Objective(self.network, bf16, contrast, router, contrast_every)
        self.objective: nn.Module = objective if self.group.size == 1 else DistributedDataParallel(objective)
        self.step_number = 0
        self.samples = 0
        self.seconds = 0.0

    def step(self, sample: Sample, progress: float) -> dict[str, Tensor]:
        """One optimiser step on a batch; returns the loss terms apart, still on the device: to read one is to wait."""
        degraded, clean, label = (tensor.to(self.device, non_blocking=True) for tensor in sample)
        degraded = degraded.contiguous(memory_format=torch.channels_last)
        rate = learning_rate(self.step_number, progress, self.peak_rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        loss, terms = self.objective(degraded, clean, label, self._draws(len(degraded)))
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update_parameters(self.network)
        self.step_number += 1
        self.samples += len(degraded) * self.group.size
        return {**{name: term.detach() for name, term in terms.items()}, "rate": torch.tensor(rate)}

    def _draws(self, batch: int) -> Tensor | None:
        """What wrong prompts are drawn with, [M, B, L, N]: by seed and step, whatever the number of processes."""
        if self.contrast == "none" or self.step_number % self.contrast_every:
            return None
        generator = torch.Generator().manual_seed(self.seed + (self.step_number << 20))
        shape = (cpr.NEGATIVES, batch * self.group.size, self.network.levels, self.config.experts)
        return torch.rand(shape, generator=generator)[:, self.group.rank :: self.group.size].to(self.device)

    def state(self) -> dict[str, Any]:
        return {
            "config": self.config.to_dict(),
            "network": self.network.state_dict(),
            "average": self.average.module.state_dict(),
            "averaged": self.average.n_averaged,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step_number,
            "samples": self.samples,
            "seconds": self.seconds,
            "seed": self.seed,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint. Raises ValueError where its network is configured in another way."""
        if PromptedNAFNetConfig.from_dict(state["config"]) != self.config:
            raise ValueError(f"the checkpoint's network is {state['config']}, not {self.config.to_dict()}")
        self.network.load_state_dict(state["network"])
        self.average.module.load_state_dict(state["average"])
        self.average.n_averaged.copy_(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_number, self.samples = state["step"], state["samples"]
        self.seconds, self.seed = state["seconds"], state["seed"]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Begin a new run with given weights; blocks that a shallower network lacks begin as the identity."""
        grown = dict(weights)
        for name, block in self.network.named_modules():
            if isinstance(block, NAFBlock) and f"{name}.expand.weight" not in weights:
                nn.init.zeros_(block.beta)
                nn.init.zeros_(block.gamma)
                grown |= {f"{name}.{key}": value for key, value in block.state_dict().items()}
        self.network.load_state_dict(grown)
        self.average.module.load_state_dict(grown)


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
        run.start_from(weights_of(arguments.weights))
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


def weights_of(file: Path) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or the weights of a shipped model.onnx."""
    if file.suffix == ".onnx":
        return load_exported(file)
    weights: dict[str, Tensor] = checkpoint.load(file)["average"]
    return weights


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
