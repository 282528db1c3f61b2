import sys

import numpy as np
import pytest

from cpl import data
from cpl.degradations import DEGRADATIONS, EXPERTS, SHARES, degrade, draw, labels, shares_with
from cpl.degradations.blur import blur, defocus, shake
from cpl.degradations.depth import depth
from cpl.degradations.noise import developed, gaussian, shot_and_read
from cpl.degradations.rain import line_kernel, rain
from cpl.degradations.tone import to_encoded, to_light


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_every_degradation_gives_an_8_bit_photo_that_differs_and_repeats(name: str, photo: np.ndarray) -> None:
    height, width, _ = photo.shape
    least = 2 if name == "blur" else 4  # a slight defocus, without noise, changes soft shapes by little
    for seed in range(12):
        flat = depth(height, width, None, np.random.default_rng(seed))
        out = degrade(photo, flat, (name,), np.random.default_rng(seed))
        assert out.shape == photo.shape and out.dtype == np.float32
        assert out.min() >= 0 and out.max() <= 1
        steps = out * 255
        np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)
        assert np.abs(out - photo).max() > least / 255
        np.testing.assert_array_equal(out, degrade(photo, flat, (name,), np.random.default_rng(seed)))


def test_clean_patches_stay_as_they_are_but_for_the_file(photo: np.ndarray) -> None:
    random = np.random.default_rng(0)
    errors = [np.abs(degrade(photo, photo[..., 0], (), random) - photo).mean() for _ in range(20)]
    assert max(errors) < 4 / 255
    assert min(errors) <= 1 / 255


@pytest.mark.parametrize("changed", [{}, {"blur": 0.02, "jpeg": 0, "clean": 0.2}])
def test_degradations_are_drawn_in_their_shares_and_mixtures_in_the_order_of_physics(changed: dict) -> None:
    random = np.random.default_rng(0)
    shares = shares_with(changed)
    drawn = [draw(random, shares) for _ in range(4000)]
    for name, share in shares.items():
        found = drawn.count(() if name == "clean" else (name,)) / 4000
        assert found == pytest.approx(share, abs=0.015), name
    assert list(shares) == list(EXPERTS) and sum(shares.values()) < 1  # mixtures have the rest
    mixed = [names for names in drawn if len(names) > 1]
    assert {len(names) for names in mixed} == {2, 3}
    order = {name: number for number, name in enumerate(DEGRADATIONS)}
    assert all(sorted(names, key=order.__getitem__) == list(names) for names in mixed)


def test_shares_that_cannot_be_are_refused() -> None:
    assert shares_with({}) == SHARES and SHARES["rain"] == DEGRADATIONS["rain"].share
    for changed, reason in (({"mist": 0.1}, "no mist"), ({"blur": -0.1}, "at least 0"), ({"blur": 0.9}, "1 at most")):
        with pytest.raises(ValueError, match=reason):
            shares_with(changed)
    assert shares_with({**dict.fromkeys(EXPERTS, 0), "noise": 1})["noise"] == 1


def test_labels_sum_to_one_and_name_what_was_done() -> None:
    assert labels(())[EXPERTS.index("clean")] == 1
    target = labels(("rain", "jpeg"))
    assert target.sum() == 1
    assert target[EXPERTS.index("rain")] == target[EXPERTS.index("jpeg")] == 0.5


def test_haze_lies_thicker_on_what_is_far(photo: np.ndarray) -> None:
    far = np.zeros(photo.shape[:2], np.float32)
    far[:, 64:] = 1
    contrast = []
    for seed in range(20):
        out = degrade(photo, far, ("haze",), np.random.default_rng(seed))
        contrast.append((out[:, 70:].std() / photo[:, 70:].std()) / (out[:, :58].std() / photo[:, :58].std()))
    assert np.median(contrast) < 0.8


def test_rain_is_anything_from_a_few_streaks_to_a_curtain() -> None:
    dark = np.full((128, 128, 3), 0.1, np.float32)
    random = np.random.default_rng(0)
    behind = [float((rain(dark, dark[..., 0], random) > 0.2).any(axis=2).mean()) for _ in range(100)]
    assert sum(share < 0.1 for share in behind) > 15
    assert sum(0.4 < share < 0.98 for share in behind) > 15


def test_half_of_the_rain_leaves_the_differences_of_colours_whole(photo: np.ndarray) -> None:
    kept = 0
    for seed in range(200):
        out = rain(photo, photo[..., 0], np.random.default_rng(seed))
        seen = out.max(axis=2) < 1
        kept += np.allclose(np.diff(out[seen]), np.diff(photo[seen]), atol=1e-5)
    assert 80 < kept < 120


def test_most_of_the_blur_comes_without_noise() -> None:
    grey = np.full((32, 32, 3), 0.5, np.float32)
    blurred = [blur(grey, grey[..., 0], np.random.default_rng(seed)) for seed in range(200)]
    assert 125 < sum(np.allclose(out, grey, atol=1e-4) for out in blurred) < 165


def test_low_light_darkens(photo: np.ndarray) -> None:
    for seed in range(10):
        assert degrade(photo, photo[..., 0], ("low-light",), np.random.default_rng(seed)).mean() < 0.8 * photo.mean()


def test_gaussian_noise_has_the_strength_it_says() -> None:
    assert gaussian((200, 200, 3), 25 / 255, np.random.default_rng(0)).std() == pytest.approx(25 / 255, rel=0.02)


@pytest.fixture
def no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Developed noise before the camera's JPEG."""
    monkeypatch.setattr(sys.modules[developed.__module__], "compress", lambda image, *_: image)


def neighbours(noise: np.ndarray) -> float:
    """Correlation of horizontal neighbours."""
    return float(np.corrcoef(noise[:, :-1].ravel(), noise[:, 1:].ravel())[0, 1])


@pytest.mark.usefixtures("no_file")
def test_developed_noise_has_no_bias_and_its_neighbours_correlate() -> None:
    grey = np.full((96, 128, 3), 0.5, np.float32)
    for seed in range(8):
        found = developed(grey, 500, np.random.default_rng(seed)) - grey
        assert 0.01 < found.std() < 0.1
        assert abs(found.mean()) < 0.05 * found.std()
        assert neighbours(found) > 0.25
    white = [shot_and_read(grey, 500, np.random.default_rng(seed)) - grey for seed in range(8)]
    assert min(abs(neighbours(noise)) for noise in white) < 0.02  # what tells the two apart


@pytest.mark.usefixtures("no_file")
def test_developing_does_nothing_to_a_photo_without_noise(photo: np.ndarray) -> None:
    stripes = np.where(np.arange(128)[None, :, None] % 2, photo, 1 - photo).astype(np.float32)
    for image in (photo, stripes):  # stripes are what demosaicing spoils most
        random = np.random.default_rng(0)
        np.testing.assert_allclose(developed(image, 1e9, random), image, atol=2 / 255)


def test_dark_scenes_are_dark_in_light_and_stay_so(photo: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = data.Photo((photo * 255).astype(np.uint8), None)

    def sample(seed: int, share: float, names: tuple[str, ...]) -> data.Sample:
        monkeypatch.setattr(data, "DARK_SCENES", share)
        monkeypatch.setattr(data, "SOFT_SCENES", 0)
        monkeypatch.setattr(data, "draw", lambda *_: names)
        return data.make_sample(scene, 64, np.random.default_rng(seed))

    for seed in range(10):
        bright, dark = (sample(seed, share, ()) for share in (0, 1))
        light, less = (to_light(one.clean.numpy()) for one in (bright, dark))
        share = less.sum() / light.sum()
        np.testing.assert_allclose(less, share * light, atol=1e-4)
        assert 2**-2.5 <= share <= 2**-0.5
        assert abs(float((dark.degraded - dark.clean).mean())) < 2 / 255  # clean in, clean out
        assert dark.label[EXPERTS.index("clean")] == 1
        # A photo that is to be made brighter has a bright original.
        low = (sample(seed, share, ("low-light",)) for share in (0, 1))
        np.testing.assert_array_equal(*(one.clean.numpy() for one in low))


def test_blur_kernels_keep_the_brightness() -> None:
    for seed in range(30):
        random = np.random.default_rng(seed)
        for kernel in (shake(random), defocus(random), line_kernel(random.uniform(2, 60), random.uniform(-90, 90))):
            assert kernel.sum() == pytest.approx(1, abs=1e-4)
            assert kernel.min() >= 0 and kernel.shape[0] == kernel.shape[1] and kernel.shape[0] % 2 == 1


def test_tone_curve_returns() -> None:
    ramp = np.linspace(0, 1, 256, dtype=np.float32)
    np.testing.assert_allclose(to_encoded(to_light(ramp)), ramp, atol=1.5e-4)
    assert to_light(np.float32([0.5]))[0] == pytest.approx(0.2140, abs=1e-4)


def test_depth_follows_the_segments() -> None:
    segments = np.zeros((64, 64), np.uint8)
    segments[:, 32:] = 1
    differences = []
    for seed in range(30):
        field = depth(64, 64, segments, np.random.default_rng(seed))
        assert field.min() >= 0 and field.max() <= 1
        differences.append(abs(field[:, 40:].mean() - field[:, :24].mean()))
    assert np.mean(differences) > 0.05


def test_soft_scenes_stay_soft(photo: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = data.Photo((photo * 255).astype(np.uint8), None)

    def sample(seed: int, share: float, names: tuple[str, ...]) -> data.Sample:
        monkeypatch.setattr(data, "SOFT_SCENES", share)
        monkeypatch.setattr(data, "DARK_SCENES", 0)
        monkeypatch.setattr(data, "draw", lambda *_: names)
        return data.make_sample(scene, 64, np.random.default_rng(seed))

    def detail(sample: data.Sample) -> float:
        return float(np.abs(np.diff(sample.clean.numpy(), axis=2)).mean())

    for seed in range(5):
        sharp, soft = (sample(seed, share, ()) for share in (0, 1))
        assert detail(soft) < detail(sharp)
        assert float((soft.degraded - soft.clean).abs().mean()) < 4 / 255  # clean in, clean out
        assert soft.label[EXPERTS.index("clean")] == 1
        blurred = (sample(seed, share, ("blur",)) for share in (0, 1))
        np.testing.assert_array_equal(*(one.clean.numpy() for one in blurred))
