"""Judge every cell of every surface anew: ``python -m core.search.make_surfaces`` (some minutes).

The files under ``datasets/surfaces`` come from here; a test recomputes a sample of their cells.
"""

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.remember import use_one_thread
from core.search.objective import TrainingObjective
from core.search.surface import (
    FOLDER,
    N_DEALINGS,
    N_LEVELS,
    SURFACES,
    SurfaceCard,
    levels_of_surface,
)


def judge_cell(card: SurfaceCard, first: int, second: int, dealing: int) -> tuple[float, ...]:
    """Return the score of each fold for one cell, by real trainings; `dealing` seeds the folds."""
    objective = TrainingObjective(replace(card.spec(), fold_seed=dealing))
    first_values, second_values = levels_of_surface(card)
    names = [parameter.name for parameter in card.space]
    values = (float(first_values[first]), float(second_values[second]))
    return list(objective.stages(dict(zip(names, values, strict=True))))[-1].scores


def make_surface(card: SurfaceCard) -> pd.DataFrame:
    """Return one row for each cell, dealing and fold.

    ``first`` and ``second`` (places of the levels), ``dealing``, ``fold``, ``score``.
    """
    rows = [
        (first, second, dealing, fold, score)
        for dealing in range(N_DEALINGS)
        for first in range(N_LEVELS)
        for second in range(N_LEVELS)
        for fold, score in enumerate(judge_cell(card, first, second, dealing))
    ]
    table = pd.DataFrame(rows, columns=["first", "second", "dealing", "fold", "score"])
    return table.astype(dict.fromkeys(["first", "second", "dealing", "fold"], "int8"))


def write_surfaces(names: list[str], folder: Path = FOLDER) -> None:
    """Make the surfaces called `names` and write them to `folder`."""
    use_one_thread()
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        make_surface(SURFACES[name]).to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    write_surfaces(sys.argv[1:] or list(SURFACES))
