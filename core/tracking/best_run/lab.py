"""Find the best run: what comes first in an answer of MLflow's search, and whether it is the best."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.tracking.best_run.clauses import ask, try_clauses
from core.tracking.best_run.script import write_script
from core.tracking.find import LONGEST_QUERY
from core.tracking.session import METRICS, Session, SessionSpec, train_session
from core.tracking.session_store import open_session

LESS_IS_BETTER = {"log_loss"}
MOST_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class BestRunSpec:
    """A session of trainings, and a query about its runs as MLflow's ``search_runs`` takes it."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    where: str = ""
    """The ``filter_string``; empty asks for all runs."""
    order: str = ""
    """The one entry of ``order_by``; empty gives none."""
    n_shown: int = 5
    """The ``max_results``: how many runs come back."""
    n_runs: int = 40
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.session  # refuses unknown tables, numbers and seeds
        for name, text in (("filter", self.where), ("order", self.order)):
            require(
                len(text) <= LONGEST_QUERY,
                f"The {name} has at most {LONGEST_QUERY} characters, got {len(text)}. Make it shorter.",
            )
        require(
            1 <= self.n_shown <= MOST_SHOWN,
            f"1 to {MOST_SHOWN} runs are shown, got {self.n_shown}. Choose a number between.",
        )

    @property
    def session(self) -> SessionSpec:
        """What is trained: the same for every query."""
        return SessionSpec(data=self.data, n_runs=self.n_runs, seed=self.seed)

    @property
    def metric(self) -> str:
        """The metric that tells better from worse here: the one in the order, else the first of all."""
        return next((name for name in METRICS if name in self.order), METRICS[0])


@dataclass(frozen=True, eq=False)
class BestRunResult:
    """What MLflow answered, and where the truly best run stands. Runs are numbered from 1."""

    spec: BestRunSpec
    metric: str
    n_runs: int
    n_failed: int
    is_refused: bool
    refusal: str
    """MLflow's own words; empty if it could read the query."""
    n_found: int
    """Runs that the filter lets through, shown or not."""
    n_shown: int
    first: int | None
    """Number of the run that comes first; None if none comes."""
    first_value: float | None
    """Its metric; None if it failed, or if none comes."""
    first_rank: int | None
    """Its place among all finished runs by the metric; 1 is the best."""
    is_first_best: bool
    is_first_worst: bool
    best: int
    """Number of the truly best run; of equals the earlier one."""
    best_value: float
    n_clauses: int
    n_clauses_refused: int
    n_clauses_silent: int
    """Clauses of the collection that MLflow reads, and that find no run."""
    runs: pd.DataFrame
    """One row per run: ``number``, ``model``, ``status``, ``roc_auc``, ``log_loss``, ``accuracy``,
    ``is_found``."""
    shown: pd.DataFrame
    """The runs that came back, in their order: the same columns and ``rank``, 0 if the run failed."""
    differs: pd.DataFrame
    """Settings in which the first run and the best one differ: ``name``, ``first``, ``best`` ("" where a
    run has none)."""
    clauses: pd.DataFrame
    """See `core.tracking.best_run.clauses.TriedClauses`."""


def find_best_run(spec: BestRunSpec) -> BestRunResult:
    """Answer "which run comes first when MLflow is asked so, and is it the best?".

    Check by eye: without an order the last run comes first, whatever its score.
    """
    session = train_session(spec.session)
    answer = ask(open_session(spec.session), spec.where, spec.order)
    ranks = rank_runs(session.runs, spec.metric)
    runs = session.runs.drop(columns=["problem", "split_seed"]).assign(
        is_found=session.runs["number"].isin(answer.numbers)
    )
    shown = _take(runs, answer.numbers[: spec.n_shown]).assign(
        rank=[ranks.get(number, 0) for number in answer.numbers[: spec.n_shown]]
    )
    best = min(ranks, key=lambda number: (ranks[number], number))
    first = answer.numbers[0] if answer.numbers else None
    values: dict[Any, float] = dict(zip(runs["number"], runs[spec.metric], strict=True))
    clauses = try_clauses(spec.session).table
    return BestRunResult(
        spec=spec,
        metric=spec.metric,
        n_runs=len(runs),
        n_failed=int((runs["status"] == "FAILED").sum()),
        is_refused=bool(answer.refusal),
        refusal=answer.refusal,
        n_found=len(answer.numbers),
        n_shown=len(shown),
        first=first,
        first_value=float(values[first]) if first in ranks else None,
        first_rank=ranks.get(first) if first is not None else None,
        is_first_best=first is not None and ranks.get(first) == 1,
        is_first_worst=first is not None and ranks.get(first) == max(ranks.values()),
        best=best,
        best_value=float(values[best]),
        n_clauses=len(clauses),
        n_clauses_refused=int(clauses["is_refused"].sum()),
        n_clauses_silent=int((~clauses["is_refused"] & (clauses["n_found"] == 0)).sum()),
        runs=runs,
        shown=shown,
        differs=compare_runs(session, first, best),
        clauses=clauses,
    )


def rank_runs(runs: pd.DataFrame, metric: str) -> dict[int, int]:
    """Return the place of each finished run by `metric`; equals share the better place."""
    finished = runs[runs["status"] == "FINISHED"]
    places = finished[metric].rank(method="min", ascending=metric in LESS_IS_BETTER)
    return {
        int(number): int(place) for number, place in zip(finished["number"], places, strict=True)
    }


def compare_runs(session: Session, first: int | None, best: int) -> pd.DataFrame:
    """Return the settings in which two runs differ."""
    params = session.params
    sides = [
        {}
        if number is None
        else params[params["number"] == number].set_index("name")["value"].to_dict()
        for number in (first, best)
    ]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    rows = [
        (name, str(sides[0].get(name, "")), str(sides[1].get(name, "")))
        for name in names
        if sides[0].get(name) != sides[1].get(name)
    ]
    return pd.DataFrame(rows, columns=["name", "first", "best"]).astype("str")


def _take(runs: pd.DataFrame, numbers: tuple[int, ...]) -> pd.DataFrame:
    return runs.set_index("number").loc[list(numbers)].reset_index()


def name_slow_part(spec: BestRunSpec) -> SlowPart | None:
    """Return the trainings that a view waits for; None for those that the lesson opens with."""
    if spec.session == SessionSpec():
        return None
    title = load_dataset(spec.data).title
    what = f"{spec.n_runs} models are being trained on {title} and logged in MLflow."
    return SlowPart(run=try_clauses, spec=spec.session, what=what)


LAB = Lab(
    name="best-run",
    question="Which run comes first in MLflow's search, and is it the best?",
    spec=BestRunSpec,
    run=find_best_run,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "best-loss": {"order": "metrics.log_loss ASC"},
        "forests": {"where": "params.model = 'forest'", "order": "metrics.roc_auc DESC"},
        "refused": {"where": "params.max_depth > '5'"},
        "tumours": {"data": "breast_cancer", "order": "metrics.accuracy DESC"},
    },
)
