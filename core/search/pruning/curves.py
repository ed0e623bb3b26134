"""Learning curves that were trained to the end, once and for all, and what pruners did on them.

Each pool holds the curves of 60 settings. Thirty searches each take 30 of them, in an order of their
own, and every pruner of Optuna is asked at every step whether to stop. The files lie in
``datasets/pruning``; `core.search.pruning.make_curves` made them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import loguniform, randint
from sklearn.model_selection import ParameterSampler

from core.errors import require

FOLDER = Path(__file__).parents[3] / "datasets" / "pruning"
N_POOL = 60
"""Settings whose curves are known."""
N_TRIALS = 30
"""Settings that one search tries."""
N_SEARCHES = 30
N_STEPS = 20
"""How often each training says how good it is."""
PRUNERS = ("median", "patient", "halving", "hyperband")


@dataclass(frozen=True, kw_only=True)
class CurveCard:
    """A model on a table, trained in steps; the score is the log loss on validation rows."""

    name: str
    title: str
    data: str
    model: str
    rate: str
    """The setting that says how large each step of the training is."""
    unit: str
    """What one step is."""
    per_step: int = 1
    """Rounds or epochs of one step."""
    space: Mapping[str, Any] = field(default_factory=dict)


CARDS: Mapping[str, CurveCard] = {
    card.name: card
    for card in (
        CurveCard(
            name="boosting",
            title="Churn: boosted trees",
            data="churn",
            model="LightGBM",
            rate="learning_rate",
            unit="round",
            per_step=15,
            space={
                "learning_rate": loguniform(0.003, 0.5),
                "min_child_samples": randint(5, 101),
                "num_leaves": randint(2, 33),
            },
        ),
        CurveCard(
            name="network",
            title="Digits: a neural network",
            data="digits",
            model="MLPClassifier",
            rate="learning_rate_init",
            unit="epoch",
            space={
                "alpha": loguniform(1e-6, 1.0),
                "hidden_layer_sizes": randint(8, 129),
                "learning_rate_init": loguniform(1e-4, 1e-1),
            },
        ),
        CurveCard(
            name="linear",
            title="Digits: a linear model",
            data="digits",
            model="SGDClassifier",
            rate="eta0",
            unit="epoch",
            space={
                "alpha": loguniform(1e-6, 1e-1),
                "eta0": loguniform(1e-5, 1.0),
            },
        ),
    )
}


@dataclass(frozen=True, eq=False)
class Curves:
    """What is known of one pool."""

    card: CurveCard
    rates: NDArray[np.float64]
    """The step size of each setting."""
    losses: NDArray[np.float64]
    """Log loss on the validation rows, by setting and step."""
    orders: NDArray[np.int64]
    """The settings that each search tries, in order, by search and place."""
    stops: Mapping[str, NDArray[np.int64]]
    """Steps that each training was given, by pruner: search and place; `N_STEPS` is the end."""


def draw_settings(card: CurveCard) -> list[dict[str, Any]]:
    """Return the settings of a pool, as scikit-learn's random search draws them."""
    drawn = ParameterSampler(dict(card.space), N_POOL, random_state=0)
    return [{name: _plain(value) for name, value in params.items()} for params in drawn]


def draw_order(search: int) -> NDArray[np.int64]:
    """Return the settings that a search tries, in order."""
    order: NDArray[np.int64] = np.random.default_rng(search).permutation(N_POOL)[:N_TRIALS]
    return order


def build_pruner(name: str) -> Any:
    """Return Optuna's pruner of this name.

    ``median`` with its defaults; ``patient`` is the same, but asks only after a third of the steps;
    ``halving`` keeps the best third after 1, 3 and 9 steps; ``hyperband`` deals the trainings to
    halvings that begin at different steps.
    """
    from optuna import pruners

    if name == "median":
        return pruners.MedianPruner()
    if name == "patient":
        return pruners.MedianPruner(n_warmup_steps=N_STEPS // 3)
    if name == "halving":
        return pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
    return pruners.HyperbandPruner(min_resource=1, max_resource=N_STEPS, reduction_factor=3)


def find_card(name: str) -> CurveCard:
    """Return the card of a pool or of an own table; raises `SpecError` if there is no such one."""
    from core.search.pruning.own import is_own, own_card

    if is_own(name):
        return own_card(name)
    require(name in CARDS, f"There are no curves {name!r}. There are: {', '.join(CARDS)}.")
    return CARDS[name]


@lru_cache(maxsize=8)
def load_curves(name: str) -> Curves:
    """Return the curves of a pool, or train those of an own table; `SpecError` if there can be none."""
    card = find_card(name)
    curves, stops = _read_curves(card)
    losses = curves.sort_values(["setting", "step"])["loss"].to_numpy(dtype=np.float64)
    steps = stops.sort_values(["search", "place"])
    shape = (N_SEARCHES, N_TRIALS)
    return Curves(
        card=card,
        rates=np.array([params[card.rate] for params in draw_settings(card)]),
        losses=losses.reshape(N_POOL, N_STEPS),
        orders=np.array([draw_order(search) for search in range(N_SEARCHES)]),
        stops={pruner: steps[pruner].to_numpy(dtype=np.int64).reshape(shape) for pruner in PRUNERS},
    )


def _read_curves(card: CurveCard) -> tuple[pd.DataFrame, pd.DataFrame]:
    from core.search.pruning.own import OwnCurvesSpec, is_own, train_own_curves

    if is_own(card.name):
        own = train_own_curves(OwnCurvesSpec(data=card.name))
        return own.curves, own.stops
    paths = [FOLDER / f"{card.name}-{part}.parquet" for part in ("curves", "stops")]
    require(
        all(path.is_file() for path in paths),
        f"The curves of {card.title} are missing. Make them: "
        "python -m core.search.pruning.make_curves.",
    )
    return pd.read_parquet(paths[0]), pd.read_parquet(paths[1])


def _plain(value: Any) -> int | float:
    number = value.item() if hasattr(value, "item") else value
    return int(number) if isinstance(number, int) else float(number)
