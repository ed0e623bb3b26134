"""The finals: the best of each rung and their blend, judged again on the same repeated splits.

A leaderboard orders models by one number each, and chance orders those that are equally good. Here every
finalist is trained on the same splits, so that differences can be told from chance; what cannot is a tie.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.automl.attempt import Heat, HeatScores, judge_heat
from core.automl.decision import SPLITS_OF_A_ROUND, Heard, keeps_chances
from core.automl.journal import Journal, NoJournal
from core.automl.scores import Numbers, gain_of
from core.automl.settings import FEWEST_SPLITS, LADDER, LOWER_IS_BETTER, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Places, Trial, score_metric
from core.progress import report
from core.search.engine import Crew, Engine
from core.validation.compare.judges import judge_folds

N_FOLDS = SPLITS_OF_A_ROUND
N_FINALISTS = 4
"""Finalists besides the baseline and the blend."""
BLEND_STEPS = 20
"""Models put into the blend, the same one more than once if that helps."""


@dataclass(frozen=True, eq=False)
class Finalist:
    """One model, or a blend of several, with what it scored on each split."""

    name: str
    """Its family; ``blend`` for a weighted mean of finalists."""
    members: tuple[tuple[int, float], ...]
    """Numbers of trials, and their weights, which add up to 1."""
    scores: Numbers = field(default_factory=lambda: np.empty(0))
    """One for each split, by the metric of the search."""

    @property
    def place_on_ladder(self) -> int:
        """How simple it is: 0 is the simplest."""
        return len(LADDER) if self.name == "blend" else LADDER.index(self.name)


@dataclass(frozen=True, eq=False)
class Finals:
    """Who stood in the finals, and what the splits say of each pair with the best."""

    finalists: tuple[Finalist, ...]
    n_splits: int
    best: int
    """Place of the finalist with the best mean."""
    proposed: int
    """Place of the simplest finalist that chance alone could put above the best, and that no simpler one
    beats on average: a model that swings much would tie with any, and its swing is no merit."""
    table: pd.DataFrame
    """One row a finalist: ``name``, ``mean``, ``behind`` (how much worse than the best on average, 0 or
    more), ``low`` and ``high`` (95 % interval of it by Nadeau and Bengio), ``is_tie``, ``is_proposed``."""
    steps: pd.DataFrame
    """One row a step up the ladder: ``name``, ``against`` (the best mean among the simpler ones), ``gain``
    (more is better), ``low`` and ``high`` (95 % interval by the same way), ``is_clear`` of chance."""
    heard: tuple[Heard, ...] = ()
    """What the proposed one said in each split, if a threshold is sought by it."""
    test_share: float = 0.0
    """Rows that judge over rows that train, the mean over the splits."""

    @property
    def chosen(self) -> Finalist:
        """The finalist that is proposed."""
        return self.finalists[self.proposed]


def hold_finals(
    ready: ReadyTable,
    trials: Sequence[Trial],
    settings: Settings,
    *,
    is_over: Callable[[], bool] = lambda: False,
    journal: Journal | None = None,
    crew: Crew | None = None,
    spend: Callable[[float], None] = lambda _seconds: None,
) -> Finals:
    """Train every finalist on the same splits of all rows but the test, and judge the differences.

    `crew` has the workers, `journal` the splits that an earlier run has finished; `spend` is told the
    processor seconds of each split.
    """
    finalists = choose_finalists(ready, trials)
    members = [one.members for one in finalists]
    single = sorted({number for of_one in members for number, _ in of_one})
    models = {number: (trials[number].family, trials[number].params) for number in single}
    rows = ready.places("train", "validate")
    keeps = keeps_chances(ready, settings)
    heats = [
        Heat(ready, number, models, members, train, judge, keeps)
        for number, (train, judge) in enumerate(make_splits(ready, rows, settings))
    ][: settings.max_splits]
    journal = journal or NoJournal()
    found: list[HeatScores] = []
    for heat in heats:  # those of an earlier run are the first
        kept = journal.find_split(heat.number, members)
        if kept is None:
            break
        found.append(kept)
    waiting = while_time(heats[len(found) :], len(found), is_over)
    for done in (crew or Crew(Engine())).map(judge_heat, waiting):
        journal.add_split(members, done)
        found.append(done)
        spend(done.cpu_seconds)
        report(0.66 + 0.3 * len(found) / len(heats), f"Finals: split {len(found)} of {len(heats)}")
    share = float(np.mean([len(heat.judge) / len(heat.train) for heat in heats[: len(found)]]))
    judged = tuple(
        Finalist(one.name, one.members, np.array([done.scores[place] for done in found]))
        for place, one in enumerate(finalists)
    )
    finals = judge_finals(judged, ready.metric, share)
    heard = [
        Heard(done.number, heats[done.number].judge, done.chances[finals.proposed])
        for done in found
        if done.chances
    ]
    return replace(finals, heard=tuple(heard), test_share=share)


def while_time(heats: Sequence[Heat], n_done: int, is_over: Callable[[], bool]) -> Iterator[Heat]:
    """Yield splits while there is time; the first few whatever the time, for one split tells nothing."""
    for number, heat in enumerate(heats, start=n_done):
        if number >= FEWEST_SPLITS and is_over():
            return
        yield heat


def choose_finalists(ready: ReadyTable, trials: Sequence[Trial]) -> tuple[Finalist, ...]:
    """Return the baseline, the best trial of each of the best families, and their blend."""
    sound = [trial for trial in trials if np.isfinite(trial.score) and not trial.is_sample]
    best_of: dict[str, Trial] = {}
    for trial in sound:
        gain = gain_of(ready.metric, trial.score)
        before = best_of.get(trial.family)
        if before is None or gain > gain_of(ready.metric, before.score):
            best_of[trial.family] = trial
    climbed = [one for name, one in best_of.items() if name != "baseline"]
    climbed.sort(key=lambda trial: -gain_of(ready.metric, trial.score))
    chosen = [trial for trial in [*climbed[:N_FINALISTS], best_of.get("baseline")] if trial]
    finalists = [Finalist(trial.family, ((trial.number, 1.0),)) for trial in chosen]
    members = weigh_members(ready, climbed[:N_FINALISTS])
    if len(members) > 1:
        finalists.append(Finalist("blend", members))
    return tuple(sorted(finalists, key=lambda one: one.place_on_ladder))


def weigh_members(ready: ReadyTable, trials: Sequence[Trial]) -> tuple[tuple[int, float], ...]:
    """Return the weights of the greedy blend, by the rows that validate.

    Again and again the model is added that helps the blend most, with repetition (Caruana and others
    2004, Ensemble selection from libraries of models, ICML).
    """
    judge = ready.places("validate")
    told = [(trial.number, trial.predicted) for trial in trials if trial.predicted is not None]
    counts = dict.fromkeys((number for number, _ in told), 0)
    total: Numbers | None = None
    for step in range(BLEND_STEPS if len(told) > 1 else 0):
        gains = []
        for _, predicted in told:
            mixed = predicted if total is None else (total + predicted) / (step + 1)
            gains.append(gain_of(ready.metric, score_metric(ready, judge, mixed)))
        number, predicted = told[int(np.nanargmax(gains))]
        counts[number] += 1
        total = predicted.copy() if total is None else total + predicted
    n_steps = sum(counts.values())
    return tuple((number, count / n_steps) for number, count in counts.items() if count)


def make_splits(
    ready: ReadyTable, rows: Places, settings: Settings
) -> Iterator[tuple[Places, Places]]:
    """Yield places of rows to learn from and to judge by; which kind depends on how rows are dealt."""
    from sklearn.model_selection import (
        GroupKFold,
        RepeatedKFold,
        RepeatedStratifiedKFold,
        TimeSeriesSplit,
    )

    from core.automl.deal import read_moments

    target = ready.target.to_numpy()[rows]
    repeats = 4 if len(rows) <= 2000 else 2 if len(rows) <= 10_000 else 1
    if settings.time_col:
        moments = read_moments(ready.rows[settings.time_col]).to_numpy()[rows]
        rows = rows[np.argsort(moments, kind="stable")]
        found = TimeSeriesSplit(N_FOLDS).split(rows)
    elif ready.groups is not None:
        groups = ready.groups[rows]
        n_folds = min(N_FOLDS, len(np.unique(groups)))
        found = GroupKFold(n_folds, shuffle=True, random_state=settings.seed).split(
            rows, groups=groups
        )
    elif ready.task == "regression":
        found = RepeatedKFold(
            n_splits=N_FOLDS, n_repeats=repeats, random_state=settings.seed
        ).split(rows)
    else:
        codes = pd.factorize(target)[0]
        found = RepeatedStratifiedKFold(
            n_splits=N_FOLDS, n_repeats=repeats, random_state=settings.seed
        ).split(rows, codes)
    with warnings.catch_warnings():
        # A class with fewer rows than folds is missing in some; `Model` says 0 for it there.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        pairs = list(found)
    for train, judge in pairs:
        yield rows[train], rows[judge]


def judge_finals(finalists: Sequence[Finalist], metric: str, test_share: float) -> Finals:
    """Compare each finalist with the best on the same splits, and each step up with what was below it."""
    sign = 1.0 if metric in LOWER_IS_BETTER else -1.0
    means = np.array([one.scores.mean() for one in finalists])
    best = int(np.nanargmin(sign * means))
    rows = [
        _judge(sign * (one.scores - finalists[best].scores), test_share)
        if place != best
        else (0.0, 0.0, 0.0)
        for place, one in enumerate(finalists)
    ]
    table = pd.DataFrame(rows, columns=["behind", "low", "high"])
    table["is_tie"] = ~(table["low"] > 0)
    losses = sign * means
    proposed = next(  # finalists stand in the order of the ladder
        int(place)
        for place in np.flatnonzero(table["is_tie"])
        if place == best or not (losses[:place] < losses[place]).any()
    )
    table.insert(0, "name", [one.name for one in finalists])
    table.insert(1, "mean", means)
    table["is_proposed"] = np.arange(len(finalists)) == proposed
    steps = _judge_steps(finalists, sign, test_share)
    return Finals(tuple(finalists), len(finalists[0].scores), best, proposed, table, steps)


def _judge_steps(finalists: Sequence[Finalist], sign: float, test_share: float) -> pd.DataFrame:
    rows = []
    for place, one in enumerate(finalists[1:], start=1):
        below = min(finalists[:place], key=lambda simpler: sign * simpler.scores.mean())
        gain, low, high = _judge(sign * (below.scores - one.scores), test_share)
        rows.append((one.name, below.name, gain, low, high, low > 0))
    columns = ["name", "against", "gain", "low", "high", "is_clear"]
    return pd.DataFrame(rows, columns=columns)


def _judge(differences: Numbers, test_share: float) -> tuple[float, float, float]:
    verdict = judge_folds(differences, test_share)
    return float(verdict.difference), float(verdict.low), float(verdict.high)
