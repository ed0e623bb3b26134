"""A table of one's own beside the law: what one table shows, and that it shows no truth."""

from math import isnan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from take_home import PUBLIC, check_form, compare, run_script

from core.datasets import store_own_dataset
from core.errors import SpecError
from core.results import scalars_of
from core.validation.risk.figures import plot_own
from core.validation.risk.lab import RiskSpec, measure_trust, name_slow_part
from core.validation.risk.own import MOST_ROWS, OwnSpec, build_splitter, choose_rows, deal_own
from core.validation.risk.script import write_script
from core.validation.risk.words import tell_own, tell_unknown


@pytest.fixture
def store(make_table):
    def keep(n_rows):
        return store_own_dataset(make_table(n_rows), title="Own", task="binary", target="y").name

    return keep


def test_without_a_table_nothing_is_said_of_one():
    result = measure_trust(RiskSpec())
    assert result.own_n_rows == len(result.own) == 0
    assert isnan(result.own_error)


def test_the_score_of_a_table_is_that_of_a_pipeline_made_by_hand():
    """Numbers alone, standardised by hand in each fold: no pipeline, no preparation of ours."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(90, 3))
    y = x[:, 0] + rng.normal(size=90) > 0
    table = pd.DataFrame(x, columns=["a", "b", "c"]).assign(y=np.where(y, "yes", "no"))
    name = store_own_dataset(table, title="Hand", task="binary", target="y", positive="yes").name
    found = deal_own(OwnSpec(data=name, penalty=2.0))
    rows = iter(found.folds.head(5).to_dict("records"))
    for train, test in build_splitter(found.spec).split(x, y):
        row = next(rows, None)
        if row is None:
            break
        mean, spread = x[train].mean(axis=0), x[train].std(axis=0)
        model = RidgeClassifier(2.0).fit((x[train] - mean) / spread, y[train])
        wrong = model.predict((x[test] - mean) / spread) != y[test]
        assert (row["error"], row["n_test"]) == (pytest.approx(wrong.mean()), 18)


def test_every_dealing_is_a_stratified_cross_validation_of_its_own():
    spec = OwnSpec(data="breast_cancer")
    splits = list(build_splitter(spec).split(np.zeros(40), np.arange(40) % 2))
    assert len(splits) == 100
    for start in range(0, 100, 5):
        tested = np.concatenate([test for _, test in splits[start : start + 5]])
        assert sorted(tested) == list(range(40))
        assert all((test % 2).mean() == 0.5 for _, test in splits[start : start + 5])


def test_the_spreads_and_the_interval_are_those_of_the_dealings(store):
    result = measure_trust(RiskSpec(own=store(120)))
    first = result.own[result.own["dealing"] == 1]["error"].to_numpy()
    means = [part["error"].mean() for _, part in result.own.groupby("dealing")]
    assert result.own_error == pytest.approx(first.mean())
    assert result.own_shuffle_sd == pytest.approx(np.std(means, ddof=1))
    reach = t.ppf(0.975, 4) * first.std(ddof=1) * np.sqrt(1 / 5 + 1 / 4)
    assert result.own_corrected_high == pytest.approx(min(first.mean() + reach, 1))
    assert result.own_corrected_low == pytest.approx(max(first.mean() - reach, 0))


def test_the_score_of_a_table_moves_less_by_dealing_than_its_folds_differ(store):
    result = measure_trust(RiskSpec(own=store(200)))
    assert 0 < result.own_shuffle_sd < result.own_fold_sd


def test_dealing_again_never_shows_how_far_other_rows_would_have_moved_the_score(store):
    """Three tables of one law: their scores differ by more than any of them moves when dealt anew."""
    rng = np.random.default_rng(0)
    scores, moved = [], []
    for _ in range(12):
        x = rng.normal(size=(60, 4))
        y = x[:, 0] + rng.normal(size=60) > 0
        dealt = [
            1
            - cross_val_score(
                RidgeClassifier(), x, y, cv=StratifiedKFold(5, shuffle=True, random_state=seed)
            ).mean()
            for seed in range(10)
        ]
        scores.append(dealt[0])
        moved.append(np.std(dealt, ddof=1))
    assert np.std(scores, ddof=1) > 1.5 * np.mean(moved)


def test_what_is_said_of_a_table_holds_its_numbers_and_what_stays_hidden(store):
    result = measure_trust(RiskSpec(own=store(120)))
    assert "on 120 rows of your table" in tell_own(result)
    assert f"{100 * result.own_error:.1f}" in tell_own(result)
    assert "the true error" in tell_unknown(result)
    figure = plot_own(result)
    assert [len(trace.x) for trace in figure.data] == [20, 5]
    assert "one table cannot show this" in figure.layout.annotations[0].text
    assert len(figure.layout.title.text) < 44


def test_a_large_table_is_drawn_from(store):
    spec = OwnSpec(data=store(MOST_ROWS + 500), seed=3)
    rows = choose_rows(spec)
    assert len(rows) == len(set(rows)) == MOST_ROWS
    assert (np.diff(rows) > 0).all()


def test_a_table_is_trained_in_a_job(store):
    slow = name_slow_part(RiskSpec(own=store(130)))
    assert slow is not None
    assert slow.run is deal_own


@pytest.mark.parametrize(
    ("own", "message"),
    [("iris", "The lesson tells two classes apart, and"), ("nowhere", "nowhere")],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_reason(own, message):
    with pytest.raises(SpecError, match=message):
        RiskSpec(own=own)


def test_a_class_with_fewer_rows_than_folds_is_refused(make_table):
    table = make_table(60)
    table["y"] = np.where(np.arange(60) < 4, "b", "a")
    name = store_own_dataset(table, title="Rare", task="binary", target="y").name
    with pytest.raises(SpecError, match="Each of the 5 folds needs both classes"):
        measure_trust(RiskSpec(own=name))


@pytest.mark.parametrize("n_rows", [120, MOST_ROWS + 100])
def test_the_script_of_a_view_with_a_table_says_the_same_of_it(n_rows, store, tmp_path):
    spec = RiskSpec(own=store(n_rows), n_draws=100)
    script, shown = write_script(spec), scalars_of(measure_trust(spec))
    own = {name for name in shown if name.startswith("own_") and name != "own_n_rows"}
    compare(run_script(script, tmp_path), shown, needed=own, rel=1e-7, abs_tol=1e-8)
    check_form(script, imports=PUBLIC | {"scipy"})
    assert "pandas" in script.needs
