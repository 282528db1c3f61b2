"""Recipes: plain data files that say how one model is made, `recipes/*.toml`.

card = "NAME.card.md"       template of the model's card, beside the recipe

[model]                     what the manifest says of it: the fields of `Model`
[options]                   options of `train.py` for all stages, without their hyphens; NAME=VALUE ones as a table
[[stages]]                  one after the other: `name`, and the stage's own options; none for a trunk
[[crops]]                   real photos that the card shows: the fields of `Crop`
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple


class Model(NamedTuple):
    id: str
    name: str
    version: str
    tile: int
    """Suggested side of a tile in pixels."""
    overlap: int
    """What two tiles share, in pixels."""
    training: str
    """Sentences; `{steps}`, `{patches}`, `{minutes}`, `{photos}` stand for those of the exported checkpoint."""
    licence: str
    commercial: bool = False
    """Whether anybody may use it for anything; then all that it was trained on must be listed as free for any use."""


class Stage(NamedTuple):
    name: str
    options: tuple[str, ...]
    """As on the command line of `train.py`."""


class Crop(NamedTuple):
    photo: str
    """Below the folder of real photos."""
    task: str
    """What a user would ask for."""
    centre: tuple[float, float]
    """Right and down, shares of the photo."""


class Recipe(NamedTuple):
    model: Model
    stages: tuple[Stage, ...]
    crops: tuple[Crop, ...]
    card: Path


def read_recipe(path: Path) -> Recipe:
    """Raises KeyError or TypeError naming what is missing or unknown."""
    content = tomllib.loads(path.read_text())
    common = content.get("options", {})
    return Recipe(
        model=Model(**content["model"]),
        stages=tuple(_stage(common | stage) for stage in content.get("stages", [])),
        crops=tuple(
            Crop(crop["photo"], crop["task"], (crop["centre"][0], crop["centre"][1]))
            for crop in content.get("crops", [])
        ),
        card=path.parent / content["card"],
    )


def _stage(options: dict[str, Any]) -> Stage:
    words: list[str] = []
    for name, value in options.items():
        if name == "name" or value is False:
            continue
        words.append(f"--{name}")
        if isinstance(value, dict):
            words += [f"{key}={item}" for key, item in value.items()]
        elif value is not True:
            words += [str(item) for item in (value if isinstance(value, list) else [value])]
    return Stage(options["name"], tuple(words))
