"""Networks for any use: trained on photos that are listed as free, and on nothing else."""

import json
import sys
from pathlib import Path
from string import Formatter

import cv2
import numpy as np
import pytest

import export
import judge
import pack_photos
from cpl import checkpoint
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.degradations import EXPERTS
from cpl.licences import LIST, NotFreeError, credits_of, listed, not_free
from cpl.recipe import read_recipe
from cpl.verdict import AIMS, Verdict
from cpl.verdict import judge as judged


def test_every_listed_photo_is_free_and_has_a_source() -> None:
    photos = listed()
    assert len(photos) > 300 and not_free(photos) == []
    assert all(photo.source and photo.licence for photo in photos.values())
    assert all(photo.author for photo in photos.values() if photo.licence.startswith("CC-BY"))


def test_photos_that_are_not_listed_or_not_free_are_found(tmp_path: Path) -> None:
    table = tmp_path / "licences.tsv"
    rows = ["a.avif\tgithub a\tCC0-1.0\t", "b.avif\tgithub b\tCC-BY-NC-4.0\tB", "c.avif\tgithub c\tCC-BY-4.0\tC"]
    rows += ["d.avif\tgithub d\tCC-BY-SA-4.0\tD", "e.avif\tgithub e\tpublic domain (NASA)\t", "f.avif\tgithub f\t\t"]
    table.write_text("\n".join(["file\tsource\tlicence\tauthor", *rows]) + "\n")
    assert not_free(["a.avif", "a.png", "c.avif", "e.avif"], table) == []
    assert not_free(["a.avif", "b.avif", "d.avif", "f.avif", "imagenet.jpg"], table) == [
        "b.avif",
        "d.avif",
        "f.avif",
        "imagenet.jpg",
    ]
    assert "CC-BY-4.0: C." in credits_of(["a.avif", "c.avif"], table)
    assert "CC-BY" not in credits_of(["a.avif"], table)


TRAINING = Path(__file__).parents[1]
FREE = sorted(listed())[:2]


@pytest.mark.parametrize(
    ("photos", "refused"),
    [(None, "does not say"), ([*FREE, "n01440764_10026.JPEG"], "1 of 3 photos are not listed"), (FREE, None)],
)
def test_a_model_for_any_use_is_exported_only_where_all_its_photos_are_free(
    network: PromptedNAFNet,
    photos: list[str] | None,
    refused: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = {
        "config": network.config.to_dict(),
        "average": network.state_dict(),
        "step": 1,
        "samples": 1,
        "seconds": 1.0,
    }
    checkpoint.save(tmp_path / "c.pt", state if photos is None else {**state, "photos": photos})
    report = {"gates": {expert: [[0.0] * 8] * 3 for expert in EXPERTS}, "quality": []}
    (tmp_path / "report.json").write_text(json.dumps(report))
    monkeypatch.setattr(export, "export", lambda _network, file, half: file.write_bytes(b"onnx"))
    given = [
        "--checkpoint",
        str(tmp_path / "c.pt"),
        "--report",
        str(tmp_path / "report.json"),
        "--out",
        str(tmp_path / "m"),
    ]
    monkeypatch.setattr(sys, "argv", ["export.py", *given, f"--recipe={TRAINING}/recipes/compact-1.0.toml"])
    manifest = tmp_path / "m" / "manifest.json"
    if refused:
        with pytest.raises(NotFreeError, match=refused):
            export.main()
        assert not manifest.exists()
        return
    export.main()
    assert '"commercial": true' in manifest.read_text() and "on 2 photographs free for any use" in manifest.read_text()
    assert (tmp_path / "m" / LIST.name).read_bytes() == LIST.read_bytes()
    monkeypatch.setattr(sys, "argv", ["export.py", *given, f"--recipe={TRAINING}/recipes/compact-0.6.toml"])
    export.main()
    assert '"commercial": false' in manifest.read_text() and "non-commercial" in manifest.read_text()


def test_photos_are_packed_small_busy_ones_first_and_only_free_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_photos, "PIXELS", 64 * 64)
    photos, out = tmp_path / "photos", tmp_path / "packed"
    photos.mkdir()
    random = np.random.default_rng(0)
    for strength, name in enumerate(FREE):
        pixels = 128 + 60 * strength * (random.random((160, 160, 3)) - 0.5)
        cv2.imwrite(str(photos / f"{name}.png"), cv2.resize(pixels.astype(np.uint8), (128, 128)))
    assert pack_photos.pack(photos, out, 5) == 2
    sizes = {path.stem: path.stat().st_size for path in out.glob("*.avif")}
    for path in out.glob("*.avif"):
        height, width, _ = cv2.imread(str(path)).shape
        assert height * width <= 65 * 65
    room = (sizes[FREE[1]] + 10 + LIST.stat().st_size) / 2**20
    assert pack_photos.pack(photos, out, room) == 1 and (out / f"{FREE[1]}.avif").exists()
    cv2.imwrite(str(photos / "imagenet.png"), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(ValueError, match=r"imagenet\.png"):
        pack_photos.pack(photos, out, 5)


def row(benchmark: str, restored: float, degraded: float = 20.0) -> dict:
    return {"benchmark": benchmark, "degraded": degraded, "restored": restored}


def test_the_verdict_names_what_is_lost_and_what_falls_short() -> None:
    old = [row("CBSD68, noise 25", 30.26), row("Kodak, blur", 25.34, 24.96), row("Kodak, clean in", 72.6, 100)]
    new = [row("CBSD68, noise 25", 31.2), row("Kodak, blur", 25.0, 24.96), row("Kodak, clean in", 61.0, 100)]
    found = judged(new, old)
    assert found.better and [change.benchmark for change in found.lost] == ["Kodak, blur"]
    assert [aim.benchmark for aim in found.missed] == ["Kodak, blur"]
    assert found.mean == pytest.approx((0.94 - 0.34 + 0) / 3)
    words = found.words()
    assert "it loses in Kodak, blur (-0.34)." in words and "short of the aim: Kodak, blur, +2.0 dB" in words
    assert not judged(old, new).better
    less: Verdict = judged(new[:1], old)
    assert not less.better and less.missing == ("Kodak, blur", "Kodak, clean in")
    with pytest.raises(ValueError, match="same benchmarks"):
        judged([row("x", 1)], old)


def test_aims_are_named_as_the_benchmarks_are() -> None:
    from cpl.benchmarks.suites import SUITES

    titles = {each.title for suite in ("local", "kodak-7") for each in SUITES[suite].benchmarks}
    assert {aim.benchmark for aim in AIMS} <= titles


def test_judging_takes_photos_of_all_sources(tmp_path: Path) -> None:
    for name in "abcdef":
        (tmp_path / f"{name}.png").write_bytes(b"")
    assert [path.stem for path in judge.spread(tmp_path, 3)] == ["a", "c", "e"]
    assert len(judge.spread(tmp_path, 99)) == 6


def test_the_recipe_for_any_use_has_a_card_that_names_whom_to_thank() -> None:
    recipe = read_recipe(judge.RECIPE)
    assert recipe.model.commercial and recipe.stages == () and recipe.crops
    fields = {name for _, name, _, _ in Formatter().parse(recipe.card.read_text()) if name}
    assert {"credits", "training", "licence", "scores", "control"} <= fields
    assert "Aitzol Berasategi" in credits_of(listed())
