"""Measure what a relay brought back, export it, draw its card, and say whether it is better than what is in place.

    python judge.py --checkpoint runs/relay/checkpoint.pt --log runs/relay/log.jsonl --data DATA --out runs/relay/model

DATA holds `test`, `real` and `check`. OUT becomes a model's folder that can take the place of the one it is compared
with. Ends with 0 where the new model is better on the whole, with 1 where it is not.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from cpl.data import photo_files
from cpl.gates import GATE_PHOTOS
from cpl.recipe import read_recipe
from cpl.verdict import judge

RECIPE = Path(__file__).parent / "recipes" / "compact-1.0.toml"
IN_PLACE = Path(__file__).parents[1] / "resources" / "models" / "petrichor-compact"
JUDGING_PHOTOS = 32
"""Of `check`: tasks' gates are measured on the first half of them, control on the other."""


def commands(arguments: argparse.Namespace, photos: Path) -> list[list[str]]:
    """What is run, one after the other, without the interpreter."""
    data, out = arguments.data, arguments.out
    weights, report = f"--checkpoint={arguments.checkpoint}", f"--report={out / 'report.json'}"
    recipe = f"--recipe={arguments.recipe}"
    evaluate = ["evaluate.py", weights, report, f"--data={data / 'test'}"]
    return [
        [*evaluate, f"--validation={photos}"],
        [*evaluate, "--benchmark=kodak-7"],
        ["export.py", recipe, weights, report, f"--out={out}"],
        ["-m", "experiments.control", weights, report, f"--photos={photos}"],
        ["compare.py", weights, f"--photos={data / 'test' / 'kodak24'}", f"--out={out / 'comparison.jpg'}"],
        ["compare_real.py", recipe, weights, report, f"--photos={data / 'real'}", f"--out={out / 'real.jpg'}"],
        ["curves.py", f"--log={arguments.log}", f"--out={out / 'curves.png'}"],
        ["card.py", recipe, f"--model={out}", f"--control={out / 'control.txt'}"],
    ]


def spread(folder: Path, count: int) -> list[Path]:
    """So many photos of a folder, or all where it has fewer, evenly over their names: of all its sources."""
    files = photo_files(folder)
    count = min(count, len(files))
    return [files[number * len(files) // count] for number in range(count)]


def missing(arguments: argparse.Namespace) -> list[str]:
    """What is not there and would be missed only after the test sets were measured, which takes an hour."""
    crops = [arguments.data / "real" / crop.photo for crop in read_recipe(arguments.recipe).crops]
    files = [arguments.checkpoint, arguments.log, arguments.against / "manifest.json", *crops]
    absent = [str(file) for file in dict.fromkeys(files) if not file.exists()]
    check = arguments.data / "check"
    if len(photo_files(check)) <= GATE_PHOTOS:
        absent.append(f"{check}: at least {GATE_PHOTOS + 1} photos")
    return absent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True, help="log.jsonl of all runs of the trunk, or of the last")
    parser.add_argument("--data", type=Path, required=True, help="folder with test, real and check")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder to write")
    parser.add_argument("--against", type=Path, default=IN_PLACE, help="the model's folder to compare with")
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    arguments = parser.parse_args()
    absent = missing(arguments)
    if absent:
        parser.error("\n  ".join(["these are missing:", *absent]))

    out = arguments.out
    photos = out / "judging"
    shutil.rmtree(photos, ignore_errors=True)
    photos.mkdir(parents=True)
    for path in spread(arguments.data / "check", JUDGING_PHOTOS):
        shutil.copyfile(path, photos / path.name)
    for command in commands(arguments, photos):
        print("$", *command, flush=True)
        kept = subprocess.PIPE if "experiments.control" in command else None
        done = subprocess.run([sys.executable, *command], check=True, text=True, stdout=kept)
        if kept:
            (out / "control.txt").write_text(done.stdout)
    shutil.rmtree(photos)
    new, old = (json.loads((folder / "manifest.json").read_text())["quality"] for folder in (out, arguments.against))
    verdict = judge(new, old)
    print(verdict.words())
    (out / "verdict.txt").write_text(verdict.words() + "\n")
    sys.exit(0 if verdict.better else 1)


if __name__ == "__main__":
    main()
