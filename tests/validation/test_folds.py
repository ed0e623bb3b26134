"""Every cell of the picture is scikit-learn's, every count follows a law, every score a second way."""

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from sklearn import model_selection as ms
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.datasets import store_own_dataset
from core.errors import SpecError
from core.validation.folds.days import draw_days
from core.validation.folds.lab import FoldsSpec, name_slow_part, split_folds
from core.validation.folds.splitters import SPLITTERS, Knobs, list_ks
from core.validation.folds.tables import find_fresh, find_rows

LAWFUL = {
    "recordings": SPLITTERS,
    "iris": tuple(s for s in SPLITTERS if "group" not in s),
    "days": ("kfold", "shuffled", "repeated", "holdout", "time"),
    "churn": ("shuffled", "stratified"),
}


def peer(splitter, k, seed=0):
    """scikit-learn's object, written down a second time."""
    return {
        "kfold": ms.KFold(n_splits=k),
        "shuffled": ms.KFold(n_splits=k, shuffle=True, random_state=seed),
        "stratified": ms.StratifiedKFold(n_splits=k, shuffle=True, random_state=seed),
        "repeated": ms.RepeatedKFold(n_splits=k, n_repeats=3, random_state=seed),
        "holdout": ms.ShuffleSplit(n_splits=k, test_size=0.2, random_state=seed),
        "group": ms.GroupKFold(n_splits=k),
        "stratified_group": ms.StratifiedGroupKFold(n_splits=k, shuffle=True, random_state=seed),
        "time": ms.TimeSeriesSplit(n_splits=k),
    }[splitter]


def lanes_of(result, k):
    return result.lanes[result.lanes["k"] == k]["cells"].tolist()


def places(cells, letter):
    return [at for at, cell in enumerate(cells) if cell == letter]


@pytest.mark.parametrize(
    ("data", "splitter"), [(d, s) for d, splitters in LAWFUL.items() for s in splitters]
)
def test_the_picture_shows_exactly_the_rows_that_scikit_learn_gives(data, splitter):
    result = split_folds(FoldsSpec(data=data, splitter=splitter))
    table = find_rows(data).rows
    target = table[result.target]
    groups = table["person"] if data == "recordings" and "group" in splitter else None
    for k in result.sweep["k"]:
        folds = list(peer(splitter, k).split(table, target, groups))
        lanes = lanes_of(result, k)
        assert len(lanes) == len(folds)
        for cells, (train, test) in zip(lanes, folds, strict=True):
            assert places(cells, "r") == sorted(train)
            assert places(cells, "e") == sorted(test)


def test_where_k_does_not_divide_the_rows_some_folds_hold_one_more():
    for k, row in split_folds(FoldsSpec()).sweep.set_index("k").iterrows():
        sizes = [240 // k + (at < 240 % k) for at in range(k)]
        assert (row["fewest_test"], row["most_test"]) == (min(sizes), max(sizes))
        assert row["most_train"] == 240 - min(sizes)


def test_the_last_step_is_leave_one_out():
    result = split_folds(FoldsSpec(data="iris", splitter="kfold", k=150))
    lanes = lanes_of(result, 150)
    for cells, (_, test) in zip(lanes, ms.LeaveOneOut().split(np.zeros(150)), strict=True):
        assert places(cells, "e") == test.tolist()
    assert (result.n_fits, result.most_test) == (150, 1)


def test_with_as_many_folds_as_groups_one_group_is_left_out_at_a_time():
    result = split_folds(FoldsSpec(splitter="group", k=40))
    people = find_rows("recordings").rows["person"]
    split = ms.LeaveOneGroupOut().split(people, groups=people)
    wanted = {tuple(sorted(test)) for _, test in split}
    assert {tuple(places(cells, "e")) for cells in lanes_of(result, 40)} == wanted


@pytest.mark.parametrize(
    ("splitter", "times"),
    [("kfold", 1), ("shuffled", 1), ("stratified", 1), ("group", 1), ("repeated", 3)],
)
def test_every_row_is_tested_equally_often(splitter, times):
    result = split_folds(FoldsSpec(splitter=splitter, k=7))
    assert (result.fewest_tested, result.most_tested) == (times, times)
    assert result.n_never_tested == 0
    assert result.folds["n_test"].sum() == times * 240


def test_random_splits_leave_rows_out_as_often_as_chance_says():
    """Each of k splits spares a row with chance 0.8: on average 240 × 0.8^k are never tested."""
    never = [
        split_folds(FoldsSpec(data="days", splitter="holdout", seed=seed)).sweep.set_index("k")
        for seed in range(6)
    ]
    for k in (2, 5):
        mean = np.mean([sweep.loc[k, "n_never_tested"] for sweep in never])
        assert mean == pytest.approx(240 * 0.8**k, abs=12)


def test_shuffled_folds_put_people_on_both_sides_and_group_folds_put_none():
    people = find_rows("recordings").rows["person"].to_numpy()
    for splitter in ("shuffled", "group", "stratified_group"):
        result = split_folds(FoldsSpec(splitter=splitter))
        by_hand = max(
            len({people[i] for i in places(c, "e")} & {people[i] for i in places(c, "r")})
            for c in lanes_of(result, 5)
        )
        assert result.n_shared == by_hand
        assert (by_hand == 0) == (splitter != "shuffled")


def test_in_time_order_every_day_is_predicted_from_earlier_ones_only():
    result = split_folds(FoldsSpec(data="days", splitter="time", gap=7, longest=60))
    for k in result.sweep["k"]:
        for cells in lanes_of(result, k):
            train, test = places(cells, "r"), places(cells, "e")
            assert test[0] - train[-1] == 7 + 1
            assert len(train) <= 60
            assert test == list(range(test[0], test[-1] + 1))
    assert result.n_late_folds == 0


def test_in_shuffled_folds_the_future_trains_for_the_past():
    assert split_folds(FoldsSpec(data="days")).n_late_folds == 5


def test_the_folds_of_a_sorted_table_hold_one_class_each_and_score_nothing():
    x, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
    scores = ms.cross_val_score(model, x, y, cv=ms.KFold(3))
    result = split_folds(FoldsSpec(data="iris", splitter="kfold", k=3))
    assert scores.tolist() == result.folds["score"].tolist() == [0.0, 0.0, 0.0]
    assert result.n_without_label == 2


@pytest.mark.parametrize("splitter", ["shuffled", "group", "stratified"])
def test_the_scores_are_those_of_cross_val_score(splitter):
    table = find_rows("recordings").rows
    features = table.drop(columns=["person", "health"])
    for name, last in {
        "neighbours": KNeighborsClassifier(5), "linear": LogisticRegression(max_iter=1000),
    }.items():  # fmt: skip
        result = split_folds(FoldsSpec(splitter=splitter, model=name, k=6))
        groups = {"groups": table["person"]} if splitter == "group" else {}
        scores = ms.cross_val_score(
            make_pipeline(StandardScaler(), last), features, table["health"],
            cv=peer(splitter, 6), **groups,
        )  # fmt: skip
        assert result.folds["score"].tolist() == pytest.approx(scores.tolist())
        assert result.score == pytest.approx(scores.mean())
        assert result.spread == pytest.approx(scores.std(ddof=1))


def test_the_error_in_time_order_is_that_of_cross_val_score():
    table = find_rows("days").rows
    model = make_pipeline(StandardScaler(), KNeighborsRegressor(5))
    scores = ms.cross_val_score(
        model, table[["day", "is_weekend"]], table["visitors"], cv=ms.TimeSeriesSplit(5),
        scoring=make_scorer(mean_absolute_error),
    )  # fmt: skip
    result = split_folds(FoldsSpec(data="days", splitter="time"))
    assert result.folds["score"].tolist() == pytest.approx(scores.tolist())


def test_a_fold_without_the_rare_class_has_no_score_and_a_stratified_one_always_has():
    plain = split_folds(FoldsSpec(data="churn", model="linear", k=12))
    assert plain.n_undefined == (plain.folds["share"] == 0).sum() > 0
    assert plain.folds.loc[plain.folds["share"] == 0, "score"].isna().all()
    even = split_folds(FoldsSpec(data="churn", model="linear", k=12, splitter="stratified"))
    assert even.n_undefined == even.n_without_label == 0
    assert plain.n_worlds_undefined > 0
    assert (even.worlds["right_undefined"] == 0).all()


def test_stratified_folds_hold_each_class_as_the_table_does_within_one_row():
    for data in ("iris", "churn"):
        result = split_folds(FoldsSpec(data=data, splitter="stratified"))
        for _, row in result.sweep.iterrows():
            for side in ("lowest_share", "highest_share"):
                assert abs(row[side] - result.label_share) <= 1 / row["fewest_test"]


def test_the_shuffled_one_flatters_on_every_table_of_people():
    worlds = split_folds(FoldsSpec()).worlds
    assert len(worlds) == 20
    assert (worlds["naive"] - worlds["fresh"]).min() > 0.3
    miss = worlds["right"] - worlds["fresh"]
    assert abs(miss.mean()) < 3 * miss.std() / np.sqrt(20)


def test_the_shuffled_one_flatters_on_every_table_of_days():
    worlds = split_folds(FoldsSpec(data="days")).worlds
    assert (worlds["naive"] < worlds["fresh"]).all()
    assert abs(worlds["right"].mean() - worlds["fresh"].mean()) < 15


def test_a_single_split_of_days_is_fair_only_if_it_cuts_in_time():
    """On sixty tables of the law: a random hold-out, the last 40 days held out, and the next 40 days."""
    misses = []
    for seed in range(60):
        past, future = draw_days(10, np.random.default_rng(seed))
        random, _ = ms.train_test_split(past, test_size=40, random_state=seed)
        pairs = [
            (random, past.drop(random.index)),
            (past.iloc[:-40], past.iloc[-40:]),
            (past, future),
        ]
        model = make_pipeline(StandardScaler(), KNeighborsRegressor(5))
        columns = ["day", "is_weekend"]
        misses.append(
            [
                mean_absolute_error(
                    test["visitors"],
                    model.fit(train[columns], train["visitors"]).predict(test[columns]),
                )
                for train, test in pairs
            ]
        )
    of_random, of_cut, true = np.array(misses).T
    assert of_random.mean() < 0.6 * true.mean()
    assert abs(of_cut.mean() - true.mean()) < 3 * (of_cut - true).std() / np.sqrt(60)


def test_where_every_row_stands_for_itself_the_shuffled_one_is_right_on_average():
    worlds = split_folds(FoldsSpec(data="churn", model="linear", k=12)).worlds
    miss = worlds["naive"] - worlds["fresh"]
    assert abs(miss.mean()) < 3 * miss.std() / np.sqrt(20)
    assert worlds["right"].std() < worlds["naive"].std()


def test_more_folds_leave_more_rows_to_learn_from():
    sweep = split_folds(FoldsSpec(data="iris")).sweep
    assert (np.diff(sweep["most_train"]) > 0).all()
    assert sweep["most_train"].iloc[-1] == 149


def test_kfold_ignores_groups_and_only_warns():
    groups = np.repeat(np.arange(10), 5)
    with pytest.warns(UserWarning, match="groups parameter is ignored by KFold"):
        folds = list(ms.KFold(5).split(np.zeros(50), groups=groups))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = list(ms.KFold(5).split(np.zeros(50)))
    for given, ignored in zip(folds, plain, strict=True):
        assert given[1].tolist() == ignored[1].tolist()


def test_stratifying_needs_classes_here_and_in_scikit_learn():
    with pytest.raises(ValueError, match="Supported target types"):
        next(ms.StratifiedKFold(3).split(np.zeros((30, 1)), np.linspace(0, 1, 30)))
    with pytest.raises(SpecError, match="visitors is a number: it has no classes"):
        FoldsSpec(data="days", splitter="stratified")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"splitter": "group", "data": "iris"}, "needs a column that names the groups, and Iris"),
        ({"k": 1}, "at least 2 folds, got 1"),
        ({"splitter": "other"}, "The splitter is one of kfold, .*, got 'other'"),
        ({"model": "other"}, "The model is one of neighbours, linear, got 'other'"),
        ({"gap": -1}, "from 0 to 1000, got -1"),
        ({"data": "days", "splitter": "time", "gap": 80}, "leaves none of 240 rows.*below 80"),
        ({"longest": 0}, "at least 1 row to learn from, got 0"),
        ({"seed": -1}, "A seed is a whole number"),
        ({"data": "segments"}, "has nothing to predict"),
        ({"data": "nowhere"}, "There is no table called 'nowhere'"),
    ],
)
def test_what_cannot_be_split_is_refused_with_the_repair(settings, message):
    with pytest.raises(SpecError, match=message):
        FoldsSpec(**settings)


def test_a_gap_that_just_fits_is_taken():
    assert list_ks(find_rows("days"), "time", Knobs(gap=79)) == (2,)


def test_a_number_of_folds_that_cannot_be_made_moves_to_the_nearest():
    assert split_folds(FoldsSpec(k=200)).k == 240
    assert split_folds(FoldsSpec(k=30)).k == 12
    assert split_folds(FoldsSpec(data="iris", k=240)).k == 150


def test_a_table_of_ones_own_is_split_by_its_own_columns():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "when": rng.permutation(400),
            "shop": np.repeat([f"S{i:02d}" for i in range(50)], 8),
            "kind": rng.choice(["a", "b"], 400),
            "x": rng.normal(size=400),
            "sold": rng.normal(size=400),
        }
    )
    own = store_own_dataset(table, title="Shops", task="regression", target="sold").name
    whole = find_rows(own, "shop")
    assert whole.rows.groupby("shop").size().tolist() == [8] * 30
    assert split_folds(FoldsSpec(data=own, group="shop", splitter="group")).n_shared == 0
    assert "shop" not in whole.dataset.features
    ordered = split_folds(FoldsSpec(data=own, order="when", splitter="time"))
    assert find_rows(own, None, "when").rows["when"].is_monotonic_increasing
    assert ordered.n_late_folds == 0
    assert ordered.n_worlds == 0
    plain = find_rows(own)
    fresh = find_fresh(plain)
    assert len(plain.rows) == 240
    assert len(fresh) == 160
    assert not set(fresh["when"]) & set(plain.rows["when"])


def test_a_column_that_the_table_lacks_counts_as_none():
    assert split_folds(FoldsSpec(data="iris", group="person")).group is None


def test_rows_without_a_group_and_tables_that_are_too_small_are_refused():
    table = pd.DataFrame({"g": ["a", None] * 20, "x": range(40), "y": [0, 1] * 20})
    own = store_own_dataset(table, title="Gaps", task="binary", target="y").name
    with pytest.raises(SpecError, match="20 rows have an empty 'g'"):
        FoldsSpec(data=own, group="g", splitter="group")
    few = store_own_dataset(table.head(12), title="Few", task="binary", target="y").name
    with pytest.raises(SpecError, match="at least 24 rows, got 12"):
        FoldsSpec(data=few)
    one = store_own_dataset(
        pd.DataFrame({"g": ["a"] * 300, "x": range(300), "y": [0, 1] * 150}),
        title="One", task="binary", target="y",
    ).name  # fmt: skip
    with pytest.raises(SpecError, match="Groups are kept whole"):
        FoldsSpec(data=one, group="g", splitter="group")


def test_the_first_view_is_ready_and_others_are_trained_elsewhere():
    assert name_slow_part(FoldsSpec()) is None
    assert name_slow_part(FoldsSpec(k=9)) is None
    slow = name_slow_part(FoldsSpec(data="iris"))
    assert slow is not None
    assert "2 to 12 folds of Iris" in slow.what


def test_the_same_spec_gives_the_same_numbers():
    from core.validation.folds.trial import TrialSpec, try_folds

    a, b = (try_folds.run_fresh(TrialSpec(splitter="holdout", seed=3)) for _ in range(2))
    pd.testing.assert_frame_equal(a.folds, b.folds)
    assert a.fresh_score == b.fresh_score


def test_every_combination_on_offer_has_at_least_one_number_of_folds():
    for data, splitter in product(LAWFUL, SPLITTERS):
        if splitter in LAWFUL[data]:
            assert len(list_ks(find_rows(data), splitter, Knobs())) >= 2
