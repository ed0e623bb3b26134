"""The words and the figures of the cluster lab show the lab's numbers and nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.datasets import load_dataset, store_own_dataset
from core.metrics.clusters.figures import (
    plot_choices,
    plot_clusters,
    plot_inertia,
    plot_silhouettes,
)
from core.metrics.clusters.lab import ClustersSpec, find_clusters
from core.metrics.clusters.words import (
    CHOSEN,
    describe_clustering,
    inertia_formula,
    name_axes,
    silhouette_formulas,
    tabulate_comparisons,
    tabulate_criteria,
    tabulate_scores,
    tell_chance,
    tell_choices,
    tell_ranges,
    tell_scale,
    tell_starts,
    tell_undefined,
)
from core.wording import THIN

IRIS = ClustersSpec(data="iris", k=3)
VIEWS = {
    "segments": ClustersSpec(),
    "cloud": ClustersSpec(data="cloud"),
    "iris": IRIS,
    "no knee": replace(IRIS, k=2, sensitivity=30.0),
    "one": replace(IRIS, k=1),
}


@pytest.fixture(params=VIEWS, scope="module")
def result(request):
    return find_clusters(VIEWS[request.param])


def read_number(text):
    return float(text.replace(CHOSEN, "").replace(THIN, "").replace("%", ""))


def test_the_sentence_carries_the_numbers_of_its_k(result):
    said = describe_clustering(result)
    if result.k == 1:
        assert said.startswith("One cluster holds all")
        return
    assert said.startswith(f"{result.k} clusters of {result.centres['n_rows'].min()} to ")
    assert f"The mean silhouette is {result.silhouette:.3f}".rstrip("0") in said
    assert f"{100 * result.share_left:.0f}{THIN}%" in said


def test_every_criterion_is_named_with_its_k_and_an_undefined_one_as_such(result):
    said = tell_choices(result)
    for k in (result.silhouette_k, result.davies_bouldin_k, result.calinski_harabasz_k):
        assert str(k) in said
    assert ("knee of inertia undefined" in said) == (result.knee_k is None)
    assert f"The truth is {result.true_k}." in said


def test_what_is_undefined_in_this_view_is_explained_and_nothing_else(result):
    n_reasons = tell_undefined(result).count(" is undefined")
    assert n_reasons == 3 * (result.k == 1) + (result.knee_k is None) + (result.gap_k is None)


def test_the_table_holds_a_row_for_each_k_and_marks_the_choices(result):
    table, beside = tabulate_scores(result), tabulate_comparisons(result)
    assert len(table) == len(beside) == 12
    assert table["k"][result.k - 1] == beside["k"][result.k - 1] == f"{result.k} (shown)"
    assert ("Truth" in beside) == (result.true_k is not None)
    for column, k in {
        "Inertia": result.knee_k,
        "Silhouette": result.silhouette_k,
        "Davies–Bouldin": result.davies_bouldin_k,
        "Calinski–Harabasz": result.calinski_harabasz_k,
        "Gap": result.gap_k,
    }.items():
        marked = [
            at + 1
            for at, text in enumerate((table if column in table else beside)[column])
            if text.endswith(CHOSEN)
        ]
        assert marked == ([] if k is None else [k])
    assert table["Silhouette"][0] == "undefined"
    for text, value in zip(table["Inertia"], result.scores["inertia"], strict=True):
        assert read_number(text) == pytest.approx(value, rel=5e-4)


def test_the_table_of_criteria_counts_the_half_samples_that_agree(result):
    table = tabulate_criteria(result)
    shown = table["The same on half samples"].tolist()
    assert shown[-1] == "not repeated"
    wins = result.wins.set_index(["criterion", "k"])["n_wins"].to_dict()
    for row, text in zip(result.criteria.itertuples(), shown[:-1], strict=False):
        k = 0 if pd.isna(row.k) else row.k
        assert text.startswith(f"{wins.get((row.criterion, k), 0)} of 20 (")
    for _, mine in result.wins.groupby("criterion"):
        assert mine["n_wins"].sum() == result.n_halves


def test_the_ranges_name_every_knee_and_where_there_is_none(result):
    said = tell_ranges(result)
    for k in result.knees["k"].dropna():
        assert f"it is {k} if" in said
    assert ("there is none" in said) == bool(result.knees["k"].isna().any())


def test_starts_chance_and_scale_are_told_with_their_numbers(result):
    n = result.n_rising_starts
    assert {0: "it never rose", 1: "it rose once"}.get(n, f"it rose {n} times") in tell_starts(
        result
    )
    answer = "every further cluster" if result.gap_k is None else f"answers k = {result.gap_k}"
    assert answer in tell_chance(result)
    said = tell_scale(result)
    assert result.heaviest_feature in said
    # Two columns with equal shares decide together.
    assert "decides" not in said


def test_a_column_with_nearly_all_of_the_distance_is_said_to_decide_alone():
    raw = find_clusters(ClustersSpec(data="wine", k=3, is_scaled=False))
    said, variances = tell_scale(raw), load_dataset("wine").table.var(numeric_only=True)
    share = f"{100 * variances['proline'] / variances.sum():.2f}{THIN}%"
    assert f"proline makes up {share} of all squared distances alone, and so it decides" in said
    assert f"by {raw.other_ari:.3f} instead of {raw.ari:.3f}" in said


def test_the_formulas_divide_what_they_show(result):
    left = inertia_formula(result)
    quotient = read_number(left.top_number) / read_number(left.bottom_number)
    assert read_number(left.value) == pytest.approx(100 * quotient, abs=0.1)
    formulas = silhouette_formulas(result)
    assert len(formulas) == (result.k > 1)
    for formula in formulas:
        other, own = (read_number(text) for text in formula.top_number.split(" − "))
        shown = (other - own) / read_number(formula.bottom_number)
        assert read_number(formula.value) == pytest.approx(shown, abs=0.002)


def test_the_picture_shows_every_row_once_and_every_centre_with_its_number(result):
    *clusters, centres = plot_clusters(result).data
    assert len(clusters) == result.k
    assert sum(len(trace.x) for trace in clusters) == result.n_rows
    np.testing.assert_allclose(centres.x, result.centres["x"])
    assert [text.strip("</b>") for text in centres.text] == [str(n + 1) for n in range(result.k)]


def test_the_silhouette_bars_are_sorted_within_each_cluster_and_hold_every_row(result):
    if result.k == 1:
        return
    traces = plot_silhouettes(result).data
    for trace, (_, rows) in zip(traces, result.points.groupby("cluster"), strict=True):
        assert (np.diff(trace.x) <= 0).all()
        assert sorted(trace.x) == sorted(rows["silhouette"])
    places = np.concatenate([trace.y for trace in traces])
    assert len(set(places.tolist())) == result.n_rows


def test_the_inertia_curve_marks_the_knee_or_says_that_there_is_none(result):
    figure = plot_inertia(result)
    np.testing.assert_allclose(figure.data[0].y, result.scores["inertia"])
    assert (figure.data[1].x[0], figure.data[1].y[0]) == (result.k, result.inertia)
    lines = {shape.x0 for shape in figure.layout.shapes}
    assert lines == {k for k in (result.knee_k, result.true_k) if k is not None}
    assert ("no knee" in figure.layout.title.text) == (result.knee_k is None)


def test_the_crosses_stand_at_the_choices_and_the_dots_at_the_wins(result):
    dots, crosses = plot_choices(result).data
    assert sorted(crosses.x) == sorted(result.criteria["k"].dropna())
    assert sum(dots.customdata) == result.wins.loc[result.wins["k"] > 0, "n_wins"].sum()


def test_words_of_a_learners_table_are_never_read_as_markup():
    rng = np.random.default_rng(0)
    name = "<b>width</b>"
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=[name, "height"])
    table["kind"] = np.where(table["height"] > 0, "<i>x</i>", "y")
    own = store_own_dataset(table, title="Own", task="binary", target="kind")
    result = find_clusters(ClustersSpec(data=own.name, k=2, x=name))
    figure = plot_clusters(result).to_json()
    assert "<b>width" not in figure
    assert "<i>x" not in figure
    assert "&lt;b&gt;width" in figure
    # A table with two classes has known groups.
    assert result.true_k == 2


def test_axes_offer_every_column_and_name_one_of_another_table_as_such():
    names = name_axes(replace(IRIS, x="basket_eur"))
    assert len(names) == 1 + 4 + 1
    assert names["basket_eur"] == "basket_eur (not in this table)"
