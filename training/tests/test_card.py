"""What stands in a network's folder beside its weights: the card and the pictures."""

import json
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest

import card
import compare
import compare_real
from cpl import checkpoint, speed
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.benchmarks.suites import SUITES
from cpl.degradations import DEGRADATIONS, EXPERTS
from cpl.manifest import manifest
from cpl.onnx_export import export
from cpl.recipe import Model, read_recipe
from cpl.scores import Score, add

RECIPE = Path(__file__).parents[1] / "recipes" / "compact-0.6.toml"
CROPS = read_recipe(RECIPE).crops
SHIPPED = Path(__file__).parents[2] / "resources" / "models" / "petrichor-compact"
MODEL = Model("tiny", "Tiny", "1.2.3", tile=256, overlap=32, training="Ten steps.", licence="Free.")


@pytest.fixture
def file(network: PromptedNAFNet, tmp_path: Path) -> Path:
    checkpoint.save(tmp_path / "c.pt", {"config": network.config.to_dict(), "average": network.state_dict()})
    return tmp_path / "c.pt"


@pytest.fixture
def report(file: Path) -> dict:
    """Kodak gains 6 dB by each task and 1 dB by each composite, the other sets 10 dB."""
    made: dict = {}
    for suite in ("kodak-7", "local", "seven-task"):
        window = suite != "seven-task"
        scores = [
            (
                each,
                Score(
                    20, 20 + {0: 10, 1: 6, 2: 1}[len(each.degradations)], *((0.5, 0.75) if window else (np.nan, np.nan))
                ),
            )
            for each in SUITES[suite].benchmarks
        ]
        add(made, file, suite, scores)
    return {**made, "gates": {expert: [[0.5] * 8] * 3 for expert in EXPERTS}}


def run(module: object, monkeypatch: pytest.MonkeyPatch, **options: object) -> None:
    monkeypatch.setattr(sys, "argv", ["x", *(f"--{name}={value}" for name, value in options.items())])
    module.main()  # type: ignore[attr-defined]


def test_the_card_holds_every_figure(
    network: PromptedNAFNet, report: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    export(network, model / "model.onnx")
    (model / "manifest.json").write_text(json.dumps(manifest(network, model / "model.onnx", report, MODEL)))
    asked: list[object] = []

    class Watched(onnxruntime.InferenceSession):
        def __init__(self, path: str, options: onnxruntime.SessionOptions, **others: object) -> None:
            asked.append(options.intra_op_num_threads)
            super().__init__(path, options, **others)

        def run(self, names: object, feeds: dict) -> list:
            asked.append(feeds["image"].shape)
            return super().run(names, feeds)

    monkeypatch.setattr(onnxruntime, "InferenceSession", Watched)
    (tmp_path / "control.txt").write_text("task  degraded\nrain  20.00\n")
    recipe = read_recipe(RECIPE)
    (tmp_path / "recipe.toml").write_text(RECIPE.read_text())
    (tmp_path / recipe.card.name).write_text(recipe.card.read_text() + "Mist stays.")
    run(card, monkeypatch, recipe=tmp_path / "recipe.toml", model=model, control=tmp_path / "control.txt")

    text = (model / "README.md").read_text()
    assert "Ten steps." in text and "Mist stays." in text and "rain  20.00" in text
    assert re.search(r"A tile of 256x256 pixels takes [1-9]\d* ms in ONNX Runtime [\d.]+ \(median", text)
    assert "measured on\n2 threads" in text and asked == [2, *[(1, 3, 256, 256)] * (3 + speed.RUNS)]
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("| `")]
    assert [rows[0].split("`")[1] for rows in tables] == ["local", "kodak-7", "seven-task"]
    local, kodak, seven = ([row.split(" | ", 1) for row in rows[2:]] for rows in tables)
    titles = {suite: [f"| {each.title}" for each in SUITES[suite].benchmarks] for suite in SUITES}
    assert local == [[title, "20.00 | 30.00 | +10.00 | 0.500 | 0.750 |"] for title in titles["local"]]
    gains = ["20.00 | 26.00 | +6.00 | 0.500 | 0.750 |", "20.00 | 21.00 | +1.00 | 0.500 | 0.750 |"]
    assert kodak == [
        *([title, gains[0]] for title in titles["kodak-7"][: len(DEGRADATIONS)]),
        ["| mean of these 7", gains[0]],
        *([title, gains[1]] for title in titles["kodak-7"][len(DEGRADATIONS) :]),
    ]
    assert seven == [[title, "20.00 | 30.00 | +10.00 | - | - |"] for title in titles["seven-task"]]


def test_rows_of_the_manifest_are_what_the_window_reads(network: PromptedNAFNet, report: dict, file: Path) -> None:
    """As `src/core/model/manifest.ts` has it: strings and numbers, none of them missing."""
    for row in manifest(network, file, report, MODEL)["quality"]:
        assert isinstance(row["benchmark"], str) and row["metric"] == "PSNR"
        assert np.isfinite([row["degraded"], row["restored"]]).all()


def test_the_shipped_card_is_what_the_recipe_and_the_shipped_manifest_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = (SHIPPED / "README.md").read_text()
    for name in ("manifest.json", "model.onnx"):
        (tmp_path / name).symlink_to(SHIPPED / name)
    (tmp_path / "control.txt").write_text(shipped.split("```")[1].lstrip("\n"))
    speed_of_shipped = re.search(r"takes (\d+) ms in ONNX Runtime ([\d.]+)", shipped)
    assert speed_of_shipped
    monkeypatch.setattr(card, "tile_milliseconds", lambda _: float(speed_of_shipped[1]))
    monkeypatch.setattr(onnxruntime, "__version__", speed_of_shipped[2])
    run(card, monkeypatch, recipe=RECIPE, model=tmp_path, control=tmp_path / "control.txt")
    assert (tmp_path / "README.md").read_text() == shipped


def test_the_shipped_manifest_says_what_the_recipe_says() -> None:
    shipped, model = json.loads((SHIPPED / "manifest.json").read_text()), read_recipe(RECIPE).model
    shipped = {"commercial": False, **shipped}  # manifests of before do not say it
    assert {field: shipped[field] for field in Model._fields} == model._asdict()


def test_kodak_photos_are_drawn_before_and_after(
    file: Path, photo: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(3):
        pixels = cv2.resize((np.roll(photo, 9 * number, axis=1) * 255).astype(np.uint8), (288, 272))
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), pixels)
    run(compare, monkeypatch, checkpoint=file, photos=tmp_path / "photos", out=tmp_path / "c.jpg")
    # Seven rows of degraded, restored, clean in two columns; the eighth place is white.
    picture = cv2.imread(str(tmp_path / "c.jpg"))
    assert picture.shape == (4 * 256, 2 * 3 * 256, 3)
    assert picture[3 * 256 + 16 :, 3 * 256 + 16 :].min() > 250 and np.ptp(picture[: 4 * 256, : 3 * 256]) > 200


def test_real_photos_are_drawn_as_taken_restored_and_with_the_task_chosen(
    file: Path, photo: np.ndarray, report: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {Path(crop.photo).parent.name for crop in CROPS}
    assert folders == {"haze", "low-light", "rain", "raindrop"}
    assert {crop.task for crop in CROPS} <= set(DEGRADATIONS)
    for crop in CROPS:
        (tmp_path / crop.photo).parent.mkdir(exist_ok=True)
        pixels = cv2.resize((photo * 255).astype(np.uint8), (300, 250))
        cv2.imwrite(str(tmp_path / crop.photo), pixels)
    (tmp_path / "report.json").write_text(json.dumps(report))
    out = tmp_path / "real.jpg"
    given = {"recipe": RECIPE, "checkpoint": file, "report": tmp_path / "report.json", "photos": tmp_path}
    run(compare_real, monkeypatch, **given, out=out)
    rows = -(-len(CROPS) // 2)
    assert cv2.imread(str(out)).shape == (rows * 240, 2 * 3 * 240, 3)
