"""Which photos a network may be trained on that anybody may use for anything, and whom to thank for them.

`training/licences.tsv` lists them file by file: source, licence, where that is written, author.
"""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

LIST = Path(__file__).parents[1] / "licences.tsv"

FREE = re.compile(r"(CC0-1\.0|public domain|CC-BY-\d\.\d)(?![-\w])", re.IGNORECASE)
"""How a licence begins that allows any use. CC-BY-NC, -ND and -SA do not match."""


class Photo(NamedTuple):
    file: str
    source: str
    licence: str
    author: str


def listed(table: Path = LIST) -> dict[str, Photo]:
    """File name without its ending -> photo."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {Path(row["file"]).stem: Photo(*(row[name] or "" for name in Photo._fields)) for row in rows}


class NotFreeError(ValueError):
    """A network that was trained on photos that are not known to be free is to be exported for any use."""


def photos_free_for_any_use(state: dict[str, Any]) -> list[str]:
    """The names of all photos that a checkpoint was trained on.

    Raises NotFreeError where it does not say them, or where one is not listed as free.
    """
    photos: list[str] = state.get("photos", [])
    if not photos:
        raise NotFreeError("the checkpoint does not say which photos it was trained on")
    foreign = not_free(photos)
    if foreign:
        raise NotFreeError(f"{len(foreign)} of {len(photos)} photos are not listed as free: {', '.join(foreign[:5])}")
    return photos


def not_free(names: Iterable[str], table: Path = LIST) -> list[str]:
    """Those of the file names that the table lacks, or lists under a licence that does not allow any use.

    Endings do not count: photos are packed into other formats.
    """
    known = listed(table)
    return [name for name in names if Path(name).stem not in known or not FREE.match(known[Path(name).stem].licence)]


def credits_of(names: Iterable[str], table: Path = LIST) -> str:
    """The sentence that CC BY asks for, with the authors of those of the photos that need it, by licence."""
    known = listed(table)
    authors: dict[str, set[str]] = {}
    for name in names:
        photo = known[Path(name).stem]
        if photo.licence.startswith("CC-BY"):
            authors.setdefault(photo.licence, set()).add(photo.author)
    named = "; ".join(f"{licence}: {', '.join(sorted(people))}" for licence, people in sorted(authors.items()))
    return "Trained on photographs that are CC0, public domain or CC BY, listed file by file in licences.tsv." + (
        f" {named}. All were scaled down." if named else ""
    )
