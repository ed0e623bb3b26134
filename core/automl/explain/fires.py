"""Fires: a table whose causes are known, because we made it. What is important need not be a cause.

A large fire brings many calls, many engines and much damage. Each engine lowers the damage, the minutes until
the first one raise it, and the offers for repair are asked for when the damage is done.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.automl.explain.winner import (
    MODELS,
    Model,
    Numbers,
    check_seed,
)
from core.errors import require
from core.progress import report
from core.remember import remembered

N_ROWS = 2_400
N_TRAINED = 1_800
SIZE, ENGINE, MINUTE, AREA, NOISE = 14.0, -2.0, 1.5, 0.05, 4.0
"""What one step of each adds to the damage, in thousands of EUR; the last is the spread of chance."""
EARLY = ("calls", "engines", "minutes", "area_m2")
"""Columns that are known while it burns."""
LATE = "repair_offers"
TARGET = "damage_keur"
MOVED = ("calls", "engines", "minutes")
"""Columns that are raised in every fire, by `STEP` each. The law has no calls in it, so they move nothing."""
STEP = 2.0


@dataclass(frozen=True, kw_only=True)
class FiresSpec:
    """Which model learns from the fires."""

    model: Model = "forest"
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        check_seed(self.seed)


@dataclass(frozen=True, eq=False)
class Fires:
    """What two models lean on, what they say of moving a column, and what moving it does.

    `columns` has one row per column and version: ``version`` ("early": what is known while it burns; "late":
    with the offers for repair), ``column``, ``rise`` (of the RMSE, in thousands of EUR, mean of 10 shuffles).
    `moves` has one row per column that is raised by 2 in every fire: ``column``, ``said`` (mean change of the
    prediction), ``true`` (mean change of the damage), both in thousands of EUR.
    """

    spec: FiresSpec
    n_train: int
    n_judged: int
    early_error: float
    """RMSE on fires that it did not learn from, in thousands of EUR, with what is known while it burns."""
    late_error: float
    """The same with the offers for repair among the columns."""
    in_use_error: float
    """The latter model while it burns: no offer has been asked for."""
    calls_said: float
    calls_true: float
    engines_said: float
    engines_true: float
    columns: pd.DataFrame
    moves: pd.DataFrame


def draw_fires(seed: int) -> tuple[pd.DataFrame, Numbers]:
    """Draw 2,400 fires, and the chance in each damage."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0.6, 0.6, N_ROWS)
    table = pd.DataFrame(
        {
            "calls": rng.poisson(2 * size),
            "engines": 1 + rng.poisson(1.5 * size),
            "minutes": rng.gamma(4, 2.5, N_ROWS).round(1),
            "area_m2": rng.lognormal(4.6, 0.4, N_ROWS).round(),
        }
    )
    chance = 10 + SIZE * size + rng.normal(0, NOISE, N_ROWS)
    damage = true_damage(table, chance)
    offers = rng.poisson(np.clip(damage, 0, None) / 4)
    return table.assign(**{LATE: offers, TARGET: damage}), chance


def true_damage(table: pd.DataFrame, chance: Numbers) -> Numbers:
    """Return the damage in thousands of EUR by the law that made it.

    Check by eye: two engines more lower it by 4.
    """
    return np.asarray(
        chance + ENGINE * table["engines"] + MINUTE * table["minutes"] + AREA * table["area_m2"],
        dtype=np.float64,
    )


@remembered
def fight_fires(spec: FiresSpec) -> Fires:
    """Train on fires with and without the late column, shuffle each column, and move two of them.

    Answers "is what a model finds important what one should change?". Check by eye: the true change of two
    more engines is −4.
    """
    from sklearn.inspection import permutation_importance
    from sklearn.metrics import root_mean_squared_error

    table, chance = draw_fires(spec.seed)
    judged, truth = table.iloc[N_TRAINED:], table[TARGET].to_numpy()[N_TRAINED:]
    tables: list[pd.DataFrame] = []
    errors, models = {}, {}
    for version, names in (("early", EARLY), ("late", (*EARLY, LATE))):
        report(len(tables) / 2, "Training on fires")
        model = _train(table, names, spec)
        models[version] = model
        errors[version] = root_mean_squared_error(truth, model.predict(judged[list(names)]))
        found = permutation_importance(
            model, judged[list(names)], truth, scoring="neg_root_mean_squared_error", n_repeats=10,
            random_state=spec.seed,
        )  # fmt: skip
        tables.append(
            pd.DataFrame(
                {"version": version, "column": list(names), "rise": found.importances_mean}
            )
        )
    burning = judged[[*EARLY, LATE]].assign(**{LATE: 0})
    moves = _move(models["early"], judged, chance[N_TRAINED:])
    moved = moves.set_index("column")
    return Fires(
        spec=spec,
        n_train=N_TRAINED,
        n_judged=len(judged),
        early_error=float(errors["early"]),
        late_error=float(errors["late"]),
        in_use_error=float(root_mean_squared_error(truth, models["late"].predict(burning))),
        calls_said=float(moved["said"]["calls"]),
        calls_true=float(moved["true"]["calls"]),
        engines_said=float(moved["said"]["engines"]),
        engines_true=float(moved["true"]["engines"]),
        columns=pd.concat(tables, ignore_index=True).astype({"version": "str", "column": "str"}),
        moves=moves,
    )


def _move(model: Any, judged: pd.DataFrame, chance: Numbers) -> pd.DataFrame:
    early = judged[list(EARLY)]
    rows = []
    for name in MOVED:
        moved = early.assign(**{name: early[name] + STEP})
        said = model.predict(moved) - model.predict(early)
        true = true_damage(moved, chance) - true_damage(early, chance)
        rows.append((name, float(said.mean()), float(true.mean())))
    table = pd.DataFrame(rows, columns=["column", "said", "true"])
    return table.astype({"column": "str"})


def _train(table: pd.DataFrame, names: tuple[str, ...], spec: FiresSpec) -> Any:
    """Train a family of AutoML at its defaults on the first 1,800 fires."""
    from core.automl.settings import Settings
    from core.automl.table import prepare_table
    from core.automl.trial import fit_model

    part = np.where(np.arange(len(table)) < N_TRAINED, "train", "validate").astype(object)
    part[-1] = "test"
    settings = Settings(
        target=TARGET,
        task="regression",
        split_col="part",
        meanings=tuple((name, "number") for name in names),
        seed=spec.seed,
    )
    ready = prepare_table(table[[*names, TARGET]].assign(part=part), settings)
    return fit_model(ready, spec.model, {}, np.arange(N_TRAINED)).pipeline


__all__ = ["EARLY", "LATE", "Fires", "FiresSpec", "draw_fires", "fight_fires"]
