"""Runs that prove the practice items about clusters; see `core.practice.proof`."""

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts


def measure_silhouette(own: list[float], nearest: list[float], farthest: list[float]) -> Facts:
    """Measure three clusters of places on a line, and the first place of `own`.

    scikit-learn does the arithmetic. Facts: ``silhouette`` of that place, ``own_distance``
    (mean distance to the rest of its cluster), ``nearest_distance``, ``difference`` (of these
    two), and ``silhouette_with_farthest``, which is what comes out if the nearest cluster is
    taken away. Check by eye: own 0 and 1, others at 2 and 9: (2 − 1) / 2 = 0.5.
    """
    from sklearn import metrics

    groups = [own, nearest, farthest]
    places = np.concatenate([np.asarray(group, dtype=float) for group in groups]).reshape(-1, 1)
    labels = np.repeat([0, 1, 2], [len(group) for group in groups])
    distances = metrics.pairwise_distances(places)[0]
    without = labels != 1
    own_distance = distances[labels == 0].sum() / (len(own) - 1)
    nearest_distance = distances[labels == 1].mean()
    return {
        "silhouette": float(metrics.silhouette_samples(places, labels)[0]),
        "own_distance": float(own_distance),
        "nearest_distance": float(nearest_distance),
        "difference": float(nearest_distance - own_distance),
        "silhouette_with_farthest": float(
            metrics.silhouette_samples(places[without], labels[without])[0]
        ),
    }


def measure_inertia(places: list[float], k: int) -> Facts:
    """Cluster places on a line with scikit-learn, 20 starts.

    Facts: ``inertia``, ``mean_square`` (inertia per place), ``sum_of_distances`` to the own
    centre, ``total_squares`` (inertia of one cluster), ``inertia_at_n`` (a cluster for each place).
    Check by eye: places 0 and 2 with k = 1 give an inertia of 2.
    """
    from sklearn.cluster import KMeans

    rows = np.asarray(places, dtype=float).reshape(-1, 1)
    inertias = {
        n: float(KMeans(n, n_init=20, random_state=0).fit(rows).inertia_)
        for n in {1, k, len(places)}
    }
    model = KMeans(k, n_init=20, random_state=0).fit(rows)
    return {
        "inertia": inertias[k],
        "mean_square": inertias[k] / len(places),
        "sum_of_distances": float(np.abs(rows - model.cluster_centers_[model.labels_]).sum()),
        "total_squares": inertias[1],
        "inertia_at_n": inertias[len(places)],
    }


def compare_partitions(truth: list[int], found: list[int]) -> Facts:
    """Compare two ways of grouping the same rows.

    Facts: ``ari`` (adjusted Rand index, scikit-learn), ``share_with_same_number`` and
    ``mean_ari_of_shuffles``, the mean over 500 shuffles of `found`, rounded to two decimals.
    Check by eye: groups 0, 0, 1, 1 and 1, 1, 0, 0 are one partition: ARI 1, no number the same.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(0)
    shuffled = [adjusted_rand_score(truth, rng.permutation(found)) for _ in range(500)]
    return {
        "ari": float(adjusted_rand_score(truth, found)),
        "share_with_same_number": float(np.mean(np.array(truth) == np.array(found))),
        "mean_ari_of_shuffles": round(float(np.mean(shuffled)), 2),
    }


def draw_leaves(rng: np.random.Generator) -> Values | None:
    """Draw leaves of three species, found without a mistake under other numbers; the key is 1."""
    sizes = rng.integers(2, 5, 3)
    names = [(1, 2, 0), (2, 0, 1)][int(rng.integers(2))]
    species = [int(kind) for kind in np.repeat(np.arange(3), sizes)]
    return {"species": species, "found": [names[kind] for kind in species]}


def draw_shops(rng: np.random.Generator) -> Values | None:
    """Draw three groups of shops along a road; the key is (b − a) / max(a, b) of the first shop."""
    own = [0, *(int(place) for place in np.sort(rng.choice(np.arange(1, 7), 2, replace=False)))]
    start = own[-1] + int(rng.integers(4, 10))
    nearest = [start, start + int(rng.integers(1, 7))]
    far = nearest[-1] + int(rng.integers(15, 40))
    farthest = [far, far + int(rng.integers(1, 7))]
    a, b, c = sum(own) / 2, sum(nearest) / 2, sum(farthest) / 2
    if round(100 * a / b, 6) != round(100 * a / b):
        return None
    return {
        "own": own, "nearest": nearest, "farthest": farthest, "a": a, "b": b, "c": c,
        "silhouette": (b - a) / b, "advantage": b - a, "ratio": a / b, "with_farthest": (c - a) / c,
    }  # fmt: skip


def draw_places(rng: np.random.Generator) -> Values | None:
    """Draw four places on a line in two pairs; the key is half the sum of their squared gaps.

    None where another way to part the line would leave smaller squares.
    """
    first, second = (2 * int(gap) for gap in rng.integers(1, 5, 2))
    start, between = int(rng.integers(1, 6)), int(rng.integers(4, 12))
    places = [start, start + first, start + first + between, start + first + between + second]
    parted = [_squares(places[:at]) + _squares(places[at:]) for at in (1, 2, 3)]
    if parted[1] >= min(parted[0], parted[2]):
        return None
    left, right = places[:2], places[2:]
    deviations = [first / 2, first / 2, second / 2, second / 2]
    return {
        "places": places, "left": left, "right": right,
        "centres": [sum(left) / 2, sum(right) / 2], "common": sum(places) / 4,
        "deviations": deviations, "squares": [deviation**2 for deviation in deviations],
        "inertia": (first**2 + second**2) / 2, "distances": float(first + second),
        "mean_square": (first**2 + second**2) / 8, "total": _squares(places),
    }  # fmt: skip


def _squares(places: list[int]) -> float:
    """Return what these places leave if they are one cluster: Σx² − (Σx)² / n."""
    return sum(place**2 for place in places) - sum(places) ** 2 / len(places)
