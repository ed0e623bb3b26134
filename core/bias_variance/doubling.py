"""What happens when rows are really added: the truth that a forecast is held against."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.bias_variance.curve_rows import draw_rows, targets_of
from core.bias_variance.learning import CurveSpec
from core.bias_variance.scores import find_score
from core.bias_variance.table_models import TableModelName, build_table_model
from core.datasets import load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered

MOST_JUDGED = 800
FEWEST_JUDGED = 40
"""Rows that judge each model; they are in no training part of the same draw."""


@dataclass(frozen=True, kw_only=True)
class AddedRowsSpec:
    """Known rows of a table, and how many times as many rows there are to be in the end."""

    data: str = "digits"
    model: TableModelName = "neighbours"
    setting: float | None = None
    metric: str = ""
    n_rows: int = 300
    """The rows known at the start."""
    factors: tuple[float, ...] = (1.0, 1.5, 2.0)
    """Rows learnt from in the end over rows known; increasing from 1."""
    draws: int = 8
    """How often the added rows, and the judges, are drawn anew."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = CurveSpec(
            data=self.data, model=self.model, n_rows=self.n_rows, metric=self.metric, seed=self.seed
        )  # refuses what it does not know
        require(
            len(self.factors) > 0 and min(self.factors) >= 1 and max(self.factors) <= 100,
            f"Rows grow by a factor between 1 and 100, got {self.factors}. Try 2.",
        )
        require(
            2 <= self.draws <= 100,
            f"Rows are added 2 to 100 times anew here, got {self.draws}. Try 8.",
        )
        n_total, n_needed = load_dataset(self.data).n_rows, round(max(self.factors) * self.n_rows)
        require(
            n_needed + FEWEST_JUDGED <= n_total,
            f"{load_dataset(self.data).title} has {n_total} rows. {n_needed} to learn from would leave "
            f"fewer than {FEWEST_JUDGED} to judge by. Begin with fewer rows: at most "
            f"{int((n_total - FEWEST_JUDGED) // max(self.factors))}.",
        )


@dataclass(frozen=True, eq=False)
class AddedRows:
    """The score of models that learnt from the known rows and from added ones."""

    spec: AddedRowsSpec
    metric: str
    is_higher_better: bool
    n_judged: int
    """Rows that judged each model, never learnt from by it."""
    scores: pd.DataFrame
    """One row per factor and draw: ``factor``, ``n_train``, ``draw`` (from 1), ``score``."""
    truth: pd.DataFrame
    """One row per factor: ``factor``, ``n_train``, ``mean`` of all draws, ``low`` and ``high`` (the least
    and the largest of the draws)."""


@remembered
def measure_added_rows(spec: AddedRowsSpec) -> AddedRows:
    """Answer "what is the score when the rows are really there?" by adding rows that were held back.

    The known rows are those of a `LearningCurveSpec` with the same table, number and seed. In each
    draw, the other rows are shuffled: some judge, and the others are added to the known ones.

    Check by eye: at factor 1 nothing is added, so the draws differ only in their judges.
    """
    from sklearn.metrics import get_scorer

    dataset = load_dataset(spec.data)
    score = find_score(dataset, spec.metric, spec.model)
    table, target = dataset.table[list(dataset.features)], targets_of(dataset)
    known = draw_rows(dataset, spec.n_rows, spec.seed)
    rest = np.setdiff1d(np.arange(dataset.n_rows), known)
    most = max(round(factor * spec.n_rows) for factor in spec.factors) - len(known)
    n_judged = min(MOST_JUDGED, len(rest) - most)
    rng = np.random.default_rng([spec.seed, 3])
    scorer = get_scorer(score.scorer)
    lines = []
    for draw in range(1, spec.draws + 1):
        report((draw - 1) / spec.draws, f"Adding rows: draw {draw} of {spec.draws}")
        shuffled = rng.permutation(rest)
        judges, pool = shuffled[:n_judged], shuffled[n_judged:]
        for factor in spec.factors:
            rows = np.sort(np.append(known, pool[: round(factor * spec.n_rows) - len(known)]))
            model = build_table_model(dataset, spec.model, setting=spec.setting, seed=spec.seed)
            model.fit(table.iloc[rows], target[rows])
            value = float(scorer(model, table.iloc[judges], target[judges]))
            lines.append(
                {"factor": factor, "n_train": len(rows), "draw": draw,
                 "score": score.from_scorer(value)}
            )  # fmt: skip
    scores = pd.DataFrame(lines)
    report(1.0, "Done")
    return AddedRows(
        spec=spec,
        metric=score.name,
        is_higher_better=score.is_higher_better,
        n_judged=n_judged,
        scores=scores,
        truth=_summarise(scores),
    )


def _summarise(scores: pd.DataFrame) -> pd.DataFrame:
    by_factor = scores.groupby(["factor", "n_train"], sort=True)["score"]
    named = by_factor.agg(["mean", "min", "max"]).reset_index()
    return named.rename(columns={"min": "low", "max": "high"})
