"""What a right prompt is worth, as it is measured and as it is told."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from cpl import checkpoint
from cpl.backbones.nafnet import PromptedNAFNet
from cpl.degradations import DEGRADATIONS, EXPERTS
from cpl.examples import examples, quality
from cpl.gates import GATE_PHOTOS
from cpl.spm import Forced
from experiments import control
from experiments.control import judge, table


def test_the_table_tells_how_far_the_right_prompt_is_ahead_and_how_near_the_routers_come() -> None:
    """The right prompt reaches 25 dB, "jpeg" forced on anything 24, any other wrong one 21; the routers 24.5."""
    matrix = np.full((len(EXPERTS), len(EXPERTS)), 21.0)
    matrix[:, EXPERTS.index("jpeg")] = 24
    np.fill_diagonal(matrix, 25)
    found = {
        "degraded": dict.fromkeys(EXPERTS, 20.0),
        "psnr": dict.fromkeys(EXPERTS, 24.5),
        "matrix": matrix.tolist(),
        "usage": {},
    }
    head, *rows = (line.split() for line in table(found).splitlines())
    assert head == ["task", "degraded", *EXPERTS, "margin", "automatic"]
    assert [row[0] for row in rows] == list(DEGRADATIONS)
    told = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    assert told["rain"] == {
        "degraded": "20.00",
        **dict.fromkeys(EXPERTS, "21.00"),
        "rain": "25.00",
        "jpeg": "24.00",
        "margin": "+1.00",
        "automatic": "-0.50",
    }
    assert told["jpeg"]["margin"] == "+4.00"


def test_a_cell_is_the_quality_of_a_task_with_the_gates_of_another(network: PromptedNAFNet, clean_folder: Path) -> None:
    files = sorted((clean_folder / "bsd32").iterdir())
    gates = {task: torch.rand(3, 8) for task in EXPERTS}
    found = judge(network, gates, files, side=32, first=7)
    degraded, clean = examples("rain", files, 32, 7)
    with torch.no_grad():
        by_snow, _ = network(degraded, Forced(gates["snow"][None], torch.ones(1)))
        own, _ = network(degraded)
    assert found["matrix"][EXPERTS.index("rain")][EXPERTS.index("snow")] == pytest.approx(quality(by_snow, clean))
    assert found["psnr"]["rain"] == pytest.approx(quality(own, clean))
    assert found["degraded"]["rain"] == pytest.approx(quality(degraded, clean))
    assert not torch.equal(degraded, examples("rain", files, 32)[0])  # other numbers, other rain


def test_the_command_judges_the_gates_of_the_report_on_photos_that_they_were_not_measured_on(
    network: PromptedNAFNet,
    photo: np.ndarray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, report, file = tmp_path / "bsd32", tmp_path / "report.json", tmp_path / "checkpoint.pt"
    folder.mkdir()
    for number in range(GATE_PHOTOS + 2):
        if number == GATE_PHOTOS:
            monkeypatch.setattr(sys, "argv", _command(file, report, folder))
            with pytest.raises(SystemExit):
                control.main()
            assert "holds no photos beside the 16" in capsys.readouterr().err
        pixels = cv2.resize((photo * 255).astype(np.uint8), (288, 272))
        cv2.imwrite(str(folder / f"{number:02}.png"), pixels)
    gates = {task: [[float(level == at % 3) for at in range(8)] for level in range(3)] for task in EXPERTS}
    checkpoint.save(file, {"config": network.config.to_dict(), "average": network.state_dict()})

    report.write_text(json.dumps({"quality": []}))
    with pytest.raises(SystemExit):
        control.main()
    assert "run evaluate.py with --validation" in capsys.readouterr().err

    asked = {}

    def remember(_: PromptedNAFNet, gates: dict, files: list[Path], side: int, first: int) -> dict:
        asked.update(gates=gates, files=files, side=side, first=first)
        return judge(network, gates, files, side=32, first=first)

    monkeypatch.setattr(control, "judge", remember)
    report.write_text(json.dumps({"quality": [], "gates": gates}))
    control.main()
    assert [path.name for path in asked["files"]] == ["16.png", "17.png"]
    assert (asked["side"], asked["first"]) == (256, GATE_PHOTOS)
    assert {task: rows.tolist() for task, rows in asked["gates"].items()} == gates
    assert capsys.readouterr().out.split()[0] == "task"


def _command(file: Path, report: Path, folder: Path) -> list[str]:
    return ["control", "--checkpoint", str(file), "--report", str(report), "--photos", str(folder)]
