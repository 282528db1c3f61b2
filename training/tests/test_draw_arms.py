import json
import sys
from pathlib import Path

import numpy as np
import pytest

from cpl.degradations import EXPERTS
from experiments import draw_arms


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two seeds of one arm: a right prompt gains 2 dB with the first and 4 dB with the second, any wrong one 1 dB."""
    for seed, gain in enumerate((2.0, 4.0)):
        matrix = np.full((8, 8), 21.0) + (gain - 1) * np.eye(8)
        run = {
            "steps": 5,
            "patch": 64,
            "batch": 2,
            "degraded": dict.fromkeys(EXPERTS, 20.0),
            "psnr": dict.fromkeys(EXPERTS, 20.0 + gain),
            "matrix": matrix.tolist(),
            "usage": {task: np.eye(8)[at].tolist() for at, task in enumerate(EXPERTS)},
        }
        (tmp_path / f"spm-{seed}.json").write_text(json.dumps(run))
    (tmp_path / "costs.json").write_text(json.dumps({"spm": 0.5}))
    return tmp_path


def test_tables_tell_the_mean_of_the_seeds_and_how_far_they_are_apart(results: Path) -> None:
    found, degraded, budget = draw_arms.read(results)
    assert budget == {"steps": 5, "patch": 64, "batch": 2}
    quality, control = draw_arms.tables(found, degraded).split("\n\n")
    assert quality.splitlines()[-1].endswith("| 23.00 | 23.00 ± 1.00 |")
    assert control.splitlines()[-1] == "| SPM | 7.0 of 7 | +2.00 ± 1.00 | +0.00 | 0.50 |"


def test_pictures_and_the_figures_of_control_are_written(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["draw_arms", "--results", str(results), "--out", str(out)])
    draw_arms.main()
    for name in ("quality.png", "control.png", "usage.png"):
        assert (out / name).stat().st_size > 5000
    _, head, _, *rows = (line for line in (out / "control.md").read_text().splitlines() if line)
    assert head == "| SPM | " + " | ".join(EXPERTS) + " |"
    assert rows[1] == "| rain | 21.00 | 23.00 | " + " | ".join(["21.00"] * 6) + " |"
    assert len(rows) == len(EXPERTS)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no results of experiments\.arms"):
        draw_arms.read(tmp_path)
