"""Make the images of the benchmark kodak-7, or check that this machine makes the known ones.

    python kodak7.py --photos DATA/test/kodak24 --out FOLDER

writes the images as PNG and checks each against `cpl/benchmarks/kodak-7.sha256`; without --out it only checks.
"""

import argparse
from pathlib import Path

import cv2

from cpl.benchmarks.kodak7 import KODAK_7, KODAK_COMPOSITES, checksum, degrade, known_checksums
from cpl.data import photo_files, read_rgb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with the 24 Kodak photos, 01.png to 24.png")
    parser.add_argument("--out", type=Path, help="folder for the images")
    arguments = parser.parse_args()

    known = known_checksums()
    differing = []
    for path in photo_files(arguments.photos):
        photo = read_rgb(path)
        images = {"+".join(names): degrade(photo, names, path.stem) for names in (*KODAK_7, *KODAK_COMPOSITES)}
        for folder, image in {"clean": photo, **images}.items():
            name = f"{folder}/{path.stem}"
            if known.get(name) != checksum(image):
                differing.append(name)
            if arguments.out:
                (arguments.out / folder).mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(arguments.out / f"{name}.png"), image[..., ::-1])
    if differing:
        raise SystemExit(f"These images are not the known ones: {', '.join(differing)}")
    print("All images are the known ones.")


if __name__ == "__main__":
    main()
