"""The two phases of a relay run: the trunk at constant rate, then the decay that branches off it."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset

from cpl import checkpoint
from cpl.data import Counting
from cpl.patches import Batch
from cpl.trunk import Trunk
from cpl.validation import Validation

LOG_EVERY = 15.0
"""Seconds."""
CONTRAST_EVERY = 12
"""Steps of the decay from one contrastive term to the next; the term costs as much as two steps."""

Rate = Callable[[float], float]
"""Share of the phase's time that is over, 0..1 -> share of the peak rate."""


def linear_to_zero(progress: float) -> float:
    return max(0.0, 1 - progress)


class Diary:
    """`log.jsonl` of a run, whose lines are printed too.

    validation: looked at when a phase ends and every `validate_every` seconds.
    """

    def __init__(self, file: Path, validation: Validation | None = None, validate_every: float = 1800.0) -> None:
        self.file, self.validation, self.validate_every = file, validation, validate_every
        file.parent.mkdir(parents=True, exist_ok=True)

    def write(self, trunk: Trunk, **entry: Any) -> None:
        stand = {"step": trunk.step_number, "samples": trunk.samples, "minutes": round(trunk.seconds / 60, 2)}
        line = json.dumps({**stand, "run": trunk.run, **entry})
        print(line, flush=True)
        with self.file.open("a") as log:
            log.write(line + "\n")

    def validate(self, trunk: Trunk) -> None:
        if self.validation is None:
            return
        network = trunk.network if trunk.average is None else trunk.average
        self.write(trunk, validation="degraded", psnr=self.validation.degraded())
        self.write(trunk, validation="restored", psnr=self.validation.restored(network, trunk.device))


class Stopped:
    """Whether the process was asked to end: it then saves what it has."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def phase(
    trunk: Trunk,
    batches: Iterator[Batch],
    seconds: float,
    diary: Diary,
    stopped: Callable[[], bool] = lambda: False,
    rate: Rate = lambda _: 1.0,
    steps: int | None = None,
    save: Callable[[], None] = lambda: None,
    save_every: float = 180.0,
) -> None:
    """Step for so many seconds, waiting for data included, but at least once; log, and save, now and then.

    steps: end after so many instead, where an end that can be repeated matters more than the clock.
    """
    began = logged = saved = validated = time.monotonic()
    first, before = trunk.step_number, trunk.samples
    terms: dict[str, list[Tensor]] = {}
    total = trunk.seconds
    while True:
        now = time.monotonic()
        trunk.seconds = total + now - began
        done = trunk.step_number - first
        spent = (now - began) / max(seconds, 1e-9) if steps is None else done / steps
        progress, asked = trunk.group.agree(spent, stopped())
        if asked or (progress >= 1 and done):
            break
        peak = trunk.peak_rate * trunk.warmth() * rate(progress)
        for name, value in trunk.step(next(batches).to(trunk.device), peak).items():
            terms.setdefault(name, []).append(value)
        if not trunk.group.leads:
            continue
        if now - logged > LOG_EVERY:
            means = {name: torch.stack(values).mean().item() for name, values in terms.items()}
            # Reading the means has waited for the device, so the clock tells how long the steps took.
            elapsed = time.monotonic() - logged
            diary.write(trunk, **means, rate=peak, patches_per_second=round((trunk.samples - before) / elapsed, 1))
            logged, before, terms = time.monotonic(), trunk.samples, {}
        if now - saved > save_every:
            save()
            saved = now
        if now - validated > diary.validate_every:
            diary.validate(trunk)
            validated = now
    if trunk.group.leads:
        save()
        if not asked:
            diary.validate(trunk)


def batches_of(patches: Dataset[Batch], trunk: Trunk, batch: int, workers: int) -> Iterator[Batch]:
    """Endless batches of this process, from the first sample that the run has not seen."""
    ordered = (
        None if isinstance(patches, IterableDataset) else Counting(trunk.samples + trunk.group.rank, trunk.group.size)
    )
    loader = DataLoader(
        patches,
        batch_size=batch,
        sampler=ordered,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=trunk.device.type == "cuda",
        worker_init_fn=_prepare_worker,
    )
    return (Batch(*each) for each in loader)


def _prepare_worker(_: int) -> None:
    # A signal to the whole group must reach the trainer alone, or it would die waiting for its workers.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)


def decay(
    trunk: Trunk,
    batches: Iterator[Batch],
    seconds: float,
    diary: Diary,
    out: Path,
    stopped: Callable[[], bool] = lambda: False,
    steps: int | None = None,
) -> None:
    """Branch off, go down to rate 0, and write the averaged weights; the trunk in memory is spent then."""
    trunk.branch("margin", CONTRAST_EVERY)
    phase(trunk, batches, seconds, diary, stopped, linear_to_zero, steps)
    if trunk.group.leads:
        checkpoint.save(out, trunk.shipped())
