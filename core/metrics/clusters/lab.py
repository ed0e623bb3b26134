"""How many clusters? k-means for every k from 1 to 12, and what each criterion says about k.

k-means always returns as many clusters as it is asked for. Inertia cannot say how many there are,
because it falls with every further one; the other criteria can, and disagree.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, nan
from typing import Any

import pandas as pd

from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.clusters.again import N_HALVES, N_REFERENCES, N_SINGLE
from core.metrics.clusters.choices import choose_k
from core.metrics.clusters.fits import K_MAX, Clusterings, ClusteringSpec, cluster_table
from core.metrics.clusters.rows import find_table, name_truth
from core.metrics.clusters.script import write_script

LARGEST_SENSITIVITY = 100.0


@dataclass(frozen=True, kw_only=True)
class ClustersSpec:
    """One table, one number of clusters, two axes to look along."""

    data: str = "segments"
    """A table with at least two columns of numbers, ``cloud`` (no clusters at all) or ``own-…``."""
    k: int = 4
    is_scaled: bool = True
    """Whether each column gets mean 0 and standard deviation 1 before distances are measured."""
    x: str | None = None
    """Column drawn to the right; None for the first principal component."""
    y: str | None = None
    """Column drawn upwards; None for the second principal component."""
    sensitivity: float = 1.0
    """How clearly `kneed` wants a knee to stand out (its S)."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.clustering  # refuses unknown data, tables without numbers, and seeds
        require(
            1 <= self.k <= K_MAX,
            f"The lesson looks at 1 to {K_MAX} clusters, got {self.k}. Choose a k in between.",
        )
        require(
            isfinite(self.sensitivity) and 0 <= self.sensitivity <= LARGEST_SENSITIVITY,
            f"The sensitivity of the knee lies between 0 and {LARGEST_SENSITIVITY:g}, got "
            f"{self.sensitivity:g}. Try 1.",
        )

    @property
    def clustering(self) -> ClusteringSpec:
        """What is trained: the same for all k, axes and sensitivities."""
        return ClusteringSpec(data=self.data, is_scaled=self.is_scaled, seed=self.seed)


@dataclass(frozen=True, eq=False)
class ClustersResult:
    """One clustering among all that were made. Distances are on the scale in force.

    A criterion without a value is NaN (or None for a k), with its reason in `undefined` or in
    `criteria`.
    """

    spec: ClustersSpec
    row_noun: tuple[str, str]
    """One and many: ("customer", "customers")."""
    truth_name: str | None
    """Column of the known groups, which k-means never sees."""
    n_rows: int
    """Rows that were clustered."""
    n_table: int
    """Rows of the table; those that are missing from `n_rows` were incomplete or not sampled."""
    n_incomplete: int
    true_k: int | None
    k: int
    inertia: float
    total_squares: float
    share_left: float
    """Inertia as a share of what one single cluster would leave."""
    silhouette: float
    n_misplaced: int
    """Rows with a negative silhouette: nearer, on average, to another cluster than to their own."""
    davies_bouldin: float
    calinski_harabasz: float
    ari: float
    """Adjusted Rand index with the known groups: 1 is the same partition, 0 is chance."""
    stability: float
    stability_low: float
    stability_high: float
    knee_k: int | None
    silhouette_k: int
    davies_bouldin_k: int
    calinski_harabasz_k: int
    gap_k: int | None
    lowest_inertia_k: int
    n_agreeing: int
    """Criteria, of five, that choose the most common k among them."""
    agreed_k: int
    """That k; the smallest if several are as common."""
    n_rising_starts: int
    """Of 20 runs with single random starts, how often inertia rose somewhere as k grew."""
    n_halves: int
    n_references: int
    n_single_starts: int
    heaviest_feature: str
    """Column with the largest share of the squared distances when nothing is scaled."""
    heaviest_share: float
    other_ari: float
    """Adjusted Rand index with the known groups when the columns are scaled the other way."""
    other_agreement: float
    x_label: str
    y_label: str
    unknown_axes: tuple[str, ...]
    """Axes that were asked for and are no columns of this table."""
    points: pd.DataFrame
    """One row per clustered row: ``row``, ``x``, ``y``, ``cluster`` (1 to k), ``silhouette``,
    ``truth``."""
    centres: pd.DataFrame
    """One row per cluster: ``cluster``, ``x``, ``y`` (mean of its rows), ``n_rows``,
    ``silhouette`` (mean)."""
    scores: pd.DataFrame
    """One row per k; see `core.metrics.clusters.fits.Clusterings.scores`, and ``share_left``."""
    criteria: pd.DataFrame
    """One row per criterion: ``criterion``, ``name``, ``k`` (empty: none), ``reason``,
    ``n_again`` (half samples that choose the same k; NaN for the gap), ``again_low``,
    ``again_high`` (95 % interval of the share)."""
    wins: pd.DataFrame
    """Half samples on which each k won: ``criterion``, ``k`` (0: none), ``n_wins``, ``share``."""
    knees: pd.DataFrame
    """The knee if only k = 1 to ``k_max`` had been tried: ``k_max``, ``k``."""
    features: pd.DataFrame
    """``feature``, ``spread`` (in its unit), ``raw_share``, ``share`` of all squared distances."""
    example: pd.DataFrame
    """The row with the middle silhouette: ``row``, ``own_distance``, ``next_distance``,
    ``silhouette``; no row at k = 1."""
    undefined: pd.DataFrame
    """Where a criterion has no value: ``k``, ``metric``, ``reason``."""


@lru_cache(maxsize=32)
def find_clusters(spec: ClustersSpec) -> ClustersResult:
    """Answer "how many clusters are there, and does it help to ask?".

    Clusters for all k if that is not remembered; everything else takes milliseconds.
    Check by eye: with ``k=1`` the inertia is the total sum of squares.
    """
    found, choices = cluster_table(spec.clustering), choose_k(spec.clustering, spec.sensitivity)
    scores = found.scores.assign(share_left=found.scores["inertia"] / found.total_squares)
    chosen = _read_choices(choices.criteria)
    points, labels = _place_points(spec, found)
    heaviest = found.features.iloc[int(found.features["raw_share"].argmax())]
    names = [str(name) for name in (spec.x, spec.y) if name is not None]
    columns = find_table(spec.data).numeric_features
    return ClustersResult(
        spec=spec,
        row_noun=find_table(spec.data).row_noun,
        truth_name=name_truth(find_table(spec.data)),
        n_rows=found.n_rows,
        n_table=find_table(spec.data).n_rows,
        n_incomplete=found.n_incomplete,
        true_k=found.true_k,
        total_squares=found.total_squares,
        **_read_scores(scores, spec.k),
        n_misplaced=int((points["silhouette"] < 0).sum()),
        **chosen,
        lowest_inertia_k=int(scores["k"].iloc[scores["inertia"].argmin()]),
        n_rising_starts=found.n_rising_starts,
        n_halves=N_HALVES,
        n_references=N_REFERENCES,
        n_single_starts=N_SINGLE,
        heaviest_feature=str(heaviest["feature"]),
        heaviest_share=float(heaviest["raw_share"]),
        x_label=labels[0],
        y_label=labels[1],
        unknown_axes=tuple(name for name in names if name not in columns),
        points=points,
        centres=_find_centres(points),
        scores=scores,
        criteria=choices.criteria,
        wins=choices.wins,
        knees=choices.knees,
        features=found.features,
        example=found.examples[found.examples["k"] == spec.k].reset_index(drop=True),
        undefined=choices.undefined,
    )


def _read_scores(scores: pd.DataFrame, k: int) -> dict[str, Any]:
    row = scores.loc[scores["k"] == k].iloc[0].to_dict()
    names = (
        "inertia", "share_left", "silhouette", "davies_bouldin", "calinski_harabasz", "ari",
        "stability", "stability_low", "stability_high", "other_ari", "other_agreement",
    )  # fmt: skip
    return {"k": k} | {name: float(row.get(name, nan)) for name in names}


def _read_choices(criteria: pd.DataFrame) -> dict[str, Any]:
    ks = {
        name: None if pd.isna(k) else int(k)
        for name, k in zip(criteria["criterion"], criteria["k"], strict=True)
    }
    counts = criteria["k"].dropna().value_counts()
    n_agreeing = int(counts.max())
    return {f"{name}_k": k for name, k in ks.items()} | {
        "n_agreeing": n_agreeing,
        "agreed_k": int(counts[counts == n_agreeing].index.min()),
    }


def _place_points(spec: ClustersSpec, found: Clusterings) -> tuple[pd.DataFrame, tuple[str, str]]:
    dataset = find_table(spec.data)
    here = found.assignments[found.assignments["k"] == spec.k].reset_index(drop=True)
    rows = found.rows
    places, labels = {}, []
    for axis, name in (("x", spec.x), ("y", spec.y)):
        component = "first" if axis == "x" else "second"
        if name in dataset.numeric_features:
            unit = dataset.column(str(name)).unit
            places[axis] = dataset.table[name].to_numpy(dtype="float64")[rows["row"].to_numpy()]
            labels.append(f"{name} ({unit})" if unit and unit not in str(name) else str(name))
        else:
            share = found.first_share if axis == "x" else found.second_share
            places[axis] = rows[component].to_numpy()
            labels.append(f"{component} principal component ({100 * share:.0f} %)")
    points = pd.DataFrame(
        {
            "row": rows["row"],
            **places,
            "cluster": here["cluster"],
            "silhouette": here["silhouette"],
            "truth": rows["truth"],
        }
    )
    return points, (labels[0], labels[1])


def _find_centres(points: pd.DataFrame) -> pd.DataFrame:
    return (
        points.groupby("cluster")
        .agg(
            x=("x", "mean"),
            y=("y", "mean"),
            n_rows=("x", "size"),
            silhouette=("silhouette", "mean"),
        )
        .reset_index()
    )


def name_slow_part(spec: ClustersSpec) -> SlowPart | None:
    """Return the training that a view waits for: twelve clusterings and their repetitions.

    None for the table that the lesson opens with: the server makes it ready when it starts, and
    the question about it comes before anything is shown.
    """
    if spec.clustering == ClusteringSpec():
        return None
    title = find_table(spec.data).title
    what = f"k-means is being run for every k on {title}, on halves of it and on tables without clusters."
    return SlowPart(run=cluster_table, spec=spec.clustering, what=what)


LAB = Lab(
    name="clusters",
    question="How many clusters?",
    spec=ClustersSpec,
    run=find_clusters,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: find_table(spec.data),
    presets={
        "default": {},
        "one": {"k": 1},
        "no-clusters": {"data": "cloud", "k": 4},
        "iris": {"data": "iris", "k": 3},
        "wine-unscaled": {"data": "wine", "k": 3, "is_scaled": False},
        "no-knee": {"data": "wine", "k": 3, "sensitivity": 30.0},
    },
)
