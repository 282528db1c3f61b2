"""kodak-7: the Kodak photos spoilt in seven ways and five mixtures, the same bytes on every machine.

Test sets must not move. Floating-point results do, with the processor's vector units, the number of threads and the
library's version, so pixels here meet integers alone: fixed-point arithmetic of numpy, tables rounded to integers from
functions of Python's math (an error in their last digit cannot show), PCG64's raw bits, whose stream numpy promises to
keep, and a JPEG quantiser of our own in place of a codec. Shapes and strengths differ from those that training draws.
"""

import hashlib
import math
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""[H, W, 3], RGB."""
Integers = NDArray[np.int64]

KODAK_7 = tuple((name,) for name in ("haze", "rain", "snow", "blur", "low-light", "noise", "jpeg"))
KODAK_COMPOSITES = (
    ("haze", "rain"),
    ("haze", "snow"),
    ("rain", "low-light"),
    ("blur", "noise"),
    ("noise", "jpeg"),
)
CHECKSUMS = Path(__file__).with_name("kodak-7.sha256")


class Draw:
    """Random integers that depend on the seed alone."""

    def __init__(self, seed: int) -> None:
        self.bits = np.random.PCG64(seed)

    def below(self, limit: int, *shape: int) -> Integers:
        """0 <= values < limit; limit at most 2^32."""
        raw = self.bits.random_raw(math.prod(shape)) >> np.uint64(32)
        return ((raw * np.uint64(limit)) >> np.uint64(32)).astype(np.int64).reshape(shape)

    def between(self, low: int, high: int) -> int:
        """low <= value <= high."""
        return low + int(self.below(high - low + 1, 1)[0])

    def normal(self, *shape: int) -> Integers:
        """Normally distributed, in units of 1/256 standard deviation."""
        return normal_quantiles()[self.below(4096, *shape)]


@cache
def normal_quantiles() -> Integers:
    """4096 equally likely values of a normal variable, times 256."""
    law = NormalDist()
    return np.array([round(256 * law.inv_cdf((i + 0.5) / 4096)) for i in range(4096)], np.int64)


def degrade(photo: Pixels, degradations: tuple[str, ...], name: str) -> Pixels:
    """Apply the degradations in their order. name: the photo's, which with theirs is the seed."""
    draw = Draw(zlib.crc32(f"{name} {' '.join(degradations)}".encode()))
    out = photo.astype(np.int64)
    for degradation in degradations:
        out = DEGRADATIONS[degradation](out, draw).clip(0, 255)
    return out.astype(np.uint8)


def haze(image: Integers, draw: Draw) -> Integers:
    """I t + A (1 - t), t = exp(-beta d); d falls from the top of the picture to its foot, with clouds."""
    height, width, _ = image.shape
    near, far = draw.between(20, 80), draw.between(150, 255)
    rows = (far + (near - far) * np.arange(height) // height)[:, None]
    depth = (rows + (clouds(height, width, 4, draw) - 128) // 3).clip(0, 255)
    beta = draw.between(80, 180) / 100
    transmission = np.array([round(4096 * math.exp(-beta * d / 255)) for d in range(256)])[depth][..., None]
    airlight = draw.between(190, 240)
    return (image * transmission + airlight * (4096 - transmission) + 2048) >> 12


def clouds(height: int, width: int, cells: int, draw: Draw) -> Integers:
    """Smooth noise in 0..255: a coarse grid of random values, interpolated linearly."""
    grid = draw.below(256, cells + 1, cells + 1)

    def stretch(values: Integers, length: int) -> Integers:
        position = np.arange(length) * cells * 256 // length
        cell, fraction = position >> 8, (position & 255)[:, None]
        return (values[cell] * (256 - fraction) + values[cell + 1] * fraction) >> 8

    return stretch(stretch(grid, height).T, width).T


def rain(image: Integers, draw: Draw) -> Integers:
    """Two to four layers of streaks, each of one length and slant, under a thin veil."""
    height, width, _ = image.shape
    cover = draw.between(0, 40)
    out = (image * (256 - cover) + 200 * cover) >> 8
    slant = draw.between(-100, 100)
    for _ in range(draw.between(2, 4)):
        length = draw.between(8, 36)
        lean = slant + draw.between(-20, 20)  # columns a row, in 1/256
        drops = points(height, width, draw.between(400, 1600), draw)
        layer = np.zeros((height, width), np.int64)
        for step in range(length):
            np.maximum(layer, shifted(drops, step, lean * step >> 8), out=layer)
        soft = (shifted(layer, 0, -1) + 2 * layer + shifted(layer, 0, 1)) >> 2
        out = out + (soft * draw.between(120, 230) >> 8)[..., None]
    return out


def points(height: int, width: int, share: int, draw: Draw) -> Integers:
    """A map with a value of 80..255 at one place in `share` on average, else 0."""
    return (draw.below(share, height, width) == 0) * (80 + draw.below(176, height, width))


def shifted(layer: Integers, down: int, right: int) -> Integers:
    """Move a map; what leaves at one side comes in at the other."""
    return np.roll(layer, (down, right), (0, 1))


def snow(image: Integers, draw: Draw) -> Integers:
    """Round flakes of five sizes, the larger the fewer and softer."""
    height, width, _ = image.shape
    cover = np.zeros((height, width), np.int64)
    density = draw.between(12, 30)
    for radius in range(5):
        flakes = points(height, width, 4000 * (radius + 1) ** 2 // density, draw)
        layer = np.zeros_like(cover)
        for down in range(-radius, radius + 1):
            for right in range(-radius, radius + 1):
                if down * down + right * right <= radius * radius:
                    np.maximum(layer, shifted(flakes, down, right), out=layer)
        for _ in range(radius):
            layer = (shifted(layer, 1, 0) + 2 * layer + shifted(layer, -1, 0)) >> 2
            layer = (shifted(layer, 0, 1) + 2 * layer + shifted(layer, 0, -1)) >> 2
        cover = np.maximum(cover, layer)
    return (image * (255 - cover[..., None]) + 248 * cover[..., None] + 127) // 255


def blur(image: Integers, draw: Draw) -> Integers:
    """Camera shake along a path that drifts and turns, or a lens out of focus, on encoded values."""
    weights: dict[tuple[int, int], int] = {}
    if draw.between(0, 2):
        reach = draw.between(5, 14) * 64  # of the path, in 1/64 pixel
        x = y = 0
        dx, dy = draw.between(-64, 64), draw.between(-64, 64)
        path = [(x, y)]
        for _ in range(400):
            dx, dy = dx + draw.between(-12, 12), dy + draw.between(-12, 12)
            x, y = x + dx // 4, y + dy // 4
            path.append((x, y))
            spread = max(max(p[axis] for p in path) - min(p[axis] for p in path) for axis in (0, 1))
            if spread >= reach:
                break
        middle = [(max(p[axis] for p in path) + min(p[axis] for p in path)) // 2 for axis in (0, 1)]
        for x, y in path:
            place = (y - middle[1] + 32) >> 6, (x - middle[0] + 32) >> 6
            weights[place] = weights.get(place, 0) + 1
    else:
        radius = draw.between(2, 4)
        weights = {
            (down, right): 1
            for down in range(-radius, radius + 1)
            for right in range(-radius, radius + 1)
            if down * down + right * right <= radius * radius
        }
    height, width, _ = image.shape
    margin = max(max(abs(down), abs(right)) for down, right in weights)
    padded = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    total = np.zeros_like(image)
    for (down, right), weight in weights.items():
        top, left = margin + down, margin + right
        total += weight * padded[top : top + height, left : left + width]
    count = sum(weights.values())
    return (total + count // 2) // count


def low_light(image: Integers, draw: Draw) -> Integers:
    """Too little exposure in linear light, a colour cast, shot and read noise, then the tone curve again."""
    exposure = 2 ** (-draw.between(12, 32) / 10)
    full_well, read = draw.between(1500, 8000), draw.between(1, 3)
    out = np.empty_like(image)
    for channel in range(3):
        cast = draw.between(90, 110) / 100
        light = [min(to_light(value / 255) * exposure * cast, 1) for value in range(256)]
        signal = np.array([round(65535 * value) for value in light], np.int64)
        sigma = np.array([round(65535 * math.sqrt(value * full_well + read**2) / full_well) for value in light])
        values = image[..., channel]
        noisy = signal[values] + (sigma[values] * draw.normal(*values.shape) >> 8)
        out[..., channel] = encoding()[noisy.clip(0, 65535)]
    return out


def to_light(encoded: float) -> float:
    """sRGB, IEC 61966-2-1."""
    return encoded / 12.92 if encoded <= 0.04045 else ((encoded + 0.055) / 1.055) ** 2.4


@cache
def encoding() -> Integers:
    """8-bit sRGB of each 16-bit value of linear light."""

    def encoded(light: float) -> float:
        return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055

    return np.array([round(255 * encoded(value / 65535)) for value in range(65536)], np.int64)


def noise(image: Integers, draw: Draw) -> Integers:
    """White Gaussian noise of standard deviation 10 to 50 of 255."""
    sigma = draw.between(10, 50)
    return image + ((sigma * draw.normal(*image.shape) + 128) >> 8)


# ITU-T T.81, annex K.
LUMA_STEPS = """16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62
18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 98 112 100 103 99"""
CHROMA_STEPS = """17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99
99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99 99"""


def jpeg(image: Integers, draw: Draw) -> Integers:
    """What JPEG at quality 10 to 40 with colour at half the resolution does to a picture, without the file."""
    quality = draw.between(10, 40)
    height, width, _ = image.shape
    r, g, b = np.moveaxis(np.pad(image, ((0, -height % 16), (0, -width % 16), (0, 0)), mode="edge"), 2, 0)
    luma = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16
    blue = (-11059 * r - 21709 * g + 32768 * b + 32768) >> 16
    red = (32768 * r - 27439 * g - 5329 * b + 32768) >> 16
    luma = quantised(luma - 128, LUMA_STEPS, quality) + 128
    blue, red = (quantised(halved(plane), CHROMA_STEPS, quality).repeat(2, 0).repeat(2, 1) for plane in (blue, red))
    out = np.stack(
        [
            luma + ((91881 * red + 32768) >> 16),
            luma - ((22554 * blue + 46802 * red + 32768) >> 16),
            luma + ((116130 * blue + 32768) >> 16),
        ],
        axis=2,
    )
    return out[:height, :width]


def halved(plane: Integers) -> Integers:
    return (plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2] + 2) >> 2


def quantised(plane: Integers, steps: str, quality: int) -> Integers:
    """Each 8x8 block's cosine transform, rounded to the quantiser's steps and back; sides divisible by 8."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    step = np.array([int(value) for value in steps.split()], np.int64).reshape(8, 8)
    step = ((step * scale + 50) // 100).clip(1, 255)
    rows, columns = plane.shape[0] // 8, plane.shape[1] // 8
    blocks = plane.reshape(rows, 8, columns, 8).swapaxes(1, 2)
    basis = cosines()
    coefficients = basis @ blocks @ basis.T  # times 2^24
    levels = (coefficients + (step << 23)) // (step << 24)
    restored = (basis.T @ (levels * step) @ basis + (1 << 23)) >> 24
    return restored.swapaxes(1, 2).reshape(plane.shape)


@cache
def cosines() -> Integers:
    """The orthonormal 8-point cosine transform, times 2^12."""
    return np.array(
        [
            [round(4096 * math.sqrt((2 if k else 1) / 8) * math.cos(math.pi * (2 * n + 1) * k / 16)) for n in range(8)]
            for k in range(8)
        ],
        np.int64,
    )


DEGRADATIONS: dict[str, Callable[[Integers, Draw], Integers]] = {
    "haze": haze,
    "rain": rain,
    "snow": snow,
    "blur": blur,
    "low-light": low_light,
    "noise": noise,
    "jpeg": jpeg,
}


def checksum(pixels: Pixels) -> str:
    """SHA-256 of height, width and the pixels."""
    return hashlib.sha256(f"{pixels.shape[0]} {pixels.shape[1]} ".encode() + pixels.tobytes()).hexdigest()


def known_checksums() -> dict[str, str]:
    """`<degradations>/<photo>` -> checksum, as committed; `clean/<photo>` are the originals."""
    return {name: value for value, name in (line.split() for line in CHECKSUMS.read_text().splitlines())}
