"""Degradations made on the fly, their mixtures, and clean patches.

To add one: its file, and its entry in `DEGRADATIONS`. The experts, their number and the labels of an exported model
follow from the list; weights trained with another list cannot be trained on.
"""

from collections.abc import Mapping

import numpy as np

from cpl.degradations.blur import blur
from cpl.degradations.haze import haze
from cpl.degradations.jpeg import compress, jpeg
from cpl.degradations.low_light import low_light
from cpl.degradations.noise import noise
from cpl.degradations.rain import rain
from cpl.degradations.snow import snow
from cpl.degradations.types import Degradation, Image, Map, Random

DEGRADATIONS: dict[str, Degradation] = {
    degradation.name: degradation
    for degradation in (
        # In the order of physics: scene, lens, sensor, file.
        Degradation("haze", haze, share=0.09, pull=0.61),
        Degradation("rain", rain, share=0.18, pull=0.20),
        Degradation("snow", snow, share=0.08, pull=0.33),
        Degradation("blur", blur, share=0.18, pull=0.057),
        Degradation("low-light", low_light, share=0.09, pull=0.67),
        Degradation("noise", noise, share=0.17, pull=0.117),
        Degradation("jpeg", jpeg, share=0.14, pull=0.045, title="JPEG"),
    )
}
"""Rain, blur and noise have most. Blur and JPEG have twice what they had, taken from noise and mixtures: with so few
patches of theirs the network learnt next to nothing of them, while noise is learnt first. Low light has a larger share
than it had: once all degradations pulled alike, 7 % let it fall from 27 dB to 23 in half an hour.

Haze and darkness change all of a patch in one direction, so their gradients add up over its pixels; noise and blocks
change every pixel in another. Adam divides by the largest: unweighted, noise was learnt five times as slowly as haze.
"""

CLEAN_SHARE, CLEAN_PULL = 0.04, 0.26
"""Share of the clean patches, and their pull; what the shares leave to 1 are mixtures."""

EXPERTS = (*DEGRADATIONS, "clean")
"""What the experts of a network stand for, in the order of its gates."""


Shares = Mapping[str, float]
"""Expert -> share of the training patches, 0..1; mixtures have what is left to 1."""

SHARES: Shares = {**{name: degradation.share for name, degradation in DEGRADATIONS.items()}, "clean": CLEAN_SHARE}


def shares_with(changed: Shares) -> Shares:
    """The registry's shares with some of them changed.

    Raises ValueError for a name that is no expert, for a share below 0, and where the sum is above 1.
    """
    unknown = [name for name in changed if name not in SHARES]
    if unknown:
        raise ValueError(f"there is no {', '.join(unknown)}; there are {', '.join(EXPERTS)}")
    shares = {**SHARES, **changed}
    total = round(sum(shares.values()), 9)
    if min(shares.values()) < 0 or total > 1:
        raise ValueError(f"shares are at least 0 and 1 at most in all; these are {total:g}: {shares}")
    return shares


def draw(random: Random, shares: Shares = SHARES) -> tuple[str, ...]:
    """The degradations of one training patch: none (clean), one, or two or three in the order of physics.

    shares: of all EXPERTS.
    """
    choice = random.random()
    for name in EXPERTS:
        if choice < shares[name]:
            return () if name == "clean" else (name,)
        choice -= shares[name]
    mixed = set(random.choice(list(DEGRADATIONS), size=int(random.choice([2, 2, 3])), replace=False).tolist())
    return tuple(name for name in DEGRADATIONS if name in mixed)


def degrade(clean: Image, depth: Map, names: tuple[str, ...], random: Random) -> Image:
    """Apply degradations in order; the result is a photo file again: clipped, 8 bit, as often as not a good JPEG."""
    out = clean
    for name in names:
        out = DEGRADATIONS[name].apply(out, depth, random).clip(0, 1)
    # Noise is compressed seldom: at sigma 25 a good JPEG takes a quarter of it, and what is left is no longer white.
    # Blur too: with what `blur` leaves without noise, half of it is fully clean, and can be undone by much.
    share = 0.15 if "noise" in names else 0.3 if "blur" in names else 0.4
    if "jpeg" not in names and random.random() < share:
        out = compress(out, int(random.integers(75, 98)), random)
    # Truncation, not rounding, is what the noise benchmarks do; half the patches each.
    offset = 0.5 if random.random() < 0.5 else 0.0
    return np.floor(out * 255 + np.float32(offset)).clip(0, 255).astype(np.float32) / 255


def labels(names: tuple[str, ...]) -> Image:
    """Target of the router, [len(EXPERTS)]: equal shares of the degradations, or the clean expert. Sums to 1."""
    target = np.zeros(len(EXPERTS), np.float32)
    for name in names or ("clean",):
        target[EXPERTS.index(name)] = 1 / max(len(names), 1)
    return target
