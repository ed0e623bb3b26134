"""Split a table once into a train, a validation and a test part."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.errors import require

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Which rows are for training, for choosing and for the final judgement.

    The arrays hold row positions (for ``table.iloc``), in the order that scikit-learn's
    ``train_test_split`` gives to a learner who runs the code at home.
    """

    dataset: Dataset
    seed: int
    shares: tuple[float, float, float]
    train: Rows
    validation: Rows
    test: Rows

    @property
    def parts(self) -> dict[str, Rows]:
        """Row positions by name of the part: ``train``, ``validation``, ``test``."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def counts(self) -> pd.DataFrame:
        """One row per part: ``part``, ``rows`` and what its target looks like.

        Binary tables add ``positives`` (rows) and ``positive_share``; regression tables add
        ``target_mean`` in the unit of the target.
        """
        counts = pd.DataFrame(
            {"part": list(self.parts), "rows": [len(rows) for rows in self.parts.values()]}
        )
        if self.dataset.task == "binary":
            is_positive = self.dataset.positive_rows()
            counts["positives"] = [int(is_positive[rows].sum()) for rows in self.parts.values()]
            counts["positive_share"] = counts["positives"] / counts["rows"]
        if self.dataset.task == "regression":
            target = self.dataset.table[self.dataset.target].to_numpy(dtype=float)
            counts["target_mean"] = [float(target[rows].mean()) for rows in self.parts.values()]
        return counts

    @property
    def label_counts(self) -> pd.DataFrame:
        """One row per part and class: ``part``, ``label``, ``rows``; empty unless classifying."""
        rows = []
        if self.dataset.labels:
            target = self.dataset.table[self.dataset.target].to_numpy()
            rows = [
                {"part": part, "label": label, "rows": int((target[positions] == label).sum())}
                for part, positions in self.parts.items()
                for label in self.dataset.labels
            ]
        return pd.DataFrame(rows, columns=["part", "label", "rows"])


def split_rows(
    dataset: Dataset, *, seed: int = 0, shares: tuple[float, float, float] | None = None
) -> Split:
    """Split the rows of `dataset` into train, validation and test, once, by `seed`.

    Classes keep their shares in each part, within one row (stratification). Two calls of
    scikit-learn's ``train_test_split`` do it: the test rows first, then the validation rows.

    Parameters
    ----------
    dataset
        The table to split.
    seed
        Same seed, same rows.
    shares
        Train, validation and test shares; they add up to 1. The table's own if None.

    Returns
    -------
    Split
        Disjoint row positions that cover the table. Check by eye: ``fraud`` gives 20,000, 10,000
        and 10,000 payments with 200, 100 and 100 frauds.

    Raises
    ------
    SpecError
        If a share is not between 0 and 1, they do not add up, or a class is too rare to appear
        in each part.
    """
    chosen = dataset.default_shares if shares is None else shares
    _check_shares(chosen)
    n_validation, n_test = (round(dataset.n_rows * share) for share in chosen[1:])
    n_train = dataset.n_rows - n_validation - n_test
    require(
        min(n_train, n_validation, n_test) >= 1,
        f"Each part needs at least 1 row, and {dataset.n_rows} rows give {n_train} for training, "
        f"{n_validation} for validation and {n_test} for test. Bring more rows.",
    )
    everything = np.arange(dataset.n_rows, dtype=np.int64)
    rest, test = _draw_part(dataset, everything, n_test, seed, "test")
    train, validation = _draw_part(dataset, rest, n_validation, seed, "validation")
    return Split(dataset, seed, chosen, train, validation, test)


def _check_shares(shares: tuple[float, float, float]) -> None:
    require(
        len(shares) == 3 and all(0 < share < 1 for share in shares),
        f"Train, validation and test shares each lie between 0 and 1, got {shares}.",
    )
    require(
        abs(sum(shares) - 1) < 1e-9,
        f"Train, validation and test shares add up to 1, got {sum(shares):g}. Change one of them.",
    )


def _draw_part(
    dataset: Dataset, rows: Rows, n_drawn: int, seed: int, part: str
) -> tuple[Rows, Rows]:
    from sklearn.model_selection import train_test_split  # listing stays light

    if not dataset.labels:
        rest, drawn = train_test_split(rows, test_size=n_drawn, random_state=seed)
        return rest, drawn
    target = dataset.table[dataset.target].to_numpy()
    names, sizes = np.unique(target[rows], return_counts=True)
    advice = (
        f"Each part must hold each of the {len(names)} classes, and {names[sizes.argmin()]!s} has "
        f"only {sizes.min()} of the {len(rows)} rows: too few for the {part} part of {n_drawn} "
        "rows. Merge rare classes or bring more rows."
    )
    require(sizes.min() >= 2 and min(n_drawn, len(rows) - n_drawn) >= len(names), advice)
    rest, drawn = train_test_split(
        rows, test_size=n_drawn, random_state=seed, stratify=target[rows]
    )
    require(len(np.unique(target[drawn])) == len(np.unique(target[rest])) == len(names), advice)
    return rest, drawn
