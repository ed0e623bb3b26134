"""Two tables that the page compares with, clustered when it first asks: even trees and real wine."""

from dataclasses import dataclass
from functools import lru_cache

from sklearn.metrics import silhouette_score

from core.metrics.clusters.fits import KS, fit_kmeans
from core.metrics.clusters.knee import find_knee
from core.metrics.clusters.rows import CLOUD, gather_rows

WINE_K = 3
"""The cultivars that the wines come from."""


@dataclass(frozen=True)
class Elsewhere:
    """What k-means makes of trees without clusters, and of wine with three."""

    cloud_knee: int
    """The k at the knee of the trees' curve."""
    cloud_silhouette: float
    """Their mean silhouette at that k."""
    wine_silhouette: float
    """That of the wine at its true k."""


@lru_cache(maxsize=1)
def look_elsewhere() -> Elsewhere:
    """Answer "does a knee or a high silhouette prove clusters?" on two tables, with seed 0.

    Check by eye: the silhouette of the trees, which have no clusters, is the higher one.
    """
    trees, wine = (
        gather_rows(name, is_scaled=True, seed=0).scaled for name in (CLOUD.name, "wine")
    )
    fits = {k: fit_kmeans(trees, k, seed=0) for k in KS}
    knee = find_knee(KS, [fit.inertia_ for fit in fits.values()]).k
    if knee is None:  # the table is fixed, so only another version of a library could do this
        message = "kneed finds no knee any more in the trees without clusters."
        raise RuntimeError(message)
    wines = fit_kmeans(wine, WINE_K, seed=0)
    return Elsewhere(
        cloud_knee=knee,
        cloud_silhouette=float(silhouette_score(trees, fits[knee].labels_)),
        wine_silhouette=float(silhouette_score(wine, wines.labels_)),
    )


def tell_false_knee() -> str:
    """Say what the knee shows where there are no clusters."""
    return (
        f"On trees that stand evenly over a field it shows {look_elsewhere().cloud_knee}, on every half of "
        "them. A stable answer is not yet a true one."
    )


def tell_silhouettes() -> str:
    """Compare the silhouette of no clusters with that of real ones."""
    found = look_elsewhere()
    return (
        f"The evenly spread trees reach {found.cloud_silhouette:.2f} at k = "
        f"{found.cloud_knee}. Three real cultivars of wine reach only "
        f"{found.wine_silhouette:.2f}, and k-means finds them almost perfectly. Compare ks on one "
        "table, never tables with each other."
    )
