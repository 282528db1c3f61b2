import numpy as np
import pytest

from cpl.degradations import EXPERTS, KINDS, degrade, draw_kinds, labels
from cpl.degradations.blur import defocus, shake
from cpl.degradations.depth import depth
from cpl.degradations.noise import gaussian
from cpl.degradations.rain import line_kernel
from cpl.degradations.tone import to_encoded, to_light


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_an_8_bit_photo_that_differs_and_repeats(kind: str, photo: np.ndarray) -> None:
    height, width, _ = photo.shape
    for seed in range(12):
        flat = depth(height, width, None, np.random.default_rng(seed))
        out = degrade(photo, flat, (kind,), np.random.default_rng(seed))
        assert out.shape == photo.shape and out.dtype == np.float32
        assert out.min() >= 0 and out.max() <= 1
        steps = out * 255
        np.testing.assert_allclose(steps, np.round(steps), atol=1e-4)
        assert np.abs(out - photo).max() > 4 / 255
        np.testing.assert_array_equal(out, degrade(photo, flat, (kind,), np.random.default_rng(seed)))


def test_clean_patches_stay_as_they_are_but_for_the_file(photo: np.ndarray) -> None:
    random = np.random.default_rng(0)
    errors = [np.abs(degrade(photo, photo[..., 0], (), random) - photo).mean() for _ in range(20)]
    assert max(errors) < 4 / 255
    assert min(errors) <= 1 / 255


def test_shares_of_the_mixture() -> None:
    random = np.random.default_rng(0)
    drawn = [draw_kinds(random) for _ in range(4000)]
    share = {kind: sum(kinds == (kind,) for kinds in drawn) / 4000 for kind in KINDS}
    assert all(value > 0.03 for value in share.values())
    assert sum(kinds == () for kinds in drawn) / 4000 == pytest.approx(0.08, abs=0.02)
    mixed = [kinds for kinds in drawn if len(kinds) > 1]
    assert len(mixed) / 4000 > 0.02
    order = {kind: number for number, kind in enumerate(KINDS)}
    assert all(sorted(kinds, key=order.__getitem__) == list(kinds) for kinds in mixed)


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


def test_low_light_darkens(photo: np.ndarray) -> None:
    for seed in range(10):
        assert degrade(photo, photo[..., 0], ("low-light",), np.random.default_rng(seed)).mean() < 0.8 * photo.mean()


def test_gaussian_noise_has_the_strength_it_says() -> None:
    assert gaussian((200, 200, 3), 25 / 255, np.random.default_rng(0)).std() == pytest.approx(25 / 255, rel=0.02)


def test_blur_kernels_keep_the_brightness() -> None:
    for seed in range(30):
        random = np.random.default_rng(seed)
        for kernel in (shake(random), defocus(random), line_kernel(random.uniform(2, 60), random.uniform(-90, 90))):
            assert kernel.sum() == pytest.approx(1, abs=1e-4)
            assert kernel.min() >= 0 and kernel.shape[0] == kernel.shape[1] and kernel.shape[0] % 2 == 1


def test_tone_curve_returns() -> None:
    ramp = np.linspace(0, 1, 256, dtype=np.float32)
    np.testing.assert_allclose(to_encoded(to_light(ramp)), ramp, atol=1e-5)
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
