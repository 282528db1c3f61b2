"""Degradations made on the fly: seven kinds, their mixtures, and clean patches."""

import numpy as np

from cpl.degradations.blur import blur
from cpl.degradations.haze import haze
from cpl.degradations.jpeg import compress, jpeg
from cpl.degradations.low_light import low_light
from cpl.degradations.noise import noise
from cpl.degradations.rain import rain
from cpl.degradations.snow import snow
from cpl.degradations.types import Degradation, Image, Map, Random

# In the order of physics: scene, lens, sensor, file.
DEGRADATIONS: dict[str, Degradation] = {
    "haze": haze,
    "rain": rain,
    "snow": snow,
    "blur": blur,
    "low-light": low_light,
    "noise": noise,
    "jpeg": jpeg,
}
KINDS = tuple(DEGRADATIONS)
EXPERTS = (*KINDS, "clean")
"""What the experts of the bundled network stand for, in the order of its gates."""

SHARE = {"haze": 0.09, "rain": 0.18, "snow": 0.08, "blur": 0.18, "low-light": 0.09, "noise": 0.17, "jpeg": 0.14}
CLEAN_SHARE = 0.04
"""Shares of the training patches; what is left to 1 are mixtures.

Blur and JPEG have twice what they had, taken from noise and mixtures: at 7 % and 11 % of so few patches the network
learnt next to nothing of them, while noise is learnt first. Low light has more than it had: once all
kinds pulled alike (`losses.PULL`), 7 % let it fall from 27 dB to 23 in half an hour.
"""

WEATHER = ("haze", "rain", "snow")


def draw_kinds(random: Random) -> tuple[str, ...]:
    """The kinds of one training patch: none (clean), one, or a mixture of two or three in the order of physics."""
    choice = random.random()
    for kind, share in SHARE.items():
        if choice < share:
            return (kind,)
        choice -= share
    if choice < CLEAN_SHARE:
        return ()
    mixed = set(random.choice(KINDS, size=int(random.choice([2, 2, 3])), replace=False).tolist())
    return tuple(kind for kind in KINDS if kind in mixed)


def degrade(clean: Image, depth: Map, kinds: tuple[str, ...], random: Random) -> Image:
    """Apply the kinds in order; the result is a photo file again: clipped, 8 bit, and as often as not a good JPEG."""
    out = clean
    for kind in kinds:
        out = DEGRADATIONS[kind](out, depth, random).clip(0, 1)
    # Noise is compressed seldom: at sigma 25 a good JPEG takes a quarter of it, and what is left is no longer white.
    # Blur too: with what `blur` leaves without noise, half of it is fully clean, and can be undone by much.
    share = 0.15 if "noise" in kinds else 0.3 if "blur" in kinds else 0.4
    if "jpeg" not in kinds and random.random() < share:
        out = compress(out, int(random.integers(75, 98)), random)
    # Truncation, not rounding, is what the noise benchmarks do; half the patches each.
    offset = 0.5 if random.random() < 0.5 else 0.0
    return np.floor(out * 255 + np.float32(offset)).clip(0, 255).astype(np.float32) / 255


def labels(kinds: tuple[str, ...]) -> Image:
    """Target of the router, [len(EXPERTS)]: equal shares of the kinds, or the clean expert. Sums to 1."""
    target = np.zeros(len(EXPERTS), np.float32)
    for kind in kinds or ("clean",):
        target[EXPERTS.index(kind)] = 1 / max(len(kinds), 1)
    return target
