"""Five known groups of customers, as documented and as found again."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.datasets import load_dataset
from core.datasets.segments import GROUPS, most_likely_group

SEGMENTS = load_dataset("segments")
FEATURES = SEGMENTS.table[list(SEGMENTS.features)]
TRUTH = SEGMENTS.table["segment"]


def test_the_group_is_known_but_is_no_feature():
    assert SEGMENTS.truth_column == "segment"
    assert "segment" not in SEGMENTS.features
    assert SEGMENTS.target is None


def test_groups_have_their_documented_sizes():
    assert sorted(TRUTH.value_counts(), reverse=True) == [400, 320, 240, 140, 100]
    assert TRUTH.value_counts().to_dict() == {name: group.size for name, group in GROUPS.items()}


def test_the_true_values_number_the_groups():
    assert [list(GROUPS)[int(number)] for number in SEGMENTS.true_values()] == TRUTH.tolist()


@pytest.mark.parametrize("name", GROUPS)
def test_each_group_has_its_documented_means_and_spreads(name):
    group, rows = GROUPS[name], FEATURES[name == TRUTH]
    mean, spread = np.array(group.mean), np.array(group.spread)
    # The cut at sensible values moves means and spreads a little where it bites.
    assert np.all(np.abs(rows.mean() - mean) < 4 * spread / np.sqrt(len(rows)) + 0.05 * spread)
    assert np.all(np.abs(rows.std() / spread - 1) < 4 / np.sqrt(2 * len(rows)) + 0.05)


def test_bayes_rule_agrees_with_an_independent_density_and_recovers_nearly_all():
    density = np.column_stack(
        [
            g.size * multivariate_normal(g.mean, np.diag(np.square(g.spread))).pdf(FEATURES)
            for g in GROUPS.values()
        ]
    )
    found = most_likely_group(SEGMENTS.table)
    assert np.array_equal(found, np.array(list(GROUPS))[density.argmax(axis=1)])
    assert np.mean(found == TRUTH) > 0.97
    assert np.mean(found == TRUTH) < 1, "the groups overlap"


def test_five_is_the_number_of_clusters_with_the_best_silhouette_and_finds_the_groups():
    scaled = StandardScaler().fit_transform(FEATURES)
    with threadpool_limits(1):
        fits = {k: KMeans(k, n_init=10, random_state=0).fit(scaled) for k in range(2, 9)}
    silhouettes = {k: silhouette_score(scaled, fit.labels_) for k, fit in fits.items()}
    assert max(silhouettes, key=silhouettes.get) == 5
    assert adjusted_rand_score(TRUTH, fits[5].labels_) > 0.9


def test_without_scaling_the_largest_numbers_decide_and_the_groups_are_found_worse():
    raw, scaled = FEATURES.to_numpy(), StandardScaler().fit_transform(FEATURES)
    with threadpool_limits(1):
        scores = [
            adjusted_rand_score(TRUTH, KMeans(5, n_init=10, random_state=0).fit_predict(values))
            for values in (raw, scaled)
        ]
    assert scores[0] < scores[1] - 0.1
