"""What a right prompt is worth, as it is told."""

import numpy as np

from cpl.control import table
from cpl.degradations import EXPERTS, KINDS


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
    assert [row[0] for row in rows] == list(KINDS)
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
