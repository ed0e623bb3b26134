"""Is it more than chance? Clustering again: half samples, tables without clusters, single starts."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Numbers = NDArray[np.float64]

N_HALVES = 20
"""Half samples on which every k is fitted again."""
MAX_HALF = 500
HALF_STARTS = 3
N_REFERENCES = 20
"""Tables without clusters to which the gap statistic compares."""
REFERENCE_STARTS = 5
"""As many as for the rows themselves: with fewer, chance would look worse than it is."""
N_SINGLE = 20
"""Single random starts from which every k is fitted."""


def repeat_on_halves(
    scaled: Numbers, labels: list[Labels], *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Answer "would other rows of the same kind have told the same?".

    Each half sample is drawn without replacement, clustered for every k, and its centres then
    name all rows. The adjusted Rand index says how far these names agree with those of the whole
    table. Source: after Ben-Hur, Elisseeff and Guyon, A stability based method, 2002.

    Returns
    -------
    tuple
        Per k ``stability`` (mean ARI), ``stability_low``, ``stability_high`` (5 % and 95 %
        quantiles). Per half sample ``half`` and the k that wins by ``silhouette``,
        ``davies_bouldin``, ``calinski_harabasz``. Per half sample and k: ``half``, ``k``,
        ``inertia``.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(seed)
    size = min(len(scaled) // 2, MAX_HALF)
    ks = range(1, len(labels) + 1)
    agreement = np.empty((N_HALVES, len(labels)))
    choices, inertias = [], []
    for half in range(N_HALVES):
        sample = scaled[rng.choice(len(scaled), size, replace=False)]
        fits = [_fit(sample, k, HALF_STARTS, seed) for k in ks]
        agreement[half] = [
            adjusted_rand_score(label, fit.predict(scaled))
            for label, fit in zip(labels, fits, strict=True)
        ]
        choices.append({"half": half, **_choose(sample, [fit.labels_ for fit in fits])})
        inertias += [
            {"half": half, "k": k, "inertia": float(fit.inertia_)}
            for k, fit in zip(ks, fits, strict=True)
        ]
    low, high = np.quantile(agreement, [0.05, 0.95], axis=0)
    stability = {"stability": agreement.mean(axis=0), "stability_low": low, "stability_high": high}
    return pd.DataFrame(stability), pd.DataFrame(choices), pd.DataFrame(inertias)


def compare_with_chance(scaled: Numbers, inertias: Numbers, *, seed: int) -> pd.DataFrame:
    """Answer "is inertia lower than it would be if there were no clusters at all?".

    Source: Tibshirani, Walther and Hastie: Estimating the number of clusters in a data set via
    the gap statistic, 2001, with reference tables drawn evenly over the box along the principal
    components (their variant b). Columns ``gap`` (mean log inertia of `N_REFERENCES` reference
    tables minus log inertia of the rows) and ``gap_error`` (standard deviation of the former
    times √(1 + 1/B)), one row per k.
    """
    from sklearn.decomposition import PCA

    turned = PCA().fit_transform(scaled)
    low, high = turned.min(axis=0), turned.max(axis=0)
    rng = np.random.default_rng(seed)
    logs = np.empty((N_REFERENCES, len(inertias)))
    for reference in range(N_REFERENCES):
        even = rng.uniform(low, high, turned.shape)
        logs[reference] = [
            np.log(_fit(even, k, REFERENCE_STARTS, seed).inertia_)
            for k in range(1, len(inertias) + 1)
        ]
    error = logs.std(axis=0) * np.sqrt(1 + 1 / N_REFERENCES)
    return pd.DataFrame({"gap": logs.mean(axis=0) - np.log(inertias), "gap_error": error})


def choose_by_gap(gap: Numbers, error: Numbers) -> int | None:
    """Return the smallest k whose gap is at least the next one's minus its error, or None.

    Source: step 3 of Tibshirani, Walther and Hastie 2001. Check by eye: gaps 0, 1, 1 with errors
    0.1 give 2.
    """
    enough = gap[:-1] >= gap[1:] - error[1:]
    return int(np.argmax(enough)) + 1 if enough.any() else None


def rise_of_single_starts(scaled: Numbers, ks: tuple[int, ...], *, seed: int) -> int:
    """Count how many of `N_SINGLE` runs through all k see inertia rise from one k to the next.

    In each run every k gets one random start only, so it may end in a poor place.
    """
    rises = 0
    for start in range(N_SINGLE):
        state = (seed + start) % 2**32
        inertias = [float(_fit(scaled, k, 1, state, init="random").inertia_) for k in ks]
        rises += bool((np.diff(inertias) > 1e-9 * inertias[0]).any())
    return rises


def _fit(rows: Numbers, k: int, n_starts: int, seed: int, *, init: str = "k-means++") -> Any:
    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        # A half sample of a table with many equal rows may hold fewer distinct ones than k.
        warnings.simplefilter("ignore")
        return KMeans(n_clusters=k, n_init=n_starts, random_state=seed, init=init).fit(rows)


def _choose(sample: Numbers, labels: list[Labels]) -> dict[str, int]:
    """Return the k from 2 up that each criterion finds best."""
    from sklearn import metrics

    distances = metrics.pairwise_distances(sample)
    scores = [
        (
            metrics.silhouette_score(distances, label, metric="precomputed"),
            -metrics.davies_bouldin_score(sample, label),
            metrics.calinski_harabasz_score(sample, label),
        )
        for label in labels[1:]
    ]
    best = np.argmax(scores, axis=0) + 2
    names = ("silhouette", "davies_bouldin", "calinski_harabasz")
    return {name: int(k) for name, k in zip(names, best, strict=True)}
