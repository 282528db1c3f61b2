"""The first minute on a borrowed GPU: what the machine does, in figures, and the batch and the network that suit it."""

import gc
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from cpl.backbones.residual import VARIANTS
from cpl.patches import Batch, BytePatches
from cpl.trunk import Trunk, constant_rate

SAMPLES = 64
"""Made to see what a core makes in a second."""
TIMED = 5
AGREEMENT = 1e-3
"""Largest relative difference of the losses of eager and recorded steps."""
WORTH = 0.85
"""Share of what the largest batch gets through that a smaller one may fall short to: small ones step more often."""


@dataclass
class Timing:
    """One training step of a network."""

    variant: str
    patch: int
    batch: int
    recorded: bool
    milliseconds: float
    patches_per_second: float
    gigabytes: float
    """Most memory that was taken on the GPU."""
    loss: float
    """Of the last of the steps that were timed; the recorded ones began as the eager ones did."""


@dataclass
class Probe:
    card: dict[str, Any]
    samples_per_core: float
    """A second, by patch side of the trunk."""
    megapixels_decoded: float
    """A second, all threads."""
    steps: list[Timing] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Sizes:
    """What is tried."""

    variants: tuple[str, ...] = ("residual-32", "residual-48-lean")
    patches: tuple[int, ...] = (128, 192)
    batches: tuple[int, ...] = (64, 32, 128)


def card(device: torch.device) -> dict[str, Any]:
    """Name, clocks and bandwidth; of a machine without a GPU the number of its cores."""
    if device.type != "cuda":
        return {"name": "cpu", "cores": os.cpu_count()}
    properties = torch.cuda.get_device_properties(device)
    return {
        "name": properties.name,
        "multiprocessors": properties.multi_processor_count,
        "gigabytes": round(properties.total_memory / 1e9, 1),
        "torch": torch.__version__,
        "cores": os.cpu_count(),
        "clocks": _clocks(),
        "copy_gigabytes_per_second": round(_bandwidth(device)),
    }


def _clocks() -> str:
    """As nvidia-smi says them while the card is at work."""
    query = "clocks.sm,clocks.mem,power.draw,driver_version"
    try:
        command = ["nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader"]
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return f"unknown: {error}"


def _bandwidth(device: torch.device) -> float:
    """Of a copy of a gigabyte, bytes read and written, GB a second."""
    source = torch.ones(1 << 28, device=device)
    target = torch.empty_like(source)
    seconds = _median(lambda: target.copy_(source), device)
    return 2 * source.numel() * source.element_size() / seconds / 1e9


def _median(once: Callable[[], object], device: torch.device, warm_up: int = 2) -> float:
    """Seconds of a call, the device's work included."""
    times = []
    for number in range(warm_up + TIMED):
        began = time.perf_counter()
        once()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if number >= warm_up:
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def samples_per_core(patches: BytePatches) -> float:
    """A second, in this process alone."""
    patches[0]
    began = time.perf_counter()
    for index in range(1, SAMPLES + 1):
        patches[index]
    return SAMPLES / (time.perf_counter() - began)


def time_step(variant: str, batch: Batch, device: torch.device, bf16: bool, recorded: bool) -> Timing:
    """Steps of a new network on one batch. Raises RuntimeError where the step cannot be recorded, or has no room."""
    trunk = Trunk("residual", VARIANTS[variant].to_dict(), device, bf16, recorded)
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    losses = []
    rate = constant_rate(VARIANTS[variant].width) / 10
    seconds = _median(lambda: losses.append(trunk.step(batch, rate)["loss"]), device)
    if recorded and trunk.recorded is None:
        raise RuntimeError("the step could not be recorded")
    size, side = batch.degraded.shape[:2]
    taken = torch.cuda.max_memory_allocated(device) / 1e9 if device.type == "cuda" else 0.0
    return Timing(variant, side, size, recorded, 1000 * seconds, size / seconds, taken, float(losses[-1]))


def probe(
    patches: Callable[[int], BytePatches],
    device: torch.device,
    bf16: bool,
    megapixels_decoded: float,
    seconds: float = 60.0,
    sizes: Sizes | None = None,
) -> Probe:
    """Try all sizes, those that matter most first, until the time is up, but at least one.

    patches: samples of a patch side.
    """
    sizes = sizes or Sizes()
    began = time.monotonic()
    found = Probe(card(device), samples_per_core(patches(sizes.patches[0])), megapixels_decoded)
    for patch in sizes.patches:
        samples = patches(patch)
        drawn = [samples[index] for index in range(max(sizes.batches))]
        whole = Batch(*(torch.stack(tensors) for tensors in zip(*drawn, strict=True))).to(device)
        for batch in sizes.batches:
            for variant in sizes.variants:
                if found.steps and time.monotonic() - began > seconds:
                    found.problems.append(f"no time for {variant}, {batch} patches of {patch}")
                    continue
                _try(found, variant, Batch(*(tensor[:batch] for tensor in whole)), device, bf16)
    return found


def _try(found: Probe, variant: str, batch: Batch, device: torch.device, bf16: bool) -> None:
    timings = []
    for recorded in (False, True) if device.type == "cuda" else (False,):
        try:
            timings.append(time_step(variant, batch, device, bf16, recorded))
        except RuntimeError as error:
            found.problems.append(f"{variant}, {tuple(batch.degraded.shape)}, recorded {recorded}: {error}")
        if device.type == "cuda":
            # A trunk and what it recorded hold each other.
            gc.collect()
            torch.cuda.empty_cache()
    found.steps += timings
    if len(timings) == 2:
        eager, graph = (timing.loss for timing in timings)
        if abs(eager - graph) > AGREEMENT * abs(eager):
            found.problems.append(f"{variant}, {tuple(batch.degraded.shape)}: loss {eager} eager, {graph} recorded")


def table(found: Probe) -> str:
    """For a person to read."""
    lines = [
        ", ".join(f"{name} {value}" for name, value in found.card.items()),
        f"{found.samples_per_core:.0f} samples/s a core, {found.megapixels_decoded:.0f} megapixels a second decoded",
        f"{'network':18}{'patch':>6}{'batch':>6}  {'step':9}{'ms':>8}{'patches/s':>11}{'GB':>7}{'loss':>9}",
    ]
    for t in found.steps:
        kind = "recorded" if t.recorded else "eager"
        lines.append(
            f"{t.variant:18}{t.patch:6}{t.batch:6}  {kind:9}{t.milliseconds:8.1f}{t.patches_per_second:11.0f}"
            f"{t.gigabytes:7.1f}{t.loss:9.4f}"
        )
    return "\n".join([*lines, *found.problems])


@dataclass(frozen=True)
class Choice:
    variant: str
    batch: int
    recorded: bool


def choose(found: Probe, workers: int, variant: str | None = None, patch: int = 128) -> Choice:
    """Network, batch, and whether to record steps, for patches of the trunk's side.

    variant: what the trunk is already. Of the others the widest that still takes all that the cores make, for then its
    greater cost is free; else the narrowest. Then the smallest batch that is nearly as fast as the largest, or as the
    cores. Raises ValueError where nothing was timed.
    """
    timed = [t for t in found.steps if t.patch == patch]
    if not timed:
        raise ValueError(f"no step on patches of {patch} was timed: {'; '.join(found.problems)}")
    supply = found.samples_per_core * workers

    def width(name: str) -> int:
        return VARIANTS[name].width

    def best(name: str) -> float:
        return max((t.patches_per_second for t in timed if t.variant == name), default=0.0)

    names = sorted({t.variant for t in timed}, key=width)
    keeping_up = [name for name in names if best(name) >= WORTH * supply]
    picked = variant if variant in names else keeping_up[-1] if keeping_up else names[0]
    enough = WORTH * min(best(picked), supply)
    fast = [t for t in timed if t.variant == picked and t.patches_per_second >= enough]
    chosen = min(fast, key=lambda t: (t.batch, -t.patches_per_second))
    return Choice(picked, chosen.batch, chosen.recorded)
