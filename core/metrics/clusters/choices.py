"""Which k each criterion chooses, how often it would choose it again, and where there is no answer."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from core.metrics.clusters.again import choose_by_gap
from core.metrics.clusters.fits import KS, Clusterings, ClusteringSpec, cluster_table
from core.metrics.clusters.knee import find_knee
from core.metrics.intervals import wilson_interval

CRITERIA = {
    "knee": "Knee of inertia",
    "silhouette": "Silhouette, highest",
    "davies_bouldin": "Davies–Bouldin, lowest",
    "calinski_harabasz": "Calinski–Harabasz, highest",
    "gap": "Gap to chance",
}
SMALLEST_RANGE = 4
"""A bend needs points on both sides, so the shortest curve that is asked for a knee ends at k = 4."""
NEEDS_TWO = {
    "silhouette": (
        "The silhouette is undefined at k = 1: it compares the distance to a row's own cluster with "
        "the distance to the nearest other one, and there is no other one."
    ),
    "davies_bouldin": (
        "Davies–Bouldin is undefined at k = 1: it compares each cluster with its nearest neighbour, "
        "and there is none."
    ),
    "calinski_harabasz": (
        "Calinski–Harabasz is undefined at k = 1: it divides by k − 1, the number of clusters that "
        "could differ from the others."
    ),
}
NO_GAP = (
    "The gap statistic is undefined here: each further cluster, up to k = 12, gains more than chance "
    "explains."
)
NO_TRUTH = "The adjusted Rand index is undefined: nobody knows the true groups of these rows."


@dataclass(frozen=True, eq=False)
class Choices:
    """What every criterion says of one table; see `ClustersResult` for the tables."""

    criteria: pd.DataFrame
    wins: pd.DataFrame
    knees: pd.DataFrame
    undefined: pd.DataFrame


@lru_cache(maxsize=32)
def choose_k(spec: ClusteringSpec, sensitivity: float) -> Choices:
    """Answer "which k would each criterion choose, and would it choose it again?"."""
    found = cluster_table(spec)
    inertias = found.scores["inertia"].tolist()
    choices, reasons = _choose(found, sensitivity)
    wins = _count_wins(found, sensitivity)
    return Choices(
        criteria=_tabulate(choices, reasons, wins),
        wins=wins,
        knees=pd.DataFrame(
            {
                "k_max": range(SMALLEST_RANGE, len(KS) + 1),
                "k": pd.array(
                    [
                        find_knee(KS[:n], inertias[:n], sensitivity=sensitivity).k
                        for n in range(SMALLEST_RANGE, len(KS) + 1)
                    ],
                    dtype="Int64",
                ),
            }
        ),
        undefined=_explain_gaps(found),
    )


def _choose(found: Clusterings, sensitivity: float) -> tuple[dict[str, int | None], dict[str, str]]:
    scores = found.scores.set_index("k")
    knee = find_knee(KS, scores["inertia"].tolist(), sensitivity=sensitivity)
    gap = choose_by_gap(scores["gap"].to_numpy(), scores["gap_error"].to_numpy())
    choices = {
        "knee": knee.k,
        "silhouette": KS[int(scores["silhouette"].argmax())],
        "davies_bouldin": KS[int(scores["davies_bouldin"].argmin())],
        "calinski_harabasz": KS[int(scores["calinski_harabasz"].argmax())],
        "gap": gap,
    }
    return choices, {"knee": knee.reason, "gap": NO_GAP if gap is None else ""}


def _count_wins(found: Clusterings, sensitivity: float) -> pd.DataFrame:
    """Count on how many half samples each k won; the gap is too slow to be repeated."""
    by_half = found.half_choices.drop(columns="half")
    by_half["knee"] = [
        find_knee(KS, curve["inertia"].tolist(), sensitivity=sensitivity).k or 0
        for _, curve in found.half_inertias.groupby("half")
    ]
    long = by_half.melt(var_name="criterion", value_name="k").value_counts(["criterion", "k"])
    wins = long.rename("n_wins").reset_index().sort_values(["criterion", "k"])
    wins["share"] = wins["n_wins"] / len(by_half)
    return wins.astype({"criterion": "str", "k": "int64"}).reset_index(drop=True)


def _tabulate(
    choices: dict[str, int | None], reasons: dict[str, str], wins: pd.DataFrame
) -> pd.DataFrame:
    n_halves = int(wins.loc[wins["criterion"] == "knee", "n_wins"].sum())
    rows = []
    for criterion, name in CRITERIA.items():
        k = choices[criterion]
        same = (wins["criterion"] == criterion) & (wins["k"] == (k or 0))
        n_again = np.nan if criterion == "gap" else float(wins.loc[same, "n_wins"].sum())
        low, high = wilson_interval(n_again, n_halves)
        rows.append(
            {
                "criterion": criterion,
                "name": name,
                "k": k,
                "reason": reasons.get(criterion, ""),
                "n_again": n_again,
                "again_low": float(low),
                "again_high": float(high),
            }
        )
    return pd.DataFrame(rows).astype(
        {"criterion": "str", "name": "str", "k": "Int64", "reason": "str"}
    )


def _explain_gaps(found: Clusterings) -> pd.DataFrame:
    gaps = [(1, metric, reason) for metric, reason in NEEDS_TWO.items()]
    if found.true_k is None:
        gaps += [(k, "ari", NO_TRUTH) for k in KS]
    table = pd.DataFrame(gaps, columns=["k", "metric", "reason"])
    return table.astype({"k": "int64", "metric": "str", "reason": "str"})
