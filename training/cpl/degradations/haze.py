"""Haze by the scattering model I = J t + A (1 - t), t = exp(-beta d); Koschmieder 1924, as used by RESIDE."""

import numpy as np

from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Map, Random


def haze(image: Image, depth: Map, random: Random) -> Image:
    beta = random.uniform(0.4, 2.5)
    distance = depth * random.uniform(0.5, 1.2) + random.uniform(0, 0.35)
    transmission = np.exp(-beta * distance)[..., None].astype(np.float32)
    tint = random.normal(0, 0.04, 3).astype(np.float32)
    # Scattering happens in light, but the benchmarks add it to the encoded values: both are met.
    if random.random() < 0.4:
        airlight = (np.float32(random.uniform(0.5, 1)) + tint).clip(0, 1)
        return to_encoded(to_light(image) * transmission + airlight * (1 - transmission))
    airlight = (np.float32(random.uniform(0.65, 1)) + tint).clip(0, 1)
    return image * transmission + airlight * (1 - transmission)
