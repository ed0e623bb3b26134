"""The figures of classical test theory for one item, each with what it can bear.

Sources: the statistics of Moodle's quiz report (facility, discrimination index, coefficient of internal
consistency), Wilson's interval, Fisher's z. A figure that so few answers cannot bear is None with a reason.
"""

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest, chi2, f

from core.practice.entry import read_choices
from core.practice.guess import guess_level
from core.practice.schema import Item
from core.practice.statistics.firsts import Firsts

MIN_DISCRIMINATION, SURE_DISCRIMINATION = 30, 100
"""Below the first nothing is said of discrimination; below the second only with its interval, in grey."""
MIN_PER_VARIANT = 5
MIN_FOR_OPTIONS = 20
FUNCTIONAL = 0.05
"""A wrong option that fewer people choose does no work."""
PRIOR = 10
"""How many answers a facility is pulled by towards that of all items: (k + m p0) / (n + m)."""


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class ItemFigures:
    """What the first answers say about one item."""

    n: int
    facility: Figure
    """Mean credit: 0 nobody, 1 everybody. The interval is Wilson's, where every credit is 0 or 1."""
    shrunk: float | None
    """Facility pulled towards that of all items, so that few answers do not stand out."""
    guess: float
    """What guessing alone would bring."""
    discrimination: Figure
    """Correlation with the mean credit on all other items, from -1 to 1 (Moodle's index over 100)."""
    variants: Figure
    """The chance of a spread over the variants as large as this if all were equally hard."""
    options: pd.DataFrame
    """One row an option: option, is_key, n, share, rest (mean credit of its choosers elsewhere), works."""

    @property
    def is_key_doubtful(self) -> bool:
        """Whether the better learners do worse: the whole interval of the discrimination is below 0."""
        return self.discrimination.high is not None and self.discrimination.high < 0


def measure_item(item: Item, firsts: Firsts) -> ItemFigures:
    """Return the figures of `item`; check by eye: of 3 right and 1 wrong the facility is 0.75."""
    rows = firsts.of_item(item.id)
    credit = rows["credit"].to_numpy(dtype=float)
    overall = float(firsts.table["credit"].mean()) if len(firsts.table) else 0.0
    return ItemFigures(
        n=len(credit),
        facility=find_facility(credit),
        shrunk=(credit.sum() + PRIOR * overall) / (len(credit) + PRIOR) if len(credit) else None,
        guess=guess_level(item),
        discrimination=find_discrimination(rows, firsts.rest_of(item.id)),
        variants=find_variant_effect(rows),
        options=weigh_options(item, rows, firsts.rest_of(item.id)),
    )


def find_facility(credit: NDArray[np.float64]) -> Figure:
    """Return the mean credit with its interval."""
    n = len(credit)
    if not n:
        return Figure(None, reason="Nobody has answered it yet.")
    mean = float(credit.mean())
    if np.isin(credit, (0.0, 1.0)).all():
        bounds = binomtest(int(credit.sum()), n).proportion_ci(method="wilson")
        return Figure(mean, float(bounds.low), float(bounds.high))
    half = 1.96 * float(credit.std(ddof=1)) / sqrt(n) if n > 1 else 1.0
    return Figure(mean, max(0.0, mean - half), min(1.0, mean + half))


def find_discrimination(rows: pd.DataFrame, rest: "pd.Series[float]") -> Figure:
    """Return the correlation of an item's credit with the rest, with Fisher's interval."""
    joined = rows.set_index("learner")["credit"].reindex(rest.index)
    n = len(joined)
    if n < MIN_DISCRIMINATION:
        return Figure(None, reason=f"It takes {MIN_DISCRIMINATION} people, there are {n}.")
    if joined.nunique() < 2 or rest.nunique() < 2:
        return Figure(None, reason="Everybody did the same, so nothing can be told apart.")
    r = float(np.corrcoef(joined.to_numpy(), rest.to_numpy())[0, 1])
    if abs(r) >= 1:
        return Figure(r, r, r)
    half = 1.96 / sqrt(n - 3)
    return Figure(r, tanh(atanh(r) - half), tanh(atanh(r) + half))


def find_variant_effect(rows: pd.DataFrame) -> Figure:
    """Return the p-value of Pearson's test that all variants are equally hard.

    Σ n(p_s − p)² / (p(1 − p)) over the variants with at least 5 answers, against χ² with one degree of
    freedom less than there are variants. Credits count as right from 1 on.
    """
    right = (rows["credit"] >= 1).astype(float)
    counts = right.groupby(rows["seed"]).agg(["size", "mean"])
    counts = counts[counts["size"] >= MIN_PER_VARIANT]
    if len(counts) < 2:
        return Figure(None, reason=f"It takes two variants with {MIN_PER_VARIANT} answers each.")
    n, shares = counts["size"].to_numpy(dtype=float), counts["mean"].to_numpy(dtype=float)
    p = float((n * shares).sum() / n.sum())
    if p in {0.0, 1.0}:
        return Figure(1.0)
    statistic = float((n * (shares - p) ** 2).sum() / (p * (1 - p)))
    return Figure(float(chi2.sf(statistic, len(counts) - 1)))


def weigh_options(item: Item, rows: pd.DataFrame, rest: "pd.Series[float]") -> pd.DataFrame:
    """Return how often each option was chosen, and how its choosers did elsewhere."""
    said = zip(rows["learner"], rows["answer"], strict=True)
    chosen = [(learner, set(read_choices(str(answer)))) for learner, answer in said]
    counts, rests = {}, {}
    for option in item.options:
        who = [learner for learner, names in chosen if option.id in names]
        means = rest.reindex(pd.Index(who)).dropna()
        counts[option.id] = len(who)
        rests[option.id] = float(means.mean()) if len(means) else None
    of_keys = [found for o in item.options if o.correct and (found := rests[o.id]) is not None]
    made = []
    for option in item.options:
        n, mean = counts[option.id], rests[option.id]
        is_chosen = bool(chosen) and n / len(chosen) >= FUNCTIONAL
        is_below = mean is None or not of_keys or mean < min(of_keys)
        works = is_chosen and is_below
        is_judged = not option.correct and len(chosen) >= MIN_FOR_OPTIONS
        made.append(
            {
                "option": option.text,
                "is_key": option.correct,
                "n": n,
                "share": n / len(chosen) if chosen else None,
                "rest": mean,
                "works": works if is_judged else None,
            }
        )
    return pd.DataFrame(made, columns=["option", "is_key", "n", "share", "rest", "works"])


def find_alpha(scores: NDArray[np.float64]) -> Figure:
    """Return Cronbach's alpha of a complete form: learners in rows, items in columns, no gap.

    I/(I−1) · (1 − Σ s²_j / s²_T); for credits of 0 and 1 it is KR-20. A gap makes it undefined: of a pool
    that is drawn from, everybody has another form. The interval is Feldt's (1965).
    """
    if np.isnan(scores).any():
        return Figure(None, reason="Not everybody was asked the same questions.")
    n_learners, n_items = scores.shape
    if n_items < 2 or n_learners < 2:
        return Figure(None, reason="It takes two items and two people.")
    total = float(scores.sum(axis=1).var(ddof=1))
    if not total:
        return Figure(None, reason="Everybody has the same total.")
    parts = float(scores.var(axis=0, ddof=1).sum())
    alpha = n_items / (n_items - 1) * (1 - parts / total)
    freedom = n_learners - 1, (n_learners - 1) * (n_items - 1)
    low, high = (1 - (1 - alpha) * float(f.ppf(at, *freedom)) for at in (0.975, 0.025))
    return Figure(alpha, low, high)
