"""First answers: what each person said to each question when meeting it for the first time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

COLUMNS = ("learner", "item", "version", "seed", "answer", "credit")


@dataclass(frozen=True)
class Firsts:
    """The first answer of each learner to each item, in its present version."""

    table: pd.DataFrame
    """Columns learner, item, version, seed (None for an item without variants), answer, credit (0 to 1)."""

    @property
    def n_learners(self) -> int:
        """How many people answered anything."""
        return int(self.table["learner"].nunique())

    def of_item(self, name: str) -> pd.DataFrame:
        """Return the rows of one item."""
        return self.table[self.table["item"] == name]

    def rest_of(self, name: str) -> "pd.Series[float]":
        """Return by learner of `name` the mean credit on all *other* items; learners with none are left out.

        The share, not the sum: of a pool that is drawn from, everybody answers other questions.
        """
        others = self.table[self.table["item"] != name]
        means: pd.Series[float] = others.groupby("learner")["credit"].mean()
        known = means.index.intersection(pd.Index(self.of_item(name)["learner"]))
        return means.loc[known]


def take_firsts(attempts: Iterable[Mapping[str, Any]], versions: Mapping[str, int]) -> Firsts:
    """Return the first answers among `attempts` (oldest first, as `read_attempts` gives them).

    `versions` gives the present version of each item; answers to another one do not count, for another
    version is another question. What was left open in an exam counts as an answer worth 0.
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for attempt in attempts:
        name = str(attempt["item"])
        if attempt["state"] == "gone" or versions.get(name) != attempt["version"]:
            continue
        row = {column: attempt.get(column) for column in COLUMNS}
        seed = row["seed"]
        row["seed"] = None if seed == "" or seed is None else int(seed)
        rows.setdefault((str(attempt["learner"]), name), row)
    table = pd.DataFrame(list(rows.values()), columns=list(COLUMNS))
    return Firsts(table.astype({"credit": "float64"}))
