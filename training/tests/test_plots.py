import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from cpl import plots


@pytest.mark.parametrize("told", [True, False])
def test_the_log_of_any_arm_is_drawn(told: bool, tmp_path: Path) -> None:
    psnr = {"rain": 25.0, "clean": 40.0}
    terms = {"pixels": 0.05, "spectrum": 0.02, **({"router": 1.5} if told else {})}
    entries = [
        {"step": 0, "validation": "degraded", "psnr": psnr},
        {"step": 100, **terms, "contrast": 0.01},
        {"step": 200, **terms},
        {"step": 200, "validation": "restored", "psnr": psnr},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(map(json.dumps, entries)))
    losses, validations = plots.read_log(log)
    assert [entry["step"] for entry in losses] == [100, 200] and [entry["step"] for entry in validations] == [200]
    plots.draw(log, tmp_path / "curves.png")
    assert np.ptp(cv2.imread(str(tmp_path / "curves.png"))) > 200
