"""A finalist as one thing that can be trained and asked: a single model, or the weighted mean of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.automl.attempt import mix
from core.automl.door import admit_table
from core.automl.finals import Finalist
from core.automl.scores import Numbers
from core.automl.table import ReadyTable
from core.automl.trial import Model, Places, Trial, fit_model


@dataclass(frozen=True, eq=False)
class Blend:
    """Trained models and their weights."""

    name: str
    models: tuple[tuple[Model, float], ...]

    def predict(self, rows: pd.DataFrame) -> Numbers:
        """Return one probability a class of the table, or one number a row."""
        rows = admit_table(rows)
        return mix([(model.predict(rows), weight) for model, weight in self.models])


def fit_blend(
    ready: ReadyTable, trials: Sequence[Trial], finalist: Finalist, places: Places
) -> Blend:
    """Train every member of a finalist on the rows at `places`."""
    models = tuple(
        (fit_model(ready, trials[number].family, trials[number].params, places), weight)
        for number, weight in finalist.members
    )
    return Blend(finalist.name, models)
