"""What is this table worth? The ladder of models climbed on a table, and how sure one may be of its top."""

from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.automl.notebook import Notebook
from core.automl.proposal import give_notebook
from core.automl.worth.climb import (
    BUDGETS,
    Climb,
    ClimbSpec,
    climb_ladder,
    rows_of,
    settings_of,
)
from core.automl.worth.progress import look_at_climb
from core.automl.worth.script import write_script
from core.automl.worth.tables import load_table
from core.errors import require
from core.lab import Lab, SlowPart
from core.results import tables_of
from core.wording import count


@dataclass(frozen=True, kw_only=True)
class WorthSpec(ClimbSpec):
    """A table, how it is judged, how much is tried, and what the learner bets on it."""

    bet: tuple[float, ...] = ()
    """Between which two scores the proposed model comes out on the untouched rows; empty: no bet."""
    opened: bool = False
    """Whether the untouched rows are looked at without a bet."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            len(self.bet) in (0, 2),
            f"A bet is two scores, the lower and the higher, got {len(self.bet)}. Name two.",
        )
        require(
            not self.bet or self.bet[0] < self.bet[1],
            "The first score of a bet is the lower one. Swap the two.",
        )

    @property
    def is_test_open(self) -> bool:
        """Whether the score on the untouched rows may be seen."""
        return self.opened or bool(self.bet)

    @property
    def climb(self) -> ClimbSpec:
        """What is trained: the same whatever is bet."""
        return ClimbSpec(data=self.data, size=self.size, metric=self.metric, seed=self.seed)


@dataclass(frozen=True, eq=False)
class WorthResult(Climb):
    """What the search found; see `Climb`."""

    spec: WorthSpec


def weigh_table(spec: WorthSpec) -> WorthResult:
    """Answer "what can be predicted from this table, by how simple a model, and how sure is that?".

    Check by eye: the baseline's AUC is 0.5, and of the diabetes table a ridge regression is proposed.
    """
    found = climb_ladder(spec.climb)
    values: dict[str, Any] = {one.name: getattr(found, one.name) for one in fields(Climb)}
    tables = {name: values[name].copy(deep=False) for name in tables_of(found) if name in values}
    return WorthResult(**{**values, **tables, "spec": spec})


@cached(LRUCache(maxsize=8), lock=Lock())
def write_winner(spec: ClimbSpec) -> Notebook:
    """Return the notebook of the proposed model; it opens the untouched rows."""
    found = climb_ladder(spec)
    return give_notebook(
        found.proposed, (found.cells, found.logged, found.made_of), rows_of(spec), settings_of(spec)
    )


def name_slow_part(spec: WorthSpec) -> SlowPart | None:
    """Return the search that a view waits for; None for the one that the lesson opens with."""
    climb = spec.climb
    if climb == ClimbSpec():
        return None
    table, budget = load_table(spec.data), BUDGETS[spec.size]
    what = (
        f"{table.title}: {budget.max_trials} models on {count(len(rows_of(climb)))} rows, then the best of "
        f"each kind again on up to {budget.max_splits} splits."
    )
    return SlowPart(run=climb_ladder, spec=climb, what=what, so_far=lambda: look_at_climb(climb))


LAB = Lab(
    name="worth",
    question="What is this table worth, and to how simple a model?",
    spec=WorthSpec,
    run=weigh_table,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "trees-win": {"data": "bike-hours"},
        "a-leak": {"data": "churn-leak"},
        "subscribers": {"data": "churn"},
        "wines": {"data": "wine"},
    },
)
