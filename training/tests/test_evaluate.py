"""Metrics, protocols, folder layouts and the tables."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from cpl import checkpoint
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.benchmarks.pairs import crop_to_multiple, missing, pairs
from cpl.benchmarks.suites import SUITES, Benchmark, Protocol
from cpl.inference import restore
from cpl.metrics import luma, psnr, ssim
from cpl.scores import Score, add, measure
from evaluate import main, table

TRAINING = Path(__file__).parent.parent


@pytest.fixture
def images() -> tuple[np.ndarray, np.ndarray]:
    """Two images that resemble each other, [40, 50, 3]."""
    random = np.random.default_rng(0)
    a = random.random((40, 50, 3), dtype=np.float32)
    return a, (a + random.normal(0, 0.1, a.shape)).clip(0, 1).astype(np.float32)


def test_psnr_agrees_with_scikit_image(images: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = images
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=1), abs=1e-6)
    assert psnr(a, a) == float("inf")


def test_luma_agrees_with_scikit_image(images: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = images
    np.testing.assert_allclose(luma(a), rgb2ycbcr(a.astype(np.float64))[..., 0] / 255, atol=1e-9)
    theirs = (rgb2ycbcr(image.astype(np.float64))[..., 0] for image in (a, b))
    assert psnr(luma(a), luma(b)) == pytest.approx(peak_signal_noise_ratio(*theirs, data_range=255), abs=1e-6)


@pytest.mark.parametrize(
    ("window", "options"),
    [
        ("uniform-7", {}),
        ("uniform-11", {"win_size": 11}),
        ("gaussian-11", {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}),
    ],
)
def test_ssim_agrees_with_scikit_image(images: tuple[np.ndarray, np.ndarray], window: str, options: dict) -> None:
    a, b = (image.astype(np.float64) for image in images)
    expected = structural_similarity(a, b, data_range=1, channel_axis=-1, **options)
    assert ssim(a, b, window) == pytest.approx(expected, abs=1e-6)  # type: ignore[arg-type]
    expected = structural_similarity(luma(a), luma(b), data_range=1, **options)
    assert ssim(luma(a), luma(b), window) == pytest.approx(expected, abs=1e-6)  # type: ignore[arg-type]


def test_a_protocol_rounds_cuts_borders_and_looks_at_y(images: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = images
    assert measure(a, b, Protocol())[0] == psnr(a, b)
    rounded = np.round(a * 255) / 255
    assert measure(a, b, Protocol(rounded=True))[0] == psnr(rounded, b)
    quality, similarity = measure(a, b, Protocol(border=4, luma=True, window="gaussian-11"))
    inner = np.s_[4:-4, 4:-4]
    assert quality == psnr(luma(a)[inner], luma(b)[inner])
    assert similarity == pytest.approx(ssim(luma(a)[inner], luma(b)[inner], "gaussian-11"), abs=1e-12)
    assert np.isnan(measure(a, b, Protocol(window=None))[1])


def test_images_are_cropped_evenly_to_multiples_of_16() -> None:
    image = np.arange(37 * 50 * 3, dtype=np.float32).reshape(37, 50, 3)
    cropped = crop_to_multiple(image)
    assert cropped.shape == (32, 48, 3)
    np.testing.assert_array_equal(cropped, image[2:34, 1:49])


def test_any_size_is_restored(network: PromptedNAFNet) -> None:
    image = np.random.default_rng(0).random((37, 50, 3), dtype=np.float32)
    restored, _ = restore(network, image)
    assert restored.shape == image.shape
    padded = np.pad(image, ((0, 11), (0, 14), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(restored, restore(network, padded)[0][:37, :50])


def test_noise_is_seeded_once_and_truncated(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    grey = np.full((32, 32, 3), 128, np.uint8)
    for name in ("b", "a"):
        cv2.imwrite(str(tmp_path / "set" / f"{name}.png"), grey)
    found = list(pairs(Benchmark("x", "x", "set", "noise", 25), tmp_path))
    assert [pair.name for pair in found] == ["a", "b"]
    random = np.random.RandomState(0)
    for pair in found:
        expected = (128 + random.normal(0, 25, (32, 32, 3))).clip(0, 255).astype(np.uint8)
        np.testing.assert_allclose(pair.degraded * 255, expected, atol=1e-3)


@pytest.mark.parametrize(
    ("degraded", "clean"),
    [
        ("0001_0.8_0.2.png", "0001.png"),  # SOTS
        ("rain-001.png", "norain-001.png"),  # Rain100L
        ("0_rain.png", "0_clean.png"),  # RainDrop
        ("im_0001_s80_a04.png", "im_0001.png"),  # Outdoor-Rain
        ("7.jpg", "7.png"),
    ],
)
def test_inputs_find_their_targets(tmp_path: Path, degraded: str, clean: str) -> None:
    for folder in ("input", "target"):
        (tmp_path / "set" / folder).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "set" / "input" / degraded), np.zeros((16, 16, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "set" / "target" / clean), np.full((16, 16, 3), 255, np.uint8))
    cv2.imwrite(str(tmp_path / "set" / "target" / "other.png"), np.full((16, 16, 3), 9, np.uint8))
    (pair,) = pairs(Benchmark("x", "x", "set", "haze"), tmp_path)
    assert pair.degraded.max() == 0 and pair.clean.min() == 1


def test_a_missing_target_is_named(tmp_path: Path) -> None:
    for folder in ("input", "target"):
        (tmp_path / "set" / folder).mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "set" / "input" / "7.png"), np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(FileNotFoundError, match=r"no target for 7\.png"):
        next(pairs(Benchmark("x", "x", "set", "haze"), tmp_path))


def test_published_rows_fit_their_suites() -> None:
    for name, suite in SUITES.items():
        for row in suite.published:
            assert len(row.values) == len(suite.benchmarks), (name, row.method)
            if None not in row.values:
                assert np.mean(row.values) == pytest.approx(row.mean, abs=0.016), (name, row.method)  # type: ignore[arg-type]
    known = {(name, row.method): row.ssim for name, suite in SUITES.items() for row in suite.published if row.ssim}
    assert known == {
        ("three-task", "CPL"): 0.917,
        ("five-task", "CPL"): 0.915,
        ("all-weather", "CPL"): 0.9437,
        ("weatherbench", "PromptIR"): 0.831,
    }


S15_25_50 = (15, 25, 50)
PROTOCOLS: dict[str, tuple[tuple[int, ...], bool, bool, bool, int, str | None]] = {
    # suite: sigmas, cropped to multiples of 16, rounded to 8 bits, Y alone, border cut, window of SSIM
    "local": (S15_25_50, True, False, False, 0, "uniform-7"),
    "kodak-7": ((), True, False, False, 0, "uniform-7"),
    "three-task": (S15_25_50, True, False, False, 0, "uniform-7"),
    "five-task": ((25,), True, False, False, 0, "uniform-7"),
    "seven-task": ((), False, True, False, 4, None),
    "all-weather": ((), False, True, True, 0, "uniform-11"),
    "weatherbench": ((), False, True, True, 4, "gaussian-11"),
    "cdd11": ((), False, True, False, 0, "uniform-7"),
}


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_is_measured_by_the_protocol_of_its_authors(suite: str) -> None:
    sigmas, crop, rounded, luma, border, window = PROTOCOLS[suite]
    benchmarks = SUITES[suite].benchmarks
    assert tuple(benchmark.sigma for benchmark in benchmarks if benchmark.sigma) == sigmas
    for benchmark in benchmarks:
        assert benchmark.protocol == Protocol(crop, rounded, luma, border, window), benchmark.id  # type: ignore[arg-type]


LAYOUTS = {
    "local": ["cbsd68", "pairs/cc15/input", "pairs/cc15/target", "kodak24"],
    "kodak-7": ["kodak24"],
    "three-task": ["denoise/bsd68", "dehaze/input", "dehaze/target", "derain/Rain100L/input"],
    "five-task": ["denoise/bsd68", "deblur/gopro/input", "deblur/gopro/target", "enhance/lol/input"],
    "seven-task": ["original/GT", "single_indis/sr", "single_indis/dark"],
    "all-weather": ["Snow100K-S/synthetic", "Snow100K-S/gt", "Test1/input", "RainDrop/gt"],
    "weatherbench": ["rain/input", "rain/target", "snow/input", "haze/target"],
    "cdd11": ["clear", "low", "haze_snow", "low_haze_rain"],
}


@pytest.mark.parametrize("suite", SUITES)
def test_layouts_are_the_published_ones_and_what_is_missing_is_named(suite: str, tmp_path: Path) -> None:
    absent = missing(SUITES[suite], tmp_path)
    assert {tmp_path / folder for folder in LAYOUTS[suite]} <= set(absent)
    with pytest.raises(FileNotFoundError, match=str(absent[0].relative_to(tmp_path))):
        next(pairs(SUITES[suite].benchmarks[0], tmp_path))
    for folder in absent:
        folder.mkdir(parents=True)
    assert missing(SUITES[suite], tmp_path) == []


def test_the_command_prints_the_table_with_the_published_rows(network: PromptedNAFNet, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.pt"
    checkpoint.save(file, {"config": network.config.to_dict(), "average": network.state_dict()})
    command = [sys.executable, "evaluate.py", "--benchmark", "cdd11", "--checkpoint", str(file)]
    run = subprocess.run([*command, "--data", str(tmp_path)], cwd=TRAINING, capture_output=True, text=True)
    assert run.returncode == 2 and str(tmp_path / "low_haze_snow") in run.stderr

    random = np.random.default_rng(0)
    for folder in missing(SUITES["cdd11"], tmp_path):
        folder.mkdir()
        cv2.imwrite(str(folder / "1.png"), random.integers(0, 256, (20, 30, 3)).astype(np.uint8))
    run = subprocess.run([*command, "--data", str(tmp_path)], cwd=TRAINING, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0].split()[-5:] == ["CPL", "PromptIR", "OneRestore", "OneRestore-told", "QuReC"]
    assert len(lines) == 13 and lines[-1].startswith("mean")
    assert lines[-1].split()[-5:] == ["29.07", "25.90", "28.47", "28.72", "30.71"]


def test_published_ssim_stands_beside_psnr(
    network: PromptedNAFNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("evaluate.score", lambda *_: Score(20, 30, 0.5, 0.9))
    table(network, SUITES["all-weather"], tmp_path)
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split()[-3:] == ["CPL", "PromptIR", "Histoformer"]
    assert rows[-1].split()[-3:] == ["33.74/0.9437", "32.80", "33.68"]


def test_composites_do_not_count_for_the_mean(
    network: PromptedNAFNet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "evaluate.score", lambda _, benchmark, __: Score(20, 20 + len(benchmark.degradations), 0.5, 0.9)
    )
    table(network, SUITES["kodak-7"], tmp_path)
    assert capsys.readouterr().out.splitlines()[-1].split()[:4] == ["mean", "20.00", "21.00", "+1.00"]


def test_suites_of_one_network_go_into_one_report(
    network: PromptedNAFNet, clean_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.json"
    file = tmp_path / "checkpoint.pt"
    checkpoint.save(file, {"config": network.config.to_dict(), "average": network.state_dict()})
    (tmp_path / "kodak24").mkdir()

    def run(suite: str, restored: float, *options: str) -> dict:
        monkeypatch.setattr("evaluate.score", lambda *_: Score(20, restored, 0.5, 0.9))
        monkeypatch.setattr("evaluate.missing", lambda *_: [])
        arguments = ["--checkpoint", str(file), "--data", str(tmp_path), "--benchmark", suite, "--report", str(report)]
        monkeypatch.setattr(sys, "argv", ["evaluate", *arguments, *options])
        main()
        return json.loads(report.read_text())

    run("kodak-7", 25)
    run("local", 26, "--validation", str(clean_folder / "bsd32"))
    found = run("kodak-7", 27)
    titles = [benchmark.title for suite in ("local", "kodak-7") for benchmark in SUITES[suite].benchmarks]
    assert [row["benchmark"] for row in found["quality"]] == titles
    assert len(set(titles)) == len(titles)  # the window tells rows by their titles
    assert {(row["suite"], row["restored"]) for row in found["quality"]} == {("local", 26), ("kodak-7", 27)}
    assert "gates" in found

    torch.nn.init.ones_(network.prompts[0].router.bias)
    checkpoint.save(file, {"config": network.config.to_dict(), "average": network.state_dict()})
    other = run("kodak-7", 27)
    assert {row["suite"] for row in other["quality"]} == {"kodak-7"} and "gates" not in other


def test_what_a_suite_does_not_measure_is_not_reported(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"weights")
    report: dict = {}
    benchmark = SUITES["seven-task"].benchmarks[0]
    add(report, tmp_path / "checkpoint.pt", "seven-task", [(benchmark, Score(20, 30, float("nan"), float("nan")))])
    assert "restoredSsim" not in report["quality"][0]
    assert "NaN" not in json.dumps(report)


def test_a_wrong_checkpoint_is_refused(tmp_path: Path) -> None:
    torch.save({"weights": {}}, tmp_path / "x.pt")
    with pytest.raises(ValueError, match="params"):
        checkpoint.load_any(tmp_path / "x.pt")
