"""What the cluster lab says in words: the clustering, the criteria, chance, scale and the known groups."""

from functools import lru_cache
from math import isfinite

import pandas as pd

from core.formula import Formula
from core.metrics.clusters.lab import ClustersResult, ClustersSpec
from core.metrics.clusters.rows import CLOUD, find_table
from core.wording import UNDEFINED, count, percent, percent_range, significant

CHOSEN = "\u202f✓"
"""Stands behind the best value of a column."""
SCORE_NAMES = {
    "silhouette": "Silhouette",
    "davies_bouldin": "Davies–Bouldin",
    "calinski_harabasz": "Calinski–Harabasz",
}
ALONE = 0.9
"""A column with a larger share of all squared distances decides alone."""


def name_axes(spec: ClustersSpec) -> dict[str | None, str]:
    """Return what can be drawn along an axis; a column of another table is called that."""
    names: dict[str | None, str] = {None: "principal component"}
    names |= {name: name for name in find_table(spec.data).numeric_features}
    return names | {
        name: f"{name} (not in this table)" for name in (spec.x, spec.y) if name not in names
    }


def describe_clustering(result: ClustersResult) -> str:
    """Say what k-means made of the rows at this k, with its numbers."""
    rows, sizes = result.row_noun[1], result.centres["n_rows"]
    if result.k == 1:
        return (
            f"One cluster holds all {count(result.n_rows)} {rows}. Inertia is the total sum of squares, "
            f"{significant(result.inertia, 4)}."
        )
    apart = "Not one lies" if result.n_misplaced == 0 else f"{count(result.n_misplaced)} lie"
    if result.n_misplaced == 1:
        apart = "One lies"
    return (
        f"{count(result.k)} clusters of {count(sizes.min())} to {count(sizes.max())} {rows}. Inertia is "
        f"{significant(result.inertia, 4)}, {percent(result.share_left, 0)} of what one cluster leaves. "
        f"The mean silhouette is {significant(result.silhouette)}. {apart} nearer to another cluster "
        f"than to their own. {_describe_truth(result)}"
    ).strip()


def _describe_truth(result: ClustersResult) -> str:
    if result.true_k is None:
        return "Nobody knows the true groups of these rows."
    if result.spec.data == CLOUD.name:
        return "And yet there are no clusters: the points were drawn evenly over a square."
    return (
        f"The {count(result.true_k)} true groups (column {result.truth_name}) are met with an adjusted "
        f"Rand index (ARI) of {significant(result.ari)}; 1 would be all of them, 0 is chance."
    )


def tell_choices(result: ClustersResult) -> str:
    """Say which k each criterion chooses and whether they agree."""
    said = {
        "the knee of inertia": result.knee_k,
        "the silhouette": result.silhouette_k,
        "Davies–Bouldin": result.davies_bouldin_k,
        "Calinski–Harabasz": result.calinski_harabasz_k,
        "the gap statistic": result.gap_k,
    }
    texts = [f"{name} {k if k is not None else UNDEFINED}" for name, k in said.items()]
    truth = "" if result.true_k is None else f" The truth is {result.true_k}."
    if result.n_agreeing == len(said):
        return f"All five criteria choose k = {result.agreed_k}.{truth}"
    listed = f"{', '.join(texts[:-1])} and {texts[-1]}"
    if result.n_agreeing == 1:
        return f"No two criteria agree: {listed}.{truth}"
    return f"The criteria do not all agree: {listed}.{truth}"


def tell_undefined(result: ClustersResult) -> str:
    """Say why what has no value in this view has none; empty if all have one."""
    here = result.undefined[result.undefined["k"] == result.k]["reason"].tolist()
    return " ".join([*here, *(reason for reason in result.criteria["reason"] if reason)])


def tell_starts(result: ClustersResult) -> str:
    """Say how often single random starts let inertia rise."""
    n, runs = result.n_rising_starts, result.n_single_starts
    rose = "it never rose" if n == 0 else "it rose once" if n == 1 else f"it rose {n} times"
    return f"In {runs} runs through k = 1 to 12 with a single random start for each k, {rose}."


@lru_cache(maxsize=32)
def tell_ranges(result: ClustersResult) -> str:
    """Say how the knee depends on the largest k that was tried."""
    knees = result.knees.assign(k=result.knees["k"].fillna(0).astype("int64"))
    runs = knees.groupby((knees["k"] != knees["k"].shift()).cumsum()).agg(
        first=("k_max", "min"), last=("k_max", "max"), k=("k", "first")
    )
    texts = [
        f"{f'it is {k}' if k else 'there is none'} if the curve ends at k = "
        f"{first if first == last else f'{first} to {last}'}"
        for first, last, k in runs.itertuples(index=False)
    ]
    return ", ".join(texts)


def tell_scale(result: ClustersResult) -> str:
    """Say which column decides without scaling, and what scaling changes at this k."""
    rows, how = result.row_noun[1], "unscaled" if result.spec.is_scaled else "scaled"
    share = percent(result.heaviest_share)
    decides = " alone, and so it decides" if result.heaviest_share > ALONE else ""
    start = (
        f"Unscaled, the column {result.heaviest_feature} makes up {share} of all squared distances"
        f"{decides}."
    )
    change = (
        f"At k = {result.k}, clustering the {how} columns instead gives a partition that agrees with this "
        f"one by an ARI of {significant(result.other_agreement)}"
    )
    if result.true_k is None or result.spec.data == CLOUD.name or result.k == 1:
        return f"{start} {change}."
    return (
        f"{start} {change}, and with the true groups of the {rows} by "
        f"{significant(result.other_ari)} instead of {significant(result.ari)}."
    )


def tell_chance(result: ClustersResult) -> str:
    """Say what the gap statistic concludes."""
    if result.gap_k is None:
        return (
            "Here every further cluster gains more than chance explains, so the gap is undefined."
        )
    if result.gap_k == 1:
        return "Here it answers k = 1: no split gains more than it would on rows without clusters."
    return f"Here it answers k = {result.gap_k}."


@lru_cache(maxsize=32)
def tabulate_scores(result: ClustersResult) -> pd.DataFrame:
    """Return one row per k as people read it; ✓ marks the value that each column would choose."""
    scores = result.scores
    columns = {
        "k": _name_ks(result),
        "Inertia": _mark(result, "knee", [significant(value, 4) for value in scores["inertia"]]),
    }
    for score, name in SCORE_NAMES.items():
        columns[name] = _mark(result, score, [_say_score(score, value) for value in scores[score]])
    return pd.DataFrame(columns)


def tabulate_comparisons(result: ClustersResult) -> pd.DataFrame:
    """Return how each k compares with chance, with half samples, and with the truth if it is known."""
    scores = result.scores
    columns = {
        "k": _name_ks(result),
        "Gap": _mark(result, "gap", [_say_score("gap", value) for value in scores["gap"]]),
        "Stability": [f"{value:.2f}" for value in scores["stability"]],
        "Low": [f"{value:.2f}" for value in scores["stability_low"]],
    }
    if result.true_k is not None:
        columns["Truth"] = [f"{value:.2f}" for value in scores["ari"]]
    return pd.DataFrame(columns)


def _name_ks(result: ClustersResult) -> list[str]:
    return [f"{k}{' (shown)' if k == result.k else ''}" for k in result.scores["k"]]


def _say_score(score: str, value: float) -> str:
    if score == "calinski_harabasz" or not isfinite(value):
        return significant(value, 4)
    return f"{value:.3f}"


def _mark(result: ClustersResult, criterion: str, texts: list[str]) -> list[str]:
    chosen = result.criteria.set_index("criterion")["k"][criterion]
    return [
        text + CHOSEN if not pd.isna(chosen) and k == chosen else text
        for k, text in zip(result.scores["k"], texts, strict=True)
    ]


@lru_cache(maxsize=32)
def tabulate_criteria(result: ClustersResult) -> pd.DataFrame:
    """Return which k each criterion chooses, and on how many half samples it does so again."""
    again = [
        "not repeated"
        if pd.isna(n)
        else f"{n:.0f} of {result.n_halves} ({percent_range(low, high)})"
        for n, low, high in result.criteria[["n_again", "again_low", "again_high"]].itertuples(
            index=False
        )
    ]
    chosen = [UNDEFINED if pd.isna(k) else str(k) for k in result.criteria["k"]]
    return pd.DataFrame(
        {
            "Criterion": result.criteria["name"],
            "Chooses k": chosen,
            "The same on half samples": again,
        }
    )


def silhouette_formulas(result: ClustersResult) -> tuple[Formula, ...]:
    """Return the silhouette of the middle row with its two distances; nothing at k = 1."""
    if result.example.empty:
        return ()
    row = result.example.iloc[0]
    own, following = float(row["own_distance"]), float(row["next_distance"])
    formula = Formula(
        name=f"silhouette of {result.row_noun[0]} {int(row['row'])}",
        top="to the next cluster − to its own",
        bottom="the larger of both",
        top_number=f"{significant(following, 4)} − {significant(own, 4)}",
        bottom_number=significant(max(own, following), 4),
        value=significant(float(row["silhouette"])),
    )
    return (formula,)


def inertia_formula(result: ClustersResult) -> Formula:
    """Return the share of the total sum of squares that k clusters leave."""
    return Formula(
        name="share left",
        top="squares to the own centres",
        bottom="squares to one centre",
        top_number=significant(result.inertia, 4),
        bottom_number=significant(result.total_squares, 4),
        value=percent(result.share_left),
    )
