"""The generated tables follow the laws that they are described by."""

import numpy as np
import pandas as pd
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.validation.folds.days import (
    DAYS,
    KEPT,
    N_AHEAD,
    N_DAYS,
    NOISE,
    draw_days,
    expected_visitors,
)
from core.validation.folds.lab import FoldsSpec, split_folds
from core.validation.folds.recordings import (
    MEASURES,
    RECORDINGS,
    WITHIN,
    best_accuracy,
    draw_recordings,
    known_health,
)
from core.validation.folds.worlds import draw_world

NAMES = list(MEASURES)


@pytest.fixture(scope="module")
def crowd():
    return draw_recordings(200_000, 1, np.random.default_rng(9))


def test_no_model_is_right_more_often_than_the_best_accuracy_says(crowd):
    model = LinearDiscriminantAnalysis().fit(crowd[NAMES], crowd["health"])
    again = draw_recordings(200_000, 1, np.random.default_rng(10))
    reached = model.score(again[NAMES], again["health"])
    assert reached == pytest.approx(best_accuracy(), abs=0.004)


def test_the_known_chance_is_calibrated(crowd):
    chance, is_ill = known_health(crowd), crowd["health"] == "ill"
    bins = pd.cut(chance, np.linspace(0, 1, 11))
    found = pd.DataFrame({"chance": chance, "ill": is_ill}).groupby(bins, observed=True).mean()
    assert (found["chance"] - found["ill"]).abs().max() < 0.03
    assert np.mean((chance > 0.5) == is_ill) == pytest.approx(best_accuracy(), abs=0.004)


def test_recordings_of_one_person_differ_by_a_quarter_of_a_standard_deviation():
    table = draw_recordings(3_000, 6, np.random.default_rng(1))
    for name, (_, spread, *_) in MEASURES.items():
        within = table.groupby("person")[name].std().pow(2).mean() ** 0.5 / spread
        assert within == pytest.approx(WITHIN, abs=0.01), name


def test_half_of_the_people_are_ill_and_a_person_is_one_or_the_other():
    table = RECORDINGS.table
    assert table.groupby("person")["health"].nunique().max() == 1
    assert table.groupby("person")["health"].first().value_counts().to_dict() == {
        "ill": 20, "well": 20,
    }  # fmt: skip
    assert len(table) == RECORDINGS.n_rows == 240


def test_the_fresh_score_is_what_two_hundred_thousand_new_people_say(crowd):
    table = RECORDINGS.table
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    truth = model.fit(table[NAMES], table["health"]).score(crowd[NAMES], crowd["health"])
    result = split_folds(FoldsSpec(model="linear"))
    assert result.fresh_low - 0.005 <= truth <= result.fresh_high + 0.005
    assert result.fresh_score <= best_accuracy() + 0.03


def test_every_day_keeps_a_share_of_the_surprise_of_the_day_before():
    rest = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        past, _ = draw_days(1, rng)
        phase = float(np.random.default_rng(seed).uniform(0, 2 * np.pi))
        expected, _ = expected_visitors(past["day"].to_numpy(), phase)
        rest.append(past["visitors"].to_numpy() - expected)
    rest = np.array(rest)
    kept = (rest[:, 1:] * rest[:, :-1]).sum() / (rest[:, :-1] ** 2).sum()
    assert kept == pytest.approx(KEPT, abs=0.03)
    noise = rest[:, 1:] - KEPT * rest[:, :-1]
    assert noise.std() == pytest.approx(NOISE, rel=0.03)


def test_the_futures_go_on_from_the_same_past():
    past, few = draw_days(3, np.random.default_rng(5))
    same, many = draw_days(400, np.random.default_rng(5))
    pd.testing.assert_frame_equal(past, same)
    assert (len(few), len(many)) == (3 * N_AHEAD, 400 * N_AHEAD)
    assert many["day"].min() == N_DAYS
    assert len(DAYS.table) == DAYS.n_rows


@pytest.mark.parametrize("data", ["recordings", "days", "churn"])
def test_each_world_is_another_table_and_its_fresh_rows_are_not_in_it(data):
    (one, fresh), (two, _) = draw_world(data, 1), draw_world(data, 2)
    assert not one.rows.equals(two.rows)
    assert len(one.rows) == 240
    assert len(fresh) == 2_000
    if data == "days":
        assert fresh["day"].min() == one.rows["day"].max() + 1
    else:
        assert len(pd.concat([one.rows, fresh]).drop_duplicates()) >= 2_239
