"""k-means for every k from 1 to 12 on one table, each judged in every usual way; done once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.metrics.clusters.again import compare_with_chance, repeat_on_halves, rise_of_single_starts
from core.metrics.clusters.rows import (
    LARGEST_SEED,
    Rows,
    find_table,
    gather_rows,
    name_truth,
    scale_columns,
)
from core.progress import report
from core.remember import remembered

Labels = NDArray[np.int64]
Numbers = NDArray[np.float64]

K_MAX = 12
KS = tuple(range(1, K_MAX + 1))
N_STARTS = 5
"""Times that k-means begins anew with other centres; the lowest inertia is kept."""


@dataclass(frozen=True, kw_only=True)
class ClusteringSpec:
    """One table, on its own scales or on a common one."""

    data: str = "segments"
    """Any table with at least two columns of numbers, or ``cloud``."""
    is_scaled: bool = True
    seed: int = 0
    """Decides the first centres, the half samples and the reference tables."""

    def __post_init__(self) -> None:
        dataset = find_table(self.data)
        n_numeric = len(dataset.numeric_features)
        require(
            n_numeric >= 2,
            f"Clusters are looked for in at least 2 columns of numbers, and {dataset.title} has "
            f"{n_numeric}. Choose another table.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Clusterings:
    """Twelve clusterings of the same rows. Squared distances are on the scale in force.

    Whatever needs two clusters is NaN at k = 1; whatever needs known groups is NaN without them.
    """

    spec: ClusteringSpec
    n_rows: int
    n_incomplete: int
    true_k: int | None
    """Number of known groups among the rows."""
    total_squares: float
    """Sum of the squared distances of all rows to their common mean."""
    first_share: float
    """Share of the variance along the first principal component, and along the second."""
    second_share: float
    n_rising_starts: int
    """Of `N_SINGLE` single random starts for all k: how often inertia rose from one k to the next."""
    rows: pd.DataFrame
    """One row per row: ``row`` (place in the table), ``first``, ``second`` (principal components
    of what k-means sees), ``truth``."""
    assignments: pd.DataFrame
    """One row per k and row, in the order of `rows`: ``k``, ``cluster`` (1 to k), ``silhouette``.
    A cluster keeps its number from one k to the next as far as its rows stay together."""
    scores: pd.DataFrame
    """One row per k: ``k``, ``inertia``, ``silhouette`` (mean), ``davies_bouldin``,
    ``calinski_harabasz``, ``ari`` (with the known groups), ``gap``, ``gap_error``,
    ``stability``, ``stability_low``, ``stability_high`` (ARI with half samples: mean and central
    90 %), ``other_ari`` (known groups, columns scaled the other way), ``other_agreement`` (ARI
    between both ways)."""
    examples: pd.DataFrame
    """For each k from 2 the row with the middle silhouette: ``k``, ``row``, ``own_distance``
    (mean distance to the others of its cluster), ``next_distance`` (to the nearest other
    cluster), ``silhouette``."""
    features: pd.DataFrame
    """One row per column: ``feature``, ``spread`` (standard deviation in its unit), ``raw_share``,
    ``share`` (of all squared distances: unscaled, and as in force)."""
    half_choices: pd.DataFrame
    """One row per half sample: ``half``, and the k that wins there by ``silhouette``,
    ``davies_bouldin``, ``calinski_harabasz``."""
    half_inertias: pd.DataFrame
    """Inertia on each half sample: ``half``, ``k``, ``inertia``."""


@remembered
def cluster_table(spec: ClusteringSpec) -> Clusterings:
    """Answer "what does k-means make of these rows, for every k, and is it more than chance?".

    scikit-learn fits and measures. See `core.metrics.clusters.again` for half samples and the gap
    statistic. Check by eye: inertia at k = 1 is `total_squares`.
    """
    rows = gather_rows(spec.data, is_scaled=spec.is_scaled, seed=spec.seed)
    report(0.05, f"Clustering {len(rows.scaled):,} {rows.dataset.row_noun[1]} with each k")
    fits = [fit_kmeans(rows.scaled, k, seed=spec.seed) for k in KS]
    labels = number_alike([fit.labels_.astype(np.int64) for fit in fits])
    scores, silhouettes, examples = _judge(rows, labels)
    scores["inertia"] = [float(fit.inertia_) for fit in fits]
    report(0.3, "The same on halves of the rows")
    stability, choices, inertias = repeat_on_halves(rows.scaled, labels, seed=spec.seed)
    report(0.6, "The same on tables without clusters")
    gaps = compare_with_chance(rows.scaled, scores["inertia"].to_numpy(), seed=spec.seed)
    other = _cluster_other_way(rows, labels, spec)
    components, shares = _find_components(rows.scaled)
    places = {"row": rows.numbers, "first": components[:, 0], "second": components[:, 1]}
    n_rising = rise_of_single_starts(rows.scaled, KS, seed=spec.seed)
    report(1.0, "Done")
    return Clusterings(
        spec=spec,
        n_rows=len(rows.scaled),
        n_incomplete=rows.n_incomplete,
        true_k=len(set(rows.truth.tolist())) if rows.truth_name else None,
        total_squares=float(((rows.scaled - rows.scaled.mean(axis=0)) ** 2).sum()),
        first_share=shares[0],
        second_share=shares[1],
        n_rising_starts=n_rising,
        rows=pd.DataFrame({**places, "truth": pd.Series(rows.truth, dtype="str")}),
        assignments=_list_assignments(labels, silhouettes),
        scores=pd.concat([scores, gaps, stability, other], axis=1),
        examples=examples,
        features=_weigh_features(rows),
        half_choices=choices,
        half_inertias=inertias,
    )


def is_labelled(data: str) -> bool:
    """Say whether the groups of the rows of `data` are known."""
    return data == "cloud" or name_truth(find_table(data)) is not None


def fit_kmeans(scaled: Numbers, k: int, *, seed: int, n_starts: int = N_STARTS) -> Any:
    """Return scikit-learn's `KMeans`, fitted."""
    from sklearn.cluster import KMeans

    return KMeans(n_clusters=k, n_init=n_starts, random_state=seed).fit(scaled)


def number_alike(labels: list[Labels]) -> list[Labels]:
    """Give the clusters of each k numbers from 1, so that most rows keep the one they had before.

    The numbers of k-means are arbitrary. Each new cluster takes the number of the old one with
    which it shares most rows, as far as each number is given once (assignment problem, SciPy).
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics.cluster import contingency_matrix

    numbered = [labels[0] + 1]
    for new in labels[1:]:
        shared = contingency_matrix(new, numbered[-1])
        new_at, old_at = linear_sum_assignment(-shared)
        names, numbers = np.unique(new), np.unique(numbered[-1])
        number_of = {names[at]: numbers[to] for at, to in zip(new_at, old_at, strict=True)}
        free = [number for number in range(1, len(names) + 1) if number not in number_of.values()]
        number_of |= dict(zip([name for name in names if name not in number_of], free, strict=True))
        numbered.append(np.array([number_of[name] for name in new], dtype=np.int64))
    return numbered


def _judge(rows: Rows, labels: list[Labels]) -> tuple[pd.DataFrame, list[Numbers], pd.DataFrame]:
    from sklearn import metrics

    distances = metrics.pairwise_distances(rows.scaled)
    silhouettes = [np.full(len(rows.scaled), np.nan)]
    scores, examples = [], []
    for k, label in zip(KS, labels, strict=True):
        score = {"k": k, "inertia": np.nan, "silhouette": np.nan, "davies_bouldin": np.nan}
        score |= {"calinski_harabasz": np.nan, "ari": np.nan}
        if rows.truth_name is not None:
            score["ari"] = float(metrics.adjusted_rand_score(rows.truth, label))
        if k > 1:
            each = metrics.silhouette_samples(distances, label, metric="precomputed")
            silhouettes.append(each)
            score["silhouette"] = float(each.mean())
            score["davies_bouldin"] = float(metrics.davies_bouldin_score(rows.scaled, label))
            score["calinski_harabasz"] = float(metrics.calinski_harabasz_score(rows.scaled, label))
            examples.append({"k": k, **_explain_one(distances, label, each, rows.numbers)})
        scores.append(score)
    return pd.DataFrame(scores), silhouettes, pd.DataFrame(examples)


def _explain_one(
    distances: Numbers, label: Labels, silhouettes: Numbers, numbers: Labels
) -> dict[str, float]:
    """Return both distances of the row with the middle silhouette."""
    at = int(np.argsort(silhouettes)[len(silhouettes) // 2])
    is_other = np.arange(len(label)) != at
    means = {
        int(cluster): float(distances[at][(label == cluster) & is_other].mean())
        for cluster in np.unique(label)
        if ((label == cluster) & is_other).any()
    }
    own = means.pop(int(label[at]), 0.0)
    return {
        "row": int(numbers[at]),
        "own_distance": own,
        "next_distance": min(means.values()),
        "silhouette": float(silhouettes[at]),
    }


def _cluster_other_way(rows: Rows, labels: list[Labels], spec: ClusteringSpec) -> pd.DataFrame:
    """Cluster the columns unscaled if they were scaled, and the other way round."""
    from sklearn.metrics import adjusted_rand_score

    other = rows.values if spec.is_scaled else scale_columns(rows.values)
    found = [fit_kmeans(other, k, seed=spec.seed).labels_ for k in KS]
    return pd.DataFrame(
        {
            "other_ari": [
                float(adjusted_rand_score(rows.truth, label)) if rows.truth_name else np.nan
                for label in found
            ],
            "other_agreement": [
                float(adjusted_rand_score(mine, label))
                for mine, label in zip(labels, found, strict=True)
            ],
        }
    )


def _find_components(scaled: Numbers) -> tuple[Numbers, tuple[float, float]]:
    from sklearn.decomposition import PCA

    model = PCA(n_components=2)
    places: Numbers = model.fit_transform(scaled)
    first, second = model.explained_variance_ratio_.tolist()
    return places, (first, second)


def _list_assignments(labels: list[Labels], silhouettes: list[Numbers]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": np.repeat(KS, len(labels[0])),
            "cluster": np.concatenate(labels),
            "silhouette": np.concatenate(silhouettes),
        }
    )


def _weigh_features(rows: Rows) -> pd.DataFrame:
    raw, used = rows.values.var(axis=0), rows.scaled.var(axis=0)
    return pd.DataFrame(
        {
            "feature": pd.Series(list(rows.names), dtype="str"),
            "spread": np.sqrt(raw),
            "raw_share": raw / raw.sum(),
            "share": used / used.sum(),
        }
    )
