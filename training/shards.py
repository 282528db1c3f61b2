"""Pack training photos into WebDataset shards; see `cpl/shards.py`.

python shards.py --photos DATA/clean --out SHARDS
"""

import argparse
from pathlib import Path

from cpl.shards import write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with photos, at any depth")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    print(f"{write(arguments.photos, arguments.out)} shards in {arguments.out}")


if __name__ == "__main__":
    main()
