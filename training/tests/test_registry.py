"""A degradation is added by its file and its entry in the list, and by nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cpl import checkpoint
from cpl.degradations import EXPERTS

TRAINING = Path(__file__).parents[1]
SEPIA = """
import numpy as np
from cpl.degradations.types import Image, Map, Random

def sepia(image: Image, _depth: Map, random: Random) -> Image:
    grey = image.mean(axis=2, keepdims=True)
    return (grey * np.float32([1.0, 0.9, random.uniform(0.6, 0.8)])).astype(np.float32)
"""
USE = """
import sys, torch
from pathlib import Path
from cpl.checkpoint import load_network
from cpl.degradations import DEGRADATIONS, EXPERTS
from cpl.gates import task_gates
from cpl.manifest import manifest
from cpl.recipe import read_recipe
from cpl.validation import Validation

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
network = load_network(file)
report = {"gates": task_gates(network, folder / "bsd32"), "quality": []}
entry = manifest(network, file, report, read_recipe(Path("recipes/compact-0.6.toml")).model)
assert entry["experts"] == list(EXPERTS) and EXPERTS[1] == "sepia" and len(EXPERTS) == 9
assert entry["tasks"][1]["label"] == "Sepia" and len(entry["tasks"][1]["gates"][0]) == 9
assert "sepia" in Validation(folder / "bsd32").pairs
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code with one degradation more."""
    copy = tmp_path / "training"
    shutil.copytree(TRAINING / "cpl", copy / "cpl", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TRAINING / "recipes", copy / "recipes")
    for command in TRAINING.glob("*.py"):
        shutil.copy(command, copy)
    (copy / "cpl" / "degradations" / "sepia.py").write_text(SEPIA)
    registry = copy / "cpl" / "degradations" / "__init__.py"
    entry = '        Degradation("rain", rain'
    text = registry.read_text()
    assert text.count(entry) == 1
    text = text.replace(entry, f'        Degradation("sepia", sepia, share=0.02),\n{entry}')
    registry.write_text(text.replace("import rain\n", "import rain\nfrom cpl.degradations.sepia import sepia\n"))
    return copy


def test_a_new_degradation_is_trained_validated_and_exported(copy: Path, clean_folder: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)

    def run(*words: object) -> None:
        command = [sys.executable, *map(str, words)]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    size = ("--steps", 1, "--batch", 4, "--patch", 32, "--width", 8, "--workers", 0, "--cpr", "margin")
    run("train.py", "--data", clean_folder, "--out", tmp_path / "run", *size)
    file = tmp_path / "run" / "checkpoint.pt"
    assert checkpoint.load(file)["config"]["experts"] == len(EXPERTS) + 1
    run("-c", USE, clean_folder, file)
