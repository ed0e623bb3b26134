"""What the page teaches about the number of clusters, each sentence on really fitted clusterings."""

from dataclasses import replace
from itertools import pairwise
from math import isnan

import numpy as np
import pandas as pd
import pytest
from kneed import KneeLocator
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.metrics.clusters.again import choose_by_gap
from core.metrics.clusters.elsewhere import look_elsewhere, tell_false_knee, tell_silhouettes
from core.metrics.clusters.fits import KS, ClusteringSpec, cluster_table
from core.metrics.clusters.lab import LAB, ClustersSpec, find_clusters
from core.metrics.clusters.rows import CLOUD, gather_rows, scale_columns
from core.remember import use_one_thread
from core.results import result_to_json

SEGMENTS = ClustersSpec()
CLOUD_VIEW = ClustersSpec(data="cloud")
IRIS = ClustersSpec(data="iris", k=3)
WINE = ClustersSpec(data="wine", k=3)
TABLES = pytest.mark.parametrize("spec", [SEGMENTS, CLOUD_VIEW, IRIS, WINE], ids=lambda s: s.data)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    use_one_thread()  # two threads on a busy machine are many times slower than one


def rows_of(spec):
    return gather_rows(spec.data, is_scaled=spec.is_scaled, seed=spec.seed)


def labels_of(spec, k):
    found = cluster_table(spec.clustering).assignments
    return found[found["k"] == k]["cluster"].to_numpy()


# --- inertia -----------------------------------------------------------------------------------


@TABLES
def test_inertia_never_rises_when_the_old_centres_are_kept_and_one_is_added(spec):
    scaled = rows_of(spec).scaled
    rng = np.random.default_rng(0)
    centres = scaled.mean(axis=0, keepdims=True)
    inertias = []
    for _ in KS:
        model = KMeans(len(centres), init=centres, n_init=1).fit(scaled)
        inertias.append(model.inertia_)
        anywhere = scaled[rng.integers(len(scaled))]
        centres = np.vstack([model.cluster_centers_, anywhere])
    assert (np.diff(inertias) <= 1e-9 * inertias[0]).all()


def test_a_single_random_start_can_let_inertia_rise_and_several_starts_do_not_here():
    scaled = rows_of(SEGMENTS).scaled
    rising = 0
    for seed in range(20):
        once = [
            KMeans(k, init="random", n_init=1, random_state=seed).fit(scaled).inertia_ for k in KS
        ]
        rising += any(b > a * (1 + 1e-9) for a, b in pairwise(once))
    result = find_clusters(SEGMENTS)
    assert result.n_rising_starts == rising > 0
    assert (np.diff(result.scores["inertia"]) < 0).all()


def test_inertia_is_0_when_every_row_is_its_own_cluster():
    rows = rows_of(IRIS).scaled
    distinct = np.unique(rows, axis=0)
    model = KMeans(len(distinct), init=distinct, n_init=1).fit(distinct)
    assert model.inertia_ == pytest.approx(0, abs=1e-20)


@TABLES
def test_inertia_at_k_1_is_the_total_sum_of_squares(spec):
    result = find_clusters(replace(spec, k=1))
    scaled = rows_of(spec).scaled
    # Standardised columns have the variance 1, so the squares add up to rows × columns.
    assert result.inertia == pytest.approx(scaled.size)
    assert result.total_squares == pytest.approx(scaled.size)
    assert result.share_left == pytest.approx(1)


@TABLES
def test_the_lowest_inertia_is_at_the_largest_k_and_that_is_not_the_true_k(spec):
    result = find_clusters(spec)
    assert result.lowest_inertia_k == max(KS) != result.true_k


# --- the knee ----------------------------------------------------------------------------------


@TABLES
def test_the_knee_is_the_one_of_kneed(spec):
    result = find_clusters(spec)
    inertias = result.scores["inertia"].tolist()
    by_kneed = KneeLocator(list(KS), inertias, curve="convex", direction="decreasing").elbow
    assert result.knee_k == by_kneed
    assert result.knees.set_index("k_max")["k"][12] == by_kneed


def test_on_segments_the_knee_says_4_and_silhouette_davies_bouldin_and_calinski_harabasz_say_5():
    result = find_clusters(SEGMENTS)
    assert load_dataset("segments").table["segment"].nunique() == result.true_k == 5
    assert result.knee_k == 4
    assert result.silhouette_k == result.davies_bouldin_k == result.calinski_harabasz_k == 5


def test_without_a_clear_bend_the_knee_is_undefined_with_its_reason():
    result = find_clusters(ClustersSpec(**LAB.presets["no-knee"]))
    assert result.knee_k is None
    row = result.criteria.set_index("criterion").loc["knee"]
    assert "The knee is undefined: kneed finds no bend" in row["reason"]
    assert pd.isna(row["k"])


def test_the_knee_depends_on_how_far_one_looks():
    for spec in (SEGMENTS, CLOUD_VIEW, IRIS):
        assert find_clusters(spec).knees["k"].dropna().nunique() > 1


# --- a field without clusters ------------------------------------------------------------------


def test_the_cloud_is_even_and_its_columns_are_independent():
    table = CLOUD.table
    counts, *_ = np.histogram2d(*table.to_numpy().T, bins=5, range=[[0, 100]] * 2)
    expected = len(table) / 25
    chi2 = ((counts - expected) ** 2 / expected).sum()
    assert chi2 < 42.98  # the 99 % point with 24 degrees of freedom
    assert abs(np.corrcoef(table.to_numpy().T)[0, 1]) < 0.1


def test_on_trees_without_clusters_the_knee_finds_4_on_the_whole_field_and_on_every_half():
    result = find_clusters(CLOUD_VIEW)
    assert result.true_k == 1
    assert result.knee_k == 4
    assert result.criteria.set_index("criterion")["n_again"]["knee"] == result.n_halves


def test_on_trees_without_clusters_the_other_winners_change_from_half_to_half():
    cloud, real = (
        find_clusters(spec).criteria.set_index("criterion") for spec in (CLOUD_VIEW, SEGMENTS)
    )
    for criterion in ("davies_bouldin", "calinski_harabasz"):
        assert cloud["n_again"][criterion] < 10 < real["n_again"][criterion]


def test_on_trees_without_clusters_no_silhouette_reaches_what_true_segments_reach():
    cloud, real = (find_clusters(spec).scores["silhouette"] for spec in (CLOUD_VIEW, SEGMENTS))
    assert cloud.max() < 0.45
    assert real.max() > 0.55
    # No k stands out: the curve is flat.
    assert cloud.max() - cloud.min() < 0.1
    assert real.max() - real.min() > 0.3


def test_trees_without_clusters_have_a_higher_silhouette_than_three_real_cultivars_of_wine():
    cloud, wine = find_clusters(CLOUD_VIEW), find_clusters(WINE)
    assert f"{cloud.silhouette:.2f}" == "0.41"
    assert int(100 * wine.silhouette) == 28
    assert wine.ari > 0.85
    assert cloud.ari == 0
    elsewhere = look_elsewhere()
    assert elsewhere.cloud_knee == cloud.knee_k == cloud.k
    assert elsewhere.cloud_silhouette == pytest.approx(cloud.silhouette)
    assert elsewhere.wine_silhouette == pytest.approx(wine.silhouette)
    assert "reach 0.41 at k = 4" in tell_silhouettes()
    assert "only 0.28" in tell_silhouettes()
    assert "it shows 4, on every half" in tell_false_knee()


def test_only_the_gap_statistic_answers_one_for_trees_without_clusters():
    result = find_clusters(CLOUD_VIEW)
    assert result.gap_k == 1
    others = result.criteria[result.criteria["criterion"] != "gap"]["k"]
    assert (others > 1).all()


def test_the_gap_finds_three_kinds_of_iris_and_three_cultivars_of_wine():
    for spec in (IRIS, WINE):
        result = find_clusters(spec)
        assert result.gap_k == result.true_k == 3


def test_the_gap_is_the_one_of_the_paper_from_pairwise_distances():
    # Tibshirani, Walther and Hastie 2001: W = sum over clusters of D / (2 n), D over all pairs.
    scaled = rows_of(WINE).scaled
    turned = (scaled - scaled.mean(axis=0)) @ np.linalg.svd(scaled - scaled.mean(axis=0))[2].T

    def log_w(rows, k):
        labels = KMeans(k, n_init=5, random_state=0).fit(rows).labels_
        inside = [rows[labels == cluster] for cluster in range(k)]
        pairs = [metrics.pairwise_distances(part) ** 2 for part in inside]
        return np.log(sum(d.sum() / (2 * len(d)) for d in pairs))

    rng = np.random.default_rng(1)
    low, high = turned.min(axis=0), turned.max(axis=0)
    even = [rng.uniform(low, high, turned.shape) for _ in range(40)]
    scores = cluster_table(WINE.clustering).scores.set_index("k")
    for k in (1, 3):
        logs = [log_w(rows, k) for rows in even]
        gap, spread = np.mean(logs) - log_w(scaled, k), np.std(logs)
        # Other random tables: equal within four standard errors of 20 and 40 draws.
        assert scores["gap"][k] == pytest.approx(gap, abs=4 * spread * np.sqrt(1 / 20 + 1 / 40))
        assert scores["gap_error"][k] == pytest.approx(spread * np.sqrt(1 + 1 / 20), rel=0.6)


def test_the_gap_chooses_the_smallest_k_that_the_next_does_not_beat_by_more_than_its_error():
    error = np.full(4, 0.1)
    assert choose_by_gap(np.array([0.0, 1.0, 1.05, 2.0]), error) == 2
    assert choose_by_gap(np.array([1.0, 1.2, 1.25, 1.3]), error) == 2
    assert choose_by_gap(np.array([1.0, 1.05, 9.0, 9.0]), error) == 1
    assert choose_by_gap(np.arange(4.0), error) is None


def test_a_stable_clustering_is_not_yet_a_true_one():
    cloud = find_clusters(CLOUD_VIEW)
    assert cloud.k == 4
    assert cloud.stability > 0.8
    assert cloud.ari == 0


# --- the silhouette ----------------------------------------------------------------------------


@TABLES
def test_every_silhouette_lies_between_minus_1_and_1(spec):
    each = cluster_table(spec.clustering).assignments
    defined = each[each["k"] > 1]["silhouette"]
    assert defined.between(-1, 1).all()
    assert each[each["k"] == 1]["silhouette"].isna().all()


@pytest.mark.parametrize("n_labels", [1, 4])
def test_scikit_learn_refuses_a_silhouette_with_1_label_or_as_many_labels_as_rows(n_labels):
    rows = np.arange(4.0).reshape(-1, 1)
    with pytest.raises(ValueError, match="Valid values are 2 to n_samples - 1"):
        metrics.silhouette_score(rows, np.arange(4) % n_labels)


def test_at_k_1_three_criteria_are_undefined_and_say_why():
    result = find_clusters(replace(SEGMENTS, k=1))
    assert isnan(result.silhouette)
    assert isnan(result.davies_bouldin)
    assert isnan(result.calinski_harabasz)
    said = result.undefined[result.undefined["k"] == 1].set_index("metric")["reason"]
    assert set(said.index) == {"silhouette", "davies_bouldin", "calinski_harabasz"}
    assert said.str.contains("is undefined at k = 1: ").all()


def test_the_example_row_divides_its_own_two_distances():
    for spec in (SEGMENTS, WINE):
        row = find_clusters(spec).example.iloc[0]
        a, b = row["own_distance"], row["next_distance"]
        assert row["silhouette"] == pytest.approx((b - a) / max(a, b))
        # Once more from the raw rows.
        rows, labels = rows_of(spec), labels_of(spec, spec.k)
        at = int(np.flatnonzero(rows.numbers == row["row"])[0])
        away = np.sqrt(((rows.scaled - rows.scaled[at]) ** 2).sum(axis=1))
        own = (labels == labels[at]) & (np.arange(len(labels)) != at)
        assert a == pytest.approx(away[own].mean())
        others = [away[labels == c].mean() for c in set(labels) if c != labels[at]]
        assert b == pytest.approx(min(others))


# --- all numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", LAB.presets)
def test_every_number_is_the_one_of_scikit_learn(preset):
    spec = ClustersSpec(**LAB.presets[preset])
    result, rows = find_clusters(spec), rows_of(spec)
    model = KMeans(spec.k, n_init=5, random_state=0).fit(rows.scaled)
    labels = result.points["cluster"].to_numpy()
    assert metrics.adjusted_rand_score(model.labels_, labels) == 1
    assert result.inertia == pytest.approx(model.inertia_)
    assert result.ari == pytest.approx(metrics.adjusted_rand_score(rows.truth, labels))
    if spec.k > 1:
        each = metrics.silhouette_samples(rows.scaled, labels)
        np.testing.assert_allclose(result.points["silhouette"], each, atol=1e-9)
        assert result.silhouette == pytest.approx(each.mean())
        assert result.n_misplaced == (each < 0).sum()
        davies = metrics.davies_bouldin_score(rows.scaled, labels)
        assert result.davies_bouldin == pytest.approx(davies)
        calinski = metrics.calinski_harabasz_score(rows.scaled, labels)
        assert result.calinski_harabasz == pytest.approx(calinski)
    assert '"knee_k"' in result_to_json(result)


@TABLES
def test_each_criterion_chooses_the_best_of_its_column(spec):
    result = find_clusters(spec)
    by_k = result.scores.set_index("k")
    assert by_k["silhouette"].max() == by_k["silhouette"][result.silhouette_k]
    assert by_k["davies_bouldin"].min() == by_k["davies_bouldin"][result.davies_bouldin_k]
    assert by_k["calinski_harabasz"].max() == by_k["calinski_harabasz"][result.calinski_harabasz_k]
    chosen = [result.knee_k, result.silhouette_k, result.davies_bouldin_k]
    chosen += [result.calinski_harabasz_k, result.gap_k]
    assert result.n_agreeing == max(chosen.count(k) for k in chosen if k is not None)
    assert chosen.count(result.agreed_k) == result.n_agreeing


@TABLES
def test_points_and_centres_are_the_rows_and_their_means_in_the_units_of_the_table(spec):
    columns = list(CLOUD.features if spec.data == "cloud" else load_dataset(spec.data).features)
    result = find_clusters(replace(spec, x=columns[0], y=columns[1]))
    table = CLOUD.table if spec.data == "cloud" else load_dataset(spec.data).table
    np.testing.assert_array_equal(result.points["x"], table[columns[0]])
    np.testing.assert_array_equal(result.points["y"], table[columns[1]])
    for centre in result.centres.itertuples():
        mine = result.points["cluster"] == centre.cluster
        assert centre.x == pytest.approx(table[columns[0]][mine].mean())
        assert centre.n_rows == mine.sum()
    plain = find_clusters(spec)
    components = PCA(2).fit_transform(StandardScaler().fit_transform(rows_of(spec).values))
    np.testing.assert_allclose(np.abs(plain.points[["x", "y"]]), np.abs(components), atol=1e-8)
    assert "first principal component" in plain.x_label


def test_a_cluster_keeps_its_number_while_its_rows_stay_together():
    labels = [labels_of(SEGMENTS, k) for k in KS]
    for k, (before, after) in enumerate(pairwise(labels[:7]), start=2):
        assert set(after) == set(range(1, k + 1))
        assert (before == after).mean() > 0.5


def test_unknown_axes_are_told_and_replaced_by_principal_components():
    result = find_clusters(replace(WINE, x="basket_eur"))
    assert result.unknown_axes == ("basket_eur",)
    assert "principal component" in result.x_label


# --- scale and the learner's own rows ----------------------------------------------------------


def test_without_scaling_the_column_with_the_largest_unit_decides():
    raw = find_clusters(replace(WINE, is_scaled=False))
    variances = load_dataset("wine").table[list(load_dataset("wine").features)].var()
    assert raw.heaviest_feature == variances.idxmax() == "proline"
    assert raw.heaviest_share == pytest.approx(variances.max() / variances.sum())
    assert raw.heaviest_share > 0.99
    # Proline alone gives the same clusters as all thirteen columns.
    proline = load_dataset("wine").table[["proline"]].to_numpy()
    alone = KMeans(3, n_init=10, random_state=0).fit(proline).labels_
    assert metrics.adjusted_rand_score(alone, raw.points["cluster"]) > 0.95
    scaled = find_clusters(WINE)
    assert scaled.ari > 0.85
    assert raw.ari < 0.5
    assert raw.other_ari == pytest.approx(scaled.ari)
    assert scaled.other_ari == pytest.approx(raw.ari)


def test_scaling_is_no_law_iris_is_met_better_without_it():
    assert find_clusters(IRIS).other_ari > find_clusters(IRIS).ari


def test_own_rows_without_known_groups_have_no_ari_and_say_so():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(90, 2)) + np.repeat([[0], [9], [18]], 30, axis=0))
    table.columns = ["width", "<b>height</b>"]
    table.loc[3, "width"] = None
    own = store_own_dataset(table, title="Leaves", task="clustering", target=None)
    result = find_clusters(ClustersSpec(data=own.name, k=3))
    assert (result.n_rows, result.n_table, result.n_incomplete) == (89, 90, 1)
    assert result.true_k is None
    assert isnan(result.ari)
    assert "nobody knows" in " ".join(result.undefined["reason"])
    assert 3 not in set(result.points["row"])
    # Three groups nine standard deviations apart: everybody sees them.
    assert result.silhouette_k == result.davies_bouldin_k == result.calinski_harabasz_k == 3


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_rows_of_every_view_can_be_looked_up(preset):
    spec = ClustersSpec(**LAB.presets[preset])
    dataset = LAB.rows_of(spec)
    assert dataset.name == spec.data
    assert len(dataset.table) == dataset.n_rows == find_clusters(spec).n_table


def test_a_long_table_is_sampled_by_its_seed():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(2500, 2)), columns=["a", "b"])
    own = store_own_dataset(table, title="Long", task="clustering", target=None)
    first, again, other = (gather_rows(own.name, is_scaled=True, seed=s) for s in (0, 0, 1))
    assert len(set(first.numbers.tolist())) == 2000
    assert (first.numbers == again.numbers).all()
    assert (first.numbers != other.numbers).any()
    np.testing.assert_array_equal(first.values, table.to_numpy()[first.numbers])
    np.testing.assert_allclose(scale_columns(first.values).std(axis=0), 1)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"k": 0}, "looks at 1 to 12 clusters, got 0. Choose"),
        ({"k": 13}, "got 13"),
        ({"data": "nowhere"}, "There is no table called 'nowhere'"),
        ({"sensitivity": -1.0}, "lies between 0 and 100, got -1. Try 1."),
        ({"sensitivity": float("nan")}, "got nan"),
        ({"seed": -1}, "A seed is a whole number from 0 to 4294967295, got -1"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        ClustersSpec(**settings)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"a": range(60), "b": ["x"] * 60}, "at least 2 columns of numbers, and Own has 1. Choose"),
        ({"a": [1, 2] * 30, "b": [3, 4] * 30}, "at least 40 complete rows with different numbers"),
        ({"a": np.arange(60) * 1e200, "b": range(60)}, "6e+201 is too large to be squared"),
    ],
)
def test_tables_that_cannot_be_clustered_are_refused_with_a_sentence(columns, sentence):
    own = store_own_dataset(pd.DataFrame(columns), title="Own", task="clustering", target=None)
    with pytest.raises(SpecError, match=sentence.replace("+", r"\+")):
        cluster_table(ClusteringSpec(data=own.name))
