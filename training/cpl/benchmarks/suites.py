"""Test sets, their folder layouts and protocols, and what others reached on them.

A suite is what one table of a paper holds. Its layout is that of the code its protocol comes from, so that data
prepared for that code can be used as it lies. Sources of the protocols: PromptIR's and AdaIR's code (three and five
tasks), MiOIR's (seven tasks), Histoformer's (all-weather), WeatherBench's, OneRestore's (CDD-11).
"""

from typing import NamedTuple

from cpl.benchmarks.kodak7 import KODAK_7, KODAK_COMPOSITES
from cpl.metrics import Window


class Protocol(NamedTuple):
    """How a table was measured. The result is always clipped to 0..1."""

    crop: bool = True
    """Cut images evenly to multiples of 16; else pad them by reflection and cut the result back."""
    rounded: bool = False
    """To 8 bits, as results saved as files are."""
    luma: bool = False
    """On Y alone."""
    border: int = 0
    """Pixels at each side that do not count."""
    window: Window | None = "uniform-7"
    """Of SSIM; None where the table has no SSIM."""


PROMPTIR = Protocol()
MIOIR = Protocol(crop=False, rounded=True, border=4, window=None)
# Histoformer's script weighs B as R and R as B for Y; ours does not. It moves PSNR by hundredths.
HISTOFORMER = Protocol(crop=False, rounded=True, luma=True, window="uniform-11")
WEATHERBENCH = Protocol(crop=False, rounded=True, luma=True, border=4, window="gaussian-11")
ONERESTORE = Protocol(crop=False, rounded=True)


class Benchmark(NamedTuple):
    id: str
    title: str
    folder: str
    """Below the data root; what is degraded, or a folder that holds `inputs` and `targets`."""
    task: str
    """What is to be removed."""
    sigma: int | None = None
    """Noise added to clean images; None for folders with inputs and targets, 0 for clean images as they are."""
    inputs: str = "input"
    targets: str = "target"
    protocol: Protocol = PROMPTIR
    degradations: tuple[str, ...] = ()
    """Degradations that `kodak7.py` makes from the clean images of the folder."""


class Published(NamedTuple):
    """What a method's authors or the CPL paper report; None where unknown."""

    method: str
    values: tuple[float | None, ...]
    """PSNR in dB, in the order of the suite."""
    mean: float
    ssim: float | None = None
    """Mean of the suite; of its parts nobody reports any."""


class Suite(NamedTuple):
    benchmarks: tuple[Benchmark, ...]
    published: tuple[Published, ...] = ()
    """From the tables of CPL's README and the methods' papers."""


def _only_mean(method: str, mean: float, columns: int, ssim: float | None = None) -> Published:
    return Published(method, (None,) * columns, mean, ssim)


LOCAL = (
    Benchmark("cbsd68-s15", "CBSD68, noise 15", "cbsd68", "noise", 15),
    Benchmark("cbsd68-s25", "CBSD68, noise 25", "cbsd68", "noise", 25),
    Benchmark("cbsd68-s50", "CBSD68, noise 50", "cbsd68", "noise", 50),
    Benchmark("rain100h-30", "Rain100H, first 30", "pairs/rain100h-30", "rain"),
    Benchmark("rain100l-2", "Rain100L, 2 pairs", "pairs/rain100l-2", "rain"),
    Benchmark("sots-outdoor-2", "SOTS outdoor, 2 pairs", "pairs/sots-outdoor-2", "haze"),
    Benchmark("cc15", "CC15, real camera noise", "pairs/cc15", "noise"),
    Benchmark("levin32", "Levin 32, real camera shake", "pairs/levin32", "blur"),
    Benchmark("kodak-clean", "Kodak, clean in", "kodak24", "clean", 0),
)
_S15, _S25, _S50 = (
    Benchmark(f"bsd68-s{sigma}", f"CBSD68, noise {sigma}", "denoise/bsd68", "noise", sigma) for sigma in (15, 25, 50)
)
_SOTS = Benchmark("sots", "SOTS outdoor", "dehaze", "haze")
_RAIN100L = Benchmark("rain100l", "Rain100L", "derain/Rain100L", "rain")
_GOPRO = Benchmark("gopro", "GoPro", "deblur/gopro", "blur")
_LOL = Benchmark("lol", "LOL", "enhance/lol", "low-light")
_MIOIR = ("sr", "blur", "noise", "jpeg", "rain", "haze", "dark")
_CDD11 = ("low", "haze", "rain", "snow", "low_haze", "low_rain", "low_snow", "haze_rain", "haze_snow")
_CDD11_TRIPLE = ("low_haze_rain", "low_haze_snow")

SUITES: dict[str, Suite] = {
    "local": Suite(LOCAL),
    "kodak-7": Suite(
        tuple(
            Benchmark(
                "kodak-" + "-".join(names), "Kodak, " + " + ".join(names), "kodak24", names[0], degradations=names
            )
            for names in (*KODAK_7, *KODAK_COMPOSITES)
        )
    ),
    "three-task": Suite(
        (_S15, _S25, _S50, _SOTS, _RAIN100L),
        (
            Published("CPL", (34.15, 31.50, 28.23, 31.27, 38.77), 32.78, 0.917),
            _only_mean("PromptIR", 32.06, 5),
            _only_mean("AdaIR", 32.69, 5),
            _only_mean("InstructIR", 32.43, 5),
            _only_mean("AirNet", 31.20, 5),
            _only_mean("MIRAGE-S", 32.91, 5),
            _only_mean("M2IR", 33.23, 5),
        ),
    ),
    "five-task": Suite(
        (_S25, _SOTS, _RAIN100L, _GOPRO, _LOL),
        (
            Published("CPL", (31.41, 30.82, 38.20, 28.72, 23.65), 30.55, 0.915),
            _only_mean("PromptIR", 29.15, 5),
            _only_mean("AdaIR", 30.20, 5),
            _only_mean("MIRAGE-S", 30.68, 5),
            _only_mean("QuReC", 31.85, 5),
        ),
    ),
    "seven-task": Suite(
        tuple(
            Benchmark(f"mioir-{task}", f"MiOIR, {task}", "", task, None, f"single_indis/{task}", "original/GT", MIOIR)
            for task in _MIOIR
        ),
        (
            Published("CPL", (26.22, 32.24, 31.28, 33.61, 40.91, 28.29, 40.55), 33.30),
            _only_mean("PromptIR", 31.88, 7),
            _only_mean("PromptIR-S", 32.62, 7),
        ),
    ),
    "all-weather": Suite(
        (
            Benchmark("snow100k-s", "Snow100K-S", "Snow100K-S", "snow", None, "synthetic", "gt", HISTOFORMER),
            Benchmark("snow100k-l", "Snow100K-L", "Snow100K-L", "snow", None, "synthetic", "gt", HISTOFORMER),
            Benchmark("outdoor-rain", "Outdoor-Rain, Test1", "Test1", "rain", None, "input", "gt", HISTOFORMER),
            Benchmark("raindrop", "RainDrop", "RainDrop", "rain", None, "input", "gt", HISTOFORMER),
        ),
        (
            Published("CPL", (37.82, 32.27, 32.16, 32.73), 33.74, 0.9437),
            _only_mean("PromptIR", 32.80, 4),
            _only_mean("Histoformer", 33.68, 4),
        ),
    ),
    "weatherbench": Suite(
        tuple(
            Benchmark(f"weatherbench-{name}", f"WeatherBench, {name}", name, name, protocol=WEATHERBENCH)
            for name in ("haze", "rain", "snow")
        ),
        (_only_mean("PromptIR", 27.86, 3, 0.831), _only_mean("AdaIR", 28.80, 3), _only_mean("MWFormer", 29.85, 3)),
    ),
    "cdd11": Suite(
        tuple(
            Benchmark(f"cdd11-{name}", "CDD-11, " + name.replace("_", " + "), "", name, None, name, "clear", ONERESTORE)
            for name in (*_CDD11, *_CDD11_TRIPLE)
        ),
        (
            Published("CPL", (27.35, 32.79, 34.60, 35.35, 26.18, 26.32, 26.10, 30.40, 29.95, 25.40, 25.35), 29.07),
            _only_mean("PromptIR", 25.90, 11),
            _only_mean("OneRestore", 28.47, 11),
            # Told by a word what each image suffers from.
            _only_mean("OneRestore-told", 28.72, 11),
            _only_mean("QuReC", 30.71, 11),
        ),
    ),
}
