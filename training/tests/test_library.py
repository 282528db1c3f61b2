"""Photos at several scales, crops by pixels and texture, samples as bytes."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from cpl.degradations.tone import to_encoded, to_light
from cpl.library import CAPS, Library, Photo, crop, energy, load_library, scales, shares
from cpl.patches import Batch, BytePatches, as_floats, toned
from cpl.ring import RING, generator, ring


def textured(height: int, width: int) -> np.ndarray:
    """Smooth on the left, busy on the right."""
    pixels = np.full((height, width, 3), 120, np.uint8)
    half = width // 2
    pixels[:, half:] = np.random.default_rng(0).integers(0, 256, (height, width - half, 3))
    return pixels


def test_photos_are_drawn_by_their_pixels_and_a_capped_group_no_more_often() -> None:
    plain = shares([(100, 100), (100, 300)], ["a.avif", "b.avif"])
    np.testing.assert_allclose(plain, [0.25, 0.75])
    capped = shares([(100, 100), (100, 100), (100, 100)], ["a.avif", "recipes-1.avif", "recipes-2.avif"])
    np.testing.assert_allclose(capped, [1 - CAPS["recipes-"], CAPS["recipes-"] / 2, CAPS["recipes-"] / 2])
    alone = shares([(10, 10), (10, 10)], ["recipes-1.avif", "recipes-2.avif"])
    np.testing.assert_allclose(alone, [0.5, 0.5])


def test_a_library_draws_as_its_shares_say() -> None:
    small, large = Photo(scales(textured(64, 64))), Photo(scales(textured(64, 192)))
    library, random = Library([small, large], ["a", "b"]), np.random.default_rng(0)
    drawn = [library.draw(random) is large for _ in range(2000)]
    assert 0.71 < np.mean(drawn) < 0.79


def test_crops_are_busier_than_the_photo_and_of_many_scales() -> None:
    photo, random = Photo(scales(textured(512, 1024))), np.random.default_rng(0)
    found = [energy(crop(photo, 32, random)) for _ in range(300)]
    smooth = np.mean([value < 5 for value in found])
    assert smooth < 0.35  # half of the photo is smooth, and 1 in 8 draws finds three smooth places
    assert np.ptp([value for value in found if value > 5]) > 20  # averaged over 1 to 14 pixels
    assert {crop(photo, 32, random).shape for _ in range(20)} == {(32, 32, 3)}
    assert crop(Photo(scales(textured(32, 32))), 32, random).shape == (32, 32, 3)


def test_scales_halve_by_averaging() -> None:
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[::2] = 200
    levels = scales(pixels)
    assert [level.shape[0] for level in levels] == [256, 128, 64]
    assert (levels[1] == 100).all()


def test_notes_keep_haze_and_snow_from_hazy_photos(tmp_path: Path) -> None:
    for name in ("foggy", "clear"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), textured(80, 90))
    cv2.imwrite(str(tmp_path / "small.png"), textured(20, 90))
    (tmp_path / "licences.tsv").write_text("file\tnote\nfoggy.png\tsome haze in the scene\nclear.png\t\n")
    library = load_library(tmp_path, 64)
    assert library.names == ["clear.png", "foggy.png"] and [photo.hazy for photo in library.photos] == [False, True]
    hazy = BytePatches(Library(library.photos[1:], library.names[1:]), 32, 0)
    labels = torch.stack([hazy[index].label for index in range(60)])
    assert (labels[:, [0, 2]] == 0).all() and (labels[:, 1] > 0).any()
    with pytest.raises(FileNotFoundError, match="no photo of at least 100"):
        load_library(tmp_path, 100)


def test_samples_are_bytes_and_depend_on_seed_and_index_alone() -> None:
    library = Library([Photo(scales(textured(128, 128)))], ["a"])
    first, again, other = (BytePatches(library, 32, seed)[5] for seed in (0, 0, 1))
    assert first.degraded.dtype == first.clean.dtype == torch.uint8 and first.degraded.shape == (32, 32, 3)
    for a, b in zip(first, again, strict=True):
        assert torch.equal(a, b)
    assert not torch.equal(first.clean, other.clean)


def test_bytes_become_floats_that_lie_channels_last() -> None:
    pixels = torch.randint(0, 256, (2, 8, 12, 3), dtype=torch.uint8)
    floats = as_floats(pixels)
    assert floats.shape == (2, 3, 8, 12) and floats.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal((floats * 255).round().byte(), pixels.permute(0, 3, 1, 2))
    assert Batch(pixels, pixels, torch.zeros(2, 8)).to(torch.device("cpu")).clean is pixels


def test_tone_curves_by_table_are_those_of_srgb() -> None:
    values = np.random.default_rng(0).random((50, 50, 3), dtype=np.float32)
    exact = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    np.testing.assert_allclose(to_light(values), exact, atol=4e-5)
    np.testing.assert_allclose(to_encoded(to_light(values)), values, atol=2.5e-4)
    assert to_light(np.float32([-1, 2])).tolist() == [0, 1]


def test_tones_are_bent_seldom_and_in_order() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    random = generator(0)
    bent = [toned(ramp, random) for _ in range(200)]
    changed = [image for image in bent if (image != ramp).any()]
    assert 40 < len(changed) < 80
    assert all((np.diff(image.astype(int), axis=1) >= 0).all() for image in changed)


def test_noise_from_the_ring_is_normal_seeded_and_cannot_be_spoilt() -> None:
    first = generator(1).standard_normal((256, 256), dtype=np.float32)
    assert np.array_equal(first, generator(1).standard_normal((256, 256), dtype=np.float32))
    assert not np.array_equal(first, generator(2).standard_normal((256, 256), dtype=np.float32))
    assert abs(first.mean()) < 0.02 and abs(first.std() - 1) < 0.02
    with pytest.raises(ValueError, match="read-only"):
        first += 1
    assert len(ring()) == RING
    # What is no bulk of float32 numbers comes from numpy itself.
    assert isinstance(generator(1).standard_normal(), float)
    assert np.array_equal(
        generator(3).standard_normal(100), np.random.Generator(np.random.PCG64([3])).standard_normal(100)
    )
