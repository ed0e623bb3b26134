"""What the race says in words: who came how close, what the grid cannot see, and what luck is in it."""

from math import isfinite

import pandas as pd

from core.formula import Formula
from core.search.race.lab import RaceResult
from core.search.surface import N_DEALINGS, K
from core.wording import count, significant

NAMES = {"grid": "Grid", "random": "Random", "tpe": "TPE"}
LEVEL = 0.1
"""Random search and TPE count as level if their medians differ by less than this share of the larger miss
of grid and random search."""


def find_answer(result: RaceResult) -> str:
    """Return who wins the bet: ``grid``, ``random``, ``tpe``, or ``level`` (random and TPE alike)."""
    larger = max(result.grid_missed, result.random_missed)
    ahead = min(result.random_missed, result.tpe_missed)
    if result.grid_missed < ahead:
        return "grid"
    if abs(result.random_missed - result.tpe_missed) < LEVEL * larger:
        return "level"
    return "random" if result.random_missed < result.tpe_missed else "tpe"


def amount(value: float) -> str:
    """Return a difference of scores: 0.0089, or 0.00003; an exact hit is 0."""
    return significant(value, 2) if isfinite(value) else "undefined"


def setting(value: float) -> str:
    """Return the value of a parameter, as one would type it."""
    return significant(value, 3)


def tell_bet(result: RaceResult) -> str:
    """Say how the race ended, with the medians."""
    ends = (
        f"In the middle one of {result.n_seeds} races random search missed the best cell by "
        f"{amount(result.random_missed)} of {result.metric} and TPE by {amount(result.tpe_missed)}; "
        f"the grid missed it by {amount(result.grid_missed)}."
    )
    verdicts = {
        "grid": "The grid came closest here.",
        "random": "Random search came closest here.",
        "tpe": "TPE came closest here.",
        "level": "Random search and TPE ended level, and both closer than the grid.",
    }
    return f"{ends} {verdicts[find_answer(result)]}"


def tell_grid_luck(result: RaceResult) -> str:
    """Say how often chance beat the grid."""
    n_races = result.n_seeds
    is_elsewhere = result.random_beats_grid < n_races / 2
    elsewhere = " Choose the tumours and 9 trials to see a grid that is ahead in most races."
    return (
        f"Random search came closer than the grid in **{result.random_beats_grid} of {n_races}** races, TPE "
        f"in {result.tpe_beats_grid}. The grid has no luck of its own: its lines are where they are, and the "
        "best cell lies near one of them or it does not." + ("" if is_elsewhere else elsewhere)
    )


def tell_grid_gap(result: RaceResult) -> str:
    """Say what the grid found and what was there."""
    side = round(result.spec.n_trials**0.5)
    if result.grid_missed == 0:
        return f"Here a line of the {side} × {side} grid runs through the best cell, by luck."
    return (
        f"The {side} × {side} grid found {significant(result.grid_best, 4)}. Between its lines, at "
        f"{result.first_name} = {setting(result.best_first)} and {result.second_name} = "
        f"{setting(result.best_second)}, lies {significant(result.best, 4)}. A grid finds the best of its "
        "own crossings."
    )


def tell_values(result: RaceResult) -> str:
    """Say how many values of the first parameter each has tried in the watched race."""
    return (
        f"With {result.spec.n_trials} trials each, the grid tried {result.grid_values} values of "
        f"{result.first_name}, random search {result.random_values} and TPE {result.tpe_values}. Where one "
        "parameter decides and the other hardly matters, that is what counts (Bergstra and Bengio 2012)."
    )


def tell_tail(result: RaceResult) -> str:
    """Say what TPE does to bad luck."""
    if result.spec.n_trials <= 10:
        return (
            "TPE begins with 10 plain draws, to have something to learn from. With "
            f"{result.spec.n_trials} trials it never gets to learn: it *is* random search here."
        )
    less = "less" if result.tpe_high < result.random_high else "more"
    return (
        f"Look at the unlucky races. One in ten missed by {amount(result.random_high)} or more with random "
        f"search, and by {amount(result.tpe_high)} or more with TPE, which is {less}. The first ten trials "
        "of both are the same draws; what differs comes from learning."
    )


def tell_noise(result: RaceResult) -> str:
    """Say how much the best cell owes to the way the rows were dealt."""
    better = "better" if result.flattery > 0 else "worse"
    return (
        f"The rows were dealt into {K} folds {N_DEALINGS} times, and every cell was trained anew each time. "
        f"**{result.n_winners} different cells** came out best. The best score moved between "
        f"{significant(result.least_best, 4)} and {significant(result.most_best, 4)}, a spread of "
        f"{amount(result.most_best - result.least_best)}. The winner of the first dealing looks "
        f"{amount(abs(result.flattery))} {better} there than in the other four."
    )


def tell_elsewhere(result: RaceResult) -> str:
    """Say what the chosen pairs are worth in dealings that nobody searched on."""
    kept = result.random_elsewhere - result.grid_elsewhere
    lead = result.grid_missed - result.random_missed
    if lead * kept <= 0:
        verdict = "There grid and random search change places: that lead was luck of the folds."
    else:
        ahead = "random search" if kept > 0 else "the grid"
        verdict = f"There, too, {ahead} is ahead, by {amount(abs(kept))}."
    return (
        "What counts is how the chosen pairs do in dealings on which nobody searched. In the other four they "
        f"score {significant(result.grid_elsewhere, 4)} (grid), {significant(result.random_elsewhere, 4)} "
        f"(random) and {significant(result.tpe_elsewhere, 4)} (TPE). {verdict}"
    )


def missed_formula(result: RaceResult) -> Formula:
    """Return what the grid missed, with its own numbers."""
    return Formula(
        name="missed by the grid",
        top="best cell − best found",
        top_number=f"{result.best:.5f} − {result.grid_best:.5f}",
        value=f"{result.grid_missed:.5f}",
    )


def fits_formula(result: RaceResult) -> Formula:
    """Return the price that all three pay."""
    return Formula(
        name="fits",
        top="trials × folds",
        top_number=f"{result.spec.n_trials} × {K}",
        value=count(result.fits),
    )


def tabulate_ends(result: RaceResult) -> pd.DataFrame:
    """Return one row for each strategy, in words."""
    return pd.DataFrame(
        {
            "search": ["grid", "random", "TPE (Bayesian)"],
            f"missed {result.metric}, middle race": [
                amount(result.grid_missed),
                amount(result.random_missed),
                amount(result.tpe_missed),
            ],
            "unlucky race (1 in 10)": [
                "no luck in it",
                amount(result.random_high),
                amount(result.tpe_high),
            ],
            "closer than the grid": [
                "",
                f"{result.random_beats_grid} of {result.n_seeds}",
                f"{result.tpe_beats_grid} of {result.n_seeds}",
            ],
        }
    )
