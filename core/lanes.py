"""Lanes of cells, as pure data: what happens to each row of a table, lane by lane, at each step."""

from dataclasses import dataclass

from core.errors import require
from core.scene import Axis, Meaning


@dataclass(frozen=True, kw_only=True)
class CellKind:
    """What a letter in a lane stands for."""

    letter: str
    label: str
    """Its entry in the legend."""
    meaning: Meaning
    height: float = 1.0
    """Share of the lane that it fills, so that colour is never the only cue; 0 draws nothing."""

    def __post_init__(self) -> None:
        require(
            len(self.letter) == 1, f"A kind of cell is one letter, got {self.letter!r}. Take one."
        )
        require(
            0 <= self.height <= 1,
            f"A cell fills a share of its lane from 0 to 1, got {self.height:g}.",
        )


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One lane that stays where it is, above the others: what is known of each cell."""

    label: str
    cells: str
    kinds: tuple[CellKind, ...]


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """Cells side by side in lanes one below the other; each step has lanes of its own.

    Every lane and strip has as many cells as the axis has places.
    """

    x: Axis
    """Names the cells: 1 to their number."""
    kinds: tuple[CellKind, ...]
    steps: tuple[tuple[str, ...], ...]
    """For each step its lanes from top to bottom, one letter per cell."""
    labels: tuple[tuple[str, ...], ...]
    """For each step the name of each lane."""
    notes: tuple[tuple[str, ...], ...]
    """For each step what stands at the right end of each lane."""
    note_label: str = ""
    """What the notes are, above them."""
    strips: tuple[Strip, ...] = ()

    def __post_init__(self) -> None:
        n_cells = round(self.x.high - self.x.low) + 1
        for strip in self.strips:
            _require_cells(f"The strip {strip.label!r}", strip.cells, strip.kinds, n_cells)
        for step, lanes in enumerate(self.steps):
            require(bool(lanes), f"Step {step} has no lanes. Each step needs at least 1.")
            for lane in lanes:
                _require_cells(f"A lane of step {step}", lane, self.kinds, n_cells)
        for what, texts in (("labels", self.labels), ("notes", self.notes)):
            for step, (lanes, said) in enumerate(zip(self.steps, texts, strict=False)):
                require(
                    len(lanes) == len(said),
                    f"Step {step} has {len(lanes)} lanes but {len(said)} {what}.",
                )

    def per_step_lengths(self) -> list[tuple[str, int]]:
        """Return the name and length of everything that has one entry for each step."""
        parts = {"steps": self.steps, "labels": self.labels, "notes": self.notes}
        return [(f"lanes.{name}", len(part)) for name, part in parts.items()]


def _require_cells(what: str, cells: str, kinds: tuple[CellKind, ...], n_cells: int) -> None:
    require(len(cells) == n_cells, f"{what} has {len(cells)} cells, but the axis has {n_cells}.")
    unknown = sorted(set(cells) - {kind.letter for kind in kinds})
    require(not unknown, f"{what} holds {', '.join(unknown)}, which is no kind of cell.")
