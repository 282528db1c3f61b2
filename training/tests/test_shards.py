"""Training photos from WebDataset shards."""

import itertools
import socket
import tarfile
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from cpl import shards
from cpl.data import read_rgb
from cpl.shards import ShardedPatches, addresses, photos_of, write


@pytest.fixture
def packed(clean_folder: Path, tmp_path: Path) -> Path:
    (clean_folder / "segments").mkdir()
    cv2.imwrite(str(clean_folder / "segments" / "0.png"), np.full((288, 384), 3, np.uint8))
    assert write(clean_folder, tmp_path / "shards", per_shard=3) == 3
    return tmp_path / "shards"


def test_shards_hold_the_photos_and_their_segmentations(packed: Path, clean_folder: Path) -> None:
    photos = [photo for shard in addresses(packed) for photo in photos_of(shard)]
    assert len(photos) == 8
    assert [photo.segments is not None for photo in photos].count(True) == 1
    original = read_rgb(clean_folder / "bsd322" / "0.png")
    assert any(np.array_equal(photo.pixels, original) and photo.segments is not None for photo in photos)


def test_a_shard_is_a_plain_tar_of_files_that_share_a_name(packed: Path) -> None:
    with tarfile.open(addresses(packed)[0]) as tar:
        names = tar.getnames()
    assert names == ["bsd32/0.png", "bsd322/1.png", "large/0.png"]


def test_a_list_of_paths_or_addresses_replaces_the_folder(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "shards.txt").write_text("\n".join(f"file://{shard}" for shard in addresses(packed)[:2]) + "\n")
    assert len(addresses(tmp_path)) == 2
    assert sum(1 for _ in photos_of(addresses(tmp_path)[0])) == 3


def test_relative_paths_of_a_list_start_at_its_folder(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    names = [Path(shard).name for shard in addresses(packed)]
    (packed / "shards.txt").write_text(f"{names[0]}\n\n{packed / names[1]}\nhttps://example.org/{names[2]}\n")
    found = addresses(packed)
    assert found == [str(packed / names[0]), str(packed / names[1]), f"https://example.org/{names[2]}"]
    assert len(list(photos_of(found[0]))) == 3


@pytest.mark.parametrize("broken", [b"", b"\xff\xd8 no photo"], ids=["empty", "cut"])
def test_an_unreadable_photo_is_passed_over_and_named(broken: bytes, clean_folder: Path, tmp_path: Path) -> None:
    (clean_folder / "large" / "0.png").write_bytes(broken)
    write(clean_folder, tmp_path / "shards", per_shard=100)
    (shard,) = addresses(tmp_path / "shards")
    with pytest.warns(UserWarning, match=r"photos-000000\.tar: large/0 is no photo"):
        photos = list(photos_of(shard))
    assert len(photos) == 7


@pytest.mark.parametrize("said", [b"", b"HTTP/1.0 200 OK\r\n\r\nhalf a"], ids=["at once", "amid the file"])
def test_an_address_that_falls_silent_is_given_up(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "TIMEOUT", 0.3)
    monkeypatch.setenv("no_proxy", "*")
    given_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as caller:
                caller.sendall(said)
                given_up.wait(10)  # or else a reader without patience would wait for ever

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(TimeoutError, match="timed out"):
            next(photos_of(f"http://127.0.0.1:{server.getsockname()[1]}/photos-000000.tar"))
        given_up.set()


def test_samples_repeat_with_the_seed_and_go_on_after_the_first_pass(packed: Path) -> None:
    def first(seed: int, start: int = 0) -> list[torch.Tensor]:
        samples = itertools.islice(iter(ShardedPatches(addresses(packed), 32, seed, start)), 80)
        return [sample.degraded for sample in samples]

    again, same = first(1), first(1)
    assert len(again) == 80 > 8 * shards.PATCHES
    assert all(torch.equal(a, b) for a, b in zip(again, same, strict=True))
    assert not torch.equal(again[0], first(2)[0]) and not torch.equal(again[0], first(1, start=80)[0])


def test_readers_have_shards_of_their_own(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(shards, "photos_of", lambda shard: (read.append(shard), photos_of(shard))[1])
    monkeypatch.setattr(shards, "PATCHES", 1)
    for rank in (0, 1):
        list(itertools.islice(iter(ShardedPatches(addresses(packed), 32, 0, 0, rank=rank, size=2)), 3 if rank else 5))
    assert sorted(read) == addresses(packed)


def test_too_few_shards_for_the_readers_are_named(packed: Path) -> None:
    with pytest.raises(ValueError, match="4 readers"):
        next(iter(ShardedPatches(addresses(packed), 32, 0, 0, rank=3, size=4)))


def test_loader_workers_read_shards(packed: Path) -> None:
    batch = next(iter(DataLoader(ShardedPatches(addresses(packed), 32, 0, 0), batch_size=4, num_workers=2)))
    assert batch.degraded.shape == (4, 3, 32, 32) and batch.label.shape == (4, 8)
