"""Low light: too little exposure in linear light, a colour cast, shot and read noise, then the tone curve."""

import numpy as np

from cpl.degradations.tone import to_encoded, to_light
from cpl.degradations.types import Image, Map, Random


def low_light(image: Image, _depth: Map, random: Random) -> Image:
    exposure = 2 ** -random.uniform(1.2, 5)
    cast = random.uniform(0.88, 1.12, 3).astype(np.float32)
    light = to_light(image) * np.float32(exposure) * cast
    if random.random() < 0.7:
        full_well = np.exp(random.uniform(np.log(800), np.log(20000)))
        read = random.uniform(0.5, 4) / full_well
        light = light + np.sqrt(light / full_well + read * read) * random.standard_normal(image.shape, dtype=np.float32)
    return to_encoded(light)
