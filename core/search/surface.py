"""A fully evaluated surface: every cell of a grid judged by cross-validation, once and for all.

On such a surface a search costs no training, so that a race of thirty seeds takes seconds and what each
strategy missed is known. The scores lie in ``datasets/surfaces``; `core.search.make_surfaces` made them.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.search.folds import Rows
from core.search.models import Model
from core.search.objective import InTurn, Stage
from core.search.space import Parameter, Params, Space
from core.search.spec import Metric, SearchSpec, Strategy

FOLDER = Path(__file__).parents[2] / "datasets" / "surfaces"
N_LEVELS = 21
"""Values of each parameter; 20 steps, so that grids of 3, 5, 6 and 11 values fall on them."""
N_DEALINGS = 5
"""How often the rows were dealt into folds anew; searches see the first dealing."""
K = 5


@dataclass(frozen=True, kw_only=True)
class SurfaceCard:
    """Which model on which table was judged everywhere."""

    name: str
    title: str
    data: str
    model: Model
    metric: Metric
    space: Space
    """Two numbers; each has `N_LEVELS` values, by equal factors on a log scale."""

    def spec(self, strategy: Strategy = "grid", n_trials: int = 25, seed: int = 0) -> SearchSpec:
        """Return the search that a `strategy` would make here by real trainings."""
        return SearchSpec(
            data=self.data,
            model=self.model,
            metric=self.metric,
            space=self.space,
            strategy=strategy,
            n_trials=n_trials,
            k=K,
            seed=seed,
        )


SURFACES: Mapping[str, SurfaceCard] = {
    card.name: card
    for card in (
        SurfaceCard(
            name="tumours",
            title="Tumours: penalty and width of a support vector machine",
            data="breast_cancer",
            model="svm",
            metric="roc_auc",
            space=(
                Parameter(name="C", low=1e-2, high=1e3, log=True),
                Parameter(name="gamma", low=1e-5, high=1e1, log=True),
            ),
        ),
        SurfaceCard(
            name="diabetes",
            title="Diabetes: penalty and tolerance of a support vector machine",
            data="diabetes",
            model="svm",
            metric="r2",
            space=(
                Parameter(name="C", low=1e-2, high=1e3, log=True),
                Parameter(name="epsilon", low=1e-3, high=1e1, log=True),
            ),
        ),
    )
}


@dataclass(frozen=True, eq=False)
class Surface:
    """The scores of every cell."""

    card: SurfaceCard
    levels: tuple[NDArray[np.float64], NDArray[np.float64]]
    """The values of the first and the second parameter, ascending."""
    scores: NDArray[np.float64]
    """By first level, second level, dealing and fold."""

    @property
    def seen(self) -> NDArray[np.float64]:
        """What a search sees: the mean over the folds of the first dealing, by both levels."""
        means: NDArray[np.float64] = self.scores[:, :, 0, :].mean(axis=-1)
        return means

    @property
    def long_run(self) -> NDArray[np.float64]:
        """The mean over the folds of all the other dealings, by both levels."""
        means: NDArray[np.float64] = self.scores[:, :, 1:, :].mean(axis=(-1, -2))
        return means

    @property
    def best(self) -> float:
        """The highest score that a search can see here."""
        return float(self.seen.max())

    def cell_of(self, params: Mapping[str, Any]) -> tuple[int, int]:
        """Return the places of the levels that are nearest to `params`."""
        places = [
            int(np.abs(np.log(levels) - math.log(params[parameter.name])).argmin())
            for parameter, levels in zip(self.card.space, self.levels, strict=True)
        ]
        return places[0], places[1]

    def params_of(self, first: int, second: int) -> Params:
        """Return the setting of a cell."""
        names = [parameter.name for parameter in self.card.space]
        return {
            names[0]: float(self.levels[0][first]),
            names[1]: float(self.levels[1][second]),
        }


class SurfaceObjective(InTurn):
    """Judges a setting by looking up the nearest cell; every look costs the fits that the cell took."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self.n_folds = K
        self.n_rows = 2 * K
        self.n_steps = K
        self.is_classifying = False
        self.target = np.zeros(self.n_rows)
        # scikit-learn's searches want rows to split; a surface has none, so these stand in for them.
        rows = np.arange(self.n_rows, dtype=np.int64)
        self.splits = tuple((rows[rows % K != fold], rows[rows % K == fold]) for fold in range(K))

    def stages(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        """Judge `params` in one step."""
        first, second = self._surface.cell_of(params)
        scores = tuple(self._surface.scores[first, second, 0].tolist())
        yield Stage(step=K, scores=scores, n_fits=K, cost=float(K))

    def score_fold(self, params: Mapping[str, Any], fold: int, train: Rows, test: Rows) -> float:  # noqa: ARG002
        """Return the score of the nearest cell in one fold."""
        first, second = self._surface.cell_of(params)
        return float(self._surface.scores[first, second, 0, fold])


def levels_of_surface(card: SurfaceCard) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the values of both parameters."""
    first, second = (np.geomspace(p.low, p.high, N_LEVELS) for p in card.space)
    return first, second


@lru_cache(maxsize=8)
def load_surface(name: str) -> Surface:
    """Return a surface by name; raises `SpecError` if there is none of it."""
    require(name in SURFACES, f"There is no surface {name!r}. There are: {', '.join(SURFACES)}.")
    card = SURFACES[name]
    path = FOLDER / f"{name}.parquet"
    require(
        path.is_file(),
        f"The scores of {card.title} are missing. Make them: python -m core.search.make_surfaces.",
    )
    table = pd.read_parquet(path).sort_values(["first", "second", "dealing", "fold"])
    shape = (N_LEVELS, N_LEVELS, N_DEALINGS, K)
    scores = table["score"].to_numpy(dtype=np.float64).reshape(shape)
    scores.flags.writeable = False
    return Surface(card, levels_of_surface(card), scores)
