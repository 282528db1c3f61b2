"""The relay and the judge behind it, rehearsed: a tiny network on a handful of made photos, to the model's folder."""

import contextlib
import io
import json
import runpy
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import judge
import relay
from cpl.backbones.residual import VARIANTS, PromptedResidualConfig
from cpl.benchmarks.suites import SUITES
from cpl.degradations import DEGRADATIONS
from cpl.licences import LIST, listed
from cpl.recipe import read_recipe

TINY = PromptedResidualConfig(
    width=8, growth=(1, 1, 2, 2), encoder_blocks=(1, 1, 1), latent_blocks=1, decoder_blocks=(1, 1, 1)
)
GATE_PHOTOS = 2


def write(file: Path, seed: int, height: int = 64, width: int = 64) -> None:
    """A photo of soft shapes with some grain."""
    random = np.random.default_rng(seed)
    coarse = cv2.resize(random.integers(0, 256, (6, 6, 3), dtype=np.uint8), (width, height))
    file.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(file), cv2.add(coarse, random.integers(0, 20, coarse.shape, dtype=np.uint8)))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What judge.py asks for: the test sets, real photos, and photos to judge by; beside them some to train on."""
    root = tmp_path / "data"
    for number, benchmark in enumerate(SUITES["local"].benchmarks):
        if benchmark.sigma is None:
            for part in (benchmark.inputs, benchmark.targets):
                write(root / "test" / benchmark.folder / part / "1.png", number)
    write(root / "test" / "cbsd68" / "1.png", 1)
    write(root / "test" / "kodak24" / "1.png", 2, 256, 256)
    for number, crop in enumerate(read_recipe(judge.RECIPE).crops):
        write(root / "real" / crop.photo, number, 240, 256)
    for number in range(GATE_PHOTOS + 1):
        write(root / "check" / f"{number}.png", 10 + number, 256, 256)
    for number, name in enumerate(list(listed())[:3]):
        write(root / "free" / f"{name}.png", 20 + number, 96, 96)
    return root


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of a judgement in this process: else each of them would load PyTorch."""
    monkeypatch.setattr("cpl.gates.GATE_PHOTOS", GATE_PHOTOS)
    monkeypatch.setattr(judge, "GATE_PHOTOS", GATE_PHOTOS)
    monkeypatch.setattr("cpl.speed.SIDE", 64)

    def run(words: list[str], *, check: bool, text: bool, stdout: int | None) -> subprocess.CompletedProcess[str]:
        assert words[0] == sys.executable and check and text
        start, words = (runpy.run_module, words[2:]) if words[1] == "-m" else (runpy.run_path, words[1:])
        monkeypatch.setattr(sys, "argv", words)
        said = io.StringIO()
        with contextlib.redirect_stdout(said) if stdout else contextlib.nullcontext():
            start(words[0], run_name="__main__")
        return subprocess.CompletedProcess(words, 0, said.getvalue())

    monkeypatch.setattr(judge.subprocess, "run", run)


def call(command: object, monkeypatch: pytest.MonkeyPatch, **options: object) -> None:
    words = [part for name, value in options.items() for part in (f"--{name}", *str(value).split())]
    monkeypatch.setattr(sys, "argv", ["command", *words])
    command.main()  # type: ignore[attr-defined]


def test_what_the_relay_leaves_is_judged_exported_and_described(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signals: None, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(VARIANTS, "tiny", TINY)
    monkeypatch.setattr("cpl.phases.LOG_EVERY", 0.0)
    monkeypatch.chdir(Path(judge.__file__).parent)
    out, model, against = tmp_path / "out", tmp_path / "model", tmp_path / "against"
    times = {"seconds": 2, "decay": 0.5, "probe": 0.2, "reserve": 0.6}
    sizes = {"workers": 0, "patches": "32 48", "batches": 2, "variants": "tiny"}
    folders = {"photos": data / "free", "validation": data / "check", "out": out, "trunk": tmp_path / "none.pt"}
    call(relay, monkeypatch, **folders, **times, **sizes)

    in_place = json.loads((judge.IN_PLACE / "manifest.json").read_text())
    in_place["quality"] = [{**row, "restored": 0.0} for row in in_place["quality"]]
    against.mkdir()
    (against / "manifest.json").write_text(json.dumps(in_place))
    given = {"checkpoint": out / "checkpoint.pt", "log": out / "log.jsonl", "data": data, "against": against}
    with pytest.raises(SystemExit) as ended:
        call(judge, monkeypatch, **given, out=model)
    assert ended.value.code == 0
    assert (model / "verdict.txt").read_text() in capsys.readouterr().out

    pictures = {"comparison.jpg", "real.jpg", "curves.png"}
    texts = {"README.md", "manifest.json", "report.json", "control.txt", "verdict.txt", LIST.name}
    assert {path.name for path in model.iterdir()} == {"model.onnx", *texts, *pictures}
    assert all(cv2.imread(str(model / name)) is not None for name in pictures)
    manifest = json.loads((model / "manifest.json").read_text())
    assert manifest["commercial"] and manifest["architecture"] == "prompted-residual"
    assert [row["benchmark"] for row in manifest["quality"]] == [row["benchmark"] for row in in_place["quality"]]
    card, control = (model / "README.md").read_text(), (model / "control.txt").read_text()
    assert control.rstrip() in card and all(task in control for task in DEGRADATIONS)
    assert "on 3 photographs" in card and all(f"({name})" in card for name in pictures)


def test_what_a_judgement_lacks_is_named_before_it_begins(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "real" / "rain" / "42.jpg").unlink()
    (data / "check" / "0.png").unlink()
    with pytest.raises(SystemExit):
        call(judge, monkeypatch, checkpoint=tmp_path / "c.pt", log=data, data=data, out=tmp_path / "model")
    said = capsys.readouterr().err.split("missing:")[1]
    lines = [str(tmp_path / "c.pt"), str(data / "real" / "rain" / "42.jpg"), f"{data / 'check'}: at least 3 photos"]
    assert [line.strip() for line in said.strip().splitlines()] == lines
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(("count", "names"), [(2, ["0", "1"]), (9, ["0", "1", "2"])])
def test_photos_to_judge_by_are_spread_over_the_folder_each_once(data: Path, count: int, names: list[str]) -> None:
    assert [path.stem for path in judge.spread(data / "check", count)] == names
