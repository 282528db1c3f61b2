import json
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import curves


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that were drawn, kept open."""
    figures: list[Figure] = []
    monkeypatch.setattr(curves.plt, "close", figures.append)
    return figures


@pytest.mark.parametrize("told", [True, False])
def test_the_log_of_any_arm_is_drawn_curve_by_curve(told: bool, tmp_path: Path, drawn: list[Figure]) -> None:
    told_alone = {"router": 1.5, "balance": 1.1, "contrast": 0.1, "patches_per_second": 60.0}
    terms = {"pixels": 0.05, "spectrum": 0.02, **(told_alone if told else {})}
    first, later = {"rain": 25.0, "clean": 40.0}, {"rain": 26.0, "clean": 41.0, "sigma 25": 29.0}
    entries = [
        {"step": 0, "validation": "degraded", "psnr": {"rain": 20.0, "clean": 60.0}},
        {"step": 100, **terms},
        {"step": 100, "validation": "restored", "psnr": first},
        # Resumed with a degradation more; where contrast is lazy, a line can lack it.
        {"step": 100, "validation": "degraded", "psnr": {"rain": 20.0, "clean": 60.0, "sigma 25": 20.2}},
        {"step": 200, "pixels": 0.04, "spectrum": 0.02},
        {"step": 200, "validation": "restored", "psnr": later},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(map(json.dumps, entries)))
    curves.draw(log, tmp_path / "curves.png")
    assert np.ptp(cv2.imread(str(tmp_path / "curves.png"))) > 200

    (figure,) = drawn
    lines = {axes.get_title(): axes.get_lines()[0].get_xydata().tolist() for axes in figure.axes if axes.get_lines()}
    plt.close(figure)
    titles = list(curves.TERMS.values()) if told else ["L1", "L1 of the spectrum"]
    assert list(lines) == [*titles, "rain, 20.0 dB before", "clean, 60.0 dB before", "sigma 25, 20.2 dB before"]
    assert lines["L1"] == [[100, 0.05], [200, 0.04]]
    assert lines["rain, 20.0 dB before"] == [[100, 25], [200, 26]]
    assert lines["sigma 25, 20.2 dB before"] == [[200, 29]]
    if told:
        assert lines["contrast"] == [[100, 0.1]]
    assert not any(axes.get_legend() for axes in figure.axes)  # a legend hid curves
