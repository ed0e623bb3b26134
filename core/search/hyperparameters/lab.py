"""Parameter or hyperparameter? What the fit finds, what you choose, and why the fit cannot choose it."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.search.hyperparameters.quantities import N_QUANTITIES
from core.search.hyperparameters.script import write_script
from core.search.hyperparameters.sweep import KNOBS, KnobName, Training, TrainingSpec, train_models

FOUND, CHOSEN, SKIPPED = "f", "c", "-"
LETTERS = {FOUND: "found", CHOSEN: "chosen"}


@dataclass(frozen=True, kw_only=True)
class HyperparametersSpec:
    """A table, the knob that is turned, and how the learner sorted the numbers."""

    data: str = "diabetes"
    """A table whose target is a number: ``diabetes``, ``house_prices``, ``delivery_times``, ``own-…``."""
    knob: KnobName = "depth"
    """``depth`` of a tree, ``neighbours``, ``penalty`` of a linear model, or ``rounds`` of boosting."""
    sorting: str = ""
    """One letter for each of the eleven numbers: f, the fit finds it; c, somebody chose it; - for
    neither. Empty: not sorted yet."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.training  # refuses unknown tables and seeds
        require(self.knob in KNOBS, f"The knob is one of {', '.join(KNOBS)}, got {self.knob!r}.")
        require(
            len(self.sorting) in {0, N_QUANTITIES} and set(self.sorting) <= {*LETTERS, SKIPPED},
            f"A sorting has {N_QUANTITIES} letters, each f, c or -, got {self.sorting!r}. "
            "Leave it empty to begin.",
        )

    @property
    def training(self) -> TrainingSpec:
        """What is trained: the same for each knob and each sorting."""
        return TrainingSpec(data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class HyperparametersResult:
    """What each number is, what moved it, and which setting the train rows would choose.

    Errors are RMSE in the unit of the target.
    """

    spec: HyperparametersSpec
    row_noun: tuple[str, str]
    unit: str
    column: str
    """The first column of numbers: the one whose slope, mean and weight are looked at."""
    n_train: int
    n_validation: int
    n_right: int
    """How many numbers the learner sorted as the models do."""
    n_found: int
    n_chosen: int
    n_found_moved: int
    """Found numbers that are others on other rows; and chosen ones, which stay."""
    n_chosen_moved: int
    by_train: float
    """The setting of the knob with the smallest error on the train rows (of equals the most flexible),
    and the one with the smallest error on validation rows."""
    by_validation: float
    most_flexible: float
    train_at_train: float
    """Errors at the setting that the train rows choose, on the train and on the validation rows."""
    validation_at_train: float
    validation_at_validation: float
    n_knobs: int
    n_flexible: int
    """Knobs of which the train rows choose the most flexible setting; and the validation rows."""
    n_flexible_by_validation: int
    searched_penalty: float
    n_search_fits: int
    is_normalize_refused: bool
    quantities: pd.DataFrame
    """One row per number: ``model``, ``attribute``, ``kind``, its value with ``these_rows``,
    ``other_rows``, ``other_settings``, and ``said``, the learner's answer or "" if there is none."""
    errors: pd.DataFrame
    """See `core.search.hyperparameters.sweep.Training`."""
    choices: pd.DataFrame
    """One row per knob: ``knob``, ``by_train``, ``by_validation``, ``most_flexible`` (settings), and
    ``validation_at_train``, ``validation_at_validation`` (errors)."""


def sort_numbers(spec: HyperparametersSpec) -> HyperparametersResult:
    """Answer "which numbers does the fit find, and why can it not find the others?".

    Check by eye: 6 numbers are found and 5 were chosen.
    """
    everywhere = _look_over(spec.training)
    training, choices = everywhere.training, everywhere.choices
    quantities = training.quantities.copy()
    quantities["said"] = [LETTERS.get(letter, "") for letter in spec.sorting] or ""
    errors = training.errors
    here: Any = choices.set_index("knob").loc[spec.knob]
    turned = errors[errors["knob"] == spec.knob].set_index("setting")
    return HyperparametersResult(
        spec=spec,
        **everywhere.scalars,
        n_right=int((quantities["said"] == quantities["kind"]).sum()),
        by_train=float(here["by_train"]),
        by_validation=float(here["by_validation"]),
        most_flexible=float(here["most_flexible"]),
        train_at_train=float(turned.loc[here["by_train"], "train"]),
        validation_at_train=float(here["validation_at_train"]),
        validation_at_validation=float(here["validation_at_validation"]),
        quantities=quantities,
        errors=errors.copy(deep=False),
        choices=choices.copy(deep=False),
    )


@dataclass(frozen=True, eq=False)
class _Everywhere:
    training: Training
    choices: pd.DataFrame
    scalars: dict[str, Any]


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: TrainingSpec) -> _Everywhere:
    training, dataset = train_models(spec), load_dataset(spec.data)
    target = next(column for column in dataset.columns if column.name == dataset.target)
    choices = choose_settings(training.errors)
    quantities = training.quantities
    has_moved = quantities["these_rows"] != quantities["other_rows"]
    is_found = quantities["kind"] == "found"
    scalars = {
        "row_noun": dataset.row_noun,
        "unit": (target.unit or "").split(" (")[0],
        "column": dataset.numeric_features[0],
        "n_train": training.n_train,
        "n_validation": training.n_validation,
        "n_found": int(is_found.sum()),
        "n_chosen": int((~is_found).sum()),
        "n_found_moved": int((is_found & has_moved).sum()),
        "n_chosen_moved": int((~is_found & has_moved).sum()),
        "n_knobs": len(choices),
        "n_flexible": int((choices["by_train"] == choices["most_flexible"]).sum()),
        "n_flexible_by_validation": int(
            (choices["by_validation"] == choices["most_flexible"]).sum()
        ),
        "searched_penalty": training.searched_penalty,
        "n_search_fits": training.n_search_fits,
        "is_normalize_refused": training.is_normalize_refused,
    }
    return _Everywhere(training, choices, scalars)


def choose_settings(errors: pd.DataFrame) -> pd.DataFrame:
    """Return what the train rows and the validation rows choose for each knob.

    Of settings whose train errors are equal, the most flexible one is taken; rows stand from rigid to
    flexible.
    """
    rows = []
    for knob, turned in errors.groupby("knob", sort=False):
        train = turned["train"].to_numpy()
        by_train = int(np.flatnonzero(train <= train.min() + 1e-9 * train.max())[-1])
        by_validation = int(turned["validation"].to_numpy().argmin())
        rows.append(
            {
                "knob": knob,
                "by_train": turned["setting"].iloc[by_train],
                "by_validation": turned["setting"].iloc[by_validation],
                "most_flexible": turned["setting"].iloc[-1],
                "validation_at_train": turned["validation"].iloc[by_train],
                "validation_at_validation": turned["validation"].iloc[by_validation],
            }
        )
    return pd.DataFrame(rows)


def name_slow_part(spec: HyperparametersSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the table that the lesson opens with."""
    if spec.training == TrainingSpec():
        return None
    what = (
        f"{load_dataset(spec.data).title}: five models on two samples, then four knobs are turned."
    )
    return SlowPart(run=train_models, spec=spec.training, what=what)


LAB = Lab(
    name="hyperparameters",
    question="Which numbers does the fit find, and which must somebody choose?",
    spec=HyperparametersSpec,
    run=sort_numbers,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "sorted": {"sorting": "fcfcfcfcffc"},
        "neighbours": {"knob": "neighbours"},
        "penalty": {"knob": "penalty", "data": "house_prices"},
        "rounds": {"knob": "rounds", "data": "delivery_times"},
    },
)
