"""Whether a new model is better than the one in place, on the whole and figure by figure."""

from typing import Any, NamedTuple

Row = dict[str, Any]
"""An entry of a manifest's `quality`: benchmark, degraded, restored (PSNR in dB)."""

TOLERATED = 0.1
"""dB that a figure may fall without a word."""
ENOUGH = 60.0
"""dB of a clean photo against itself, beyond which more is not better."""


class Aim(NamedTuple):
    """What a figure should reach: PSNR in dB, or what is gained over the degraded photo."""

    benchmark: str
    value: float
    gained: bool = False


AIMS = (
    Aim("CBSD68, noise 15", 33.8),
    Aim("CBSD68, noise 25", 31.1),
    Aim("CBSD68, noise 50", 27.7),
    Aim("Kodak, blur", 2.0, gained=True),
    Aim("Kodak, jpeg", 1.7, gained=True),
    Aim("Rain100H, first 30", 26.0),
    Aim("Rain100L, 2 pairs", 34.0),
    Aim("SOTS outdoor, 2 pairs", 27.0),
    Aim("CC15, real camera noise", 3.0, gained=True),
    Aim("Kodak, clean in", ENOUGH),
)


class Change(NamedTuple):
    benchmark: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        return min(self.after, ENOUGH) - min(self.before, ENOUGH)


class Verdict(NamedTuple):
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    """Benchmarks that only the model in place was measured on."""
    missed: tuple[Aim, ...]

    @property
    def mean(self) -> float:
        return sum(change.difference for change in self.changes) / len(self.changes)

    @property
    def lost(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.difference < -TOLERATED)

    @property
    def better(self) -> bool:
        """More gained than lost, with nothing left unmeasured. What was lost is for a person to weigh."""
        return self.mean > 0 and not self.missing

    def words(self) -> str:
        lines = [f"{'benchmark':32}{'in place':>9}{'new':>8}{'dB':>8}"]
        for change in self.changes:
            mark = "  lost" if change in self.lost else ""
            lines.append(f"{change.benchmark:32}{change.before:9.2f}{change.after:8.2f}{change.difference:+8.2f}{mark}")
        lines.append(f"{'mean':32}{'':17}{self.mean:+8.2f}")
        for aim in self.missed:
            lines.append(f"short of the aim: {aim.benchmark}, {aim.value:{'+' if aim.gained else ''}.1f} dB")
        if self.missing:
            lines.append(f"not measured: {', '.join(self.missing)}")
        names = ", ".join(f"{change.benchmark} ({change.difference:+.2f})" for change in self.lost)
        whole = "The new model is better on the whole" if self.better else "The new model is not better"
        lines.append(f"{whole}; it loses {f'in {names}' if names else 'nothing'}.")
        return "\n".join(lines)


def judge(new: list[Row], in_place: list[Row]) -> Verdict:
    """Raises ValueError where the two have no figure in common."""
    own = {row["benchmark"]: row for row in new}
    changes = tuple(
        Change(row["benchmark"], row["restored"], own[row["benchmark"]]["restored"])
        for row in in_place
        if row["benchmark"] in own
    )
    if not changes:
        raise ValueError("the two models were not measured on the same benchmarks")
    missing = tuple(row["benchmark"] for row in in_place if row["benchmark"] not in own)
    missed = tuple(aim for aim in AIMS if aim.benchmark in own and not _reached(aim, own[aim.benchmark]))
    return Verdict(changes, missing, missed)


def _reached(aim: Aim, row: Row) -> bool:
    return bool(row["restored"] - (row["degraded"] if aim.gained else 0) >= aim.value)
