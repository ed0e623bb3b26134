"""Luck: its pools against scikit-learn's own searches, its laws, its sentences, its picture."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import (
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.tree import DecisionTreeClassifier

from core.errors import SpecError
from core.search.luck import pools, words
from core.search.luck.figures import plot_gap
from core.search.luck.lab import LAB, STEPS, LuckSpec, count_fits, search_and_look
from core.search.luck.make_pools import judge_dealing, write_pools
from core.search.luck.pools import (
    CARDS,
    FOLDER,
    N_DEALINGS,
    N_SETTINGS,
    K,
    deal_rows,
    draw_settings,
    load_pool,
)
from core.search.luck.stage import stage_json, stage_luck

VIEWS = {name: LuckSpec(**settings) for name, settings in LAB.presets.items()}


def look(**settings):
    return search_and_look(LuckSpec(**settings))


def build_search(n_trials, seed):
    return RandomizedSearchCV(
        DecisionTreeClassifier(random_state=0),
        dict(pools.SPACE),
        n_iter=n_trials,
        cv=StratifiedKFold(K, shuffle=True, random_state=seed),
        random_state=seed,
    )


@pytest.mark.parametrize("name", CARDS)
def test_a_sample_of_a_pool_is_searched_anew_by_scikit_learn_and_gives_the_committed_scores(name):
    dealing, n = 5, 4
    pool, dealt, search = load_pool(name), deal_rows(name, dealing), build_search(n, dealing)
    search.fit(dealt.x, dealt.y)
    assert search.cv_results_["params"] == draw_settings(dealing)[:n]
    by_fold = [search.cv_results_[f"split{k}_test_score"] for k in range(K)]
    np.testing.assert_allclose(pool.folds[dealing, :n], np.column_stack(by_fold), atol=1e-12)
    tree = DecisionTreeClassifier(**draw_settings(dealing)[n - 1], random_state=0)
    score = tree.fit(dealt.x, dealt.y).score(dealt.x_test, dealt.y_test)
    assert pool.test[dealing, n - 1] == pytest.approx(score, abs=1e-12)
    train, _ = next(search.cv.split(dealt.x, dealt.y))
    inner = clone(search).fit(dealt.x[train], dealt.y[train])
    np.testing.assert_allclose(
        pool.inner[dealing, :n, 0], inner.cv_results_["mean_test_score"], atol=1e-12
    )


@pytest.mark.parametrize("name", CARDS)
def test_a_pool_is_whole(name):
    pool = load_pool(name)
    assert pool.folds.shape == pool.inner.shape == (N_DEALINGS, N_SETTINGS, K)
    assert pool.test.shape == (N_DEALINGS, N_SETTINGS)
    for scores in (pool.folds, pool.inner, pool.test):
        assert ((scores >= 0) & (scores <= 1)).all()


def test_the_maker_writes_the_files_that_the_lab_reads(monkeypatch, tmp_path):
    monkeypatch.setattr(
        "core.search.luck.make_pools.judge_dealing",
        lambda name, dealing: judge_dealing(name, dealing, 1),
    )
    monkeypatch.setattr("core.search.luck.make_pools.N_DEALINGS", 2)
    write_pools(["coins"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["coins.parquet"]
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.parquet" for name in CARDS}


def test_untouched_rows_are_rows_that_no_search_sees():
    for name in CARDS:
        dealt = deal_rows(name, 3)
        assert len(dealt.x) == CARDS[name].n_rows
        assert len(dealt.x_test) == look(data=name).n_untouched
        seen = {row.tobytes() for row in dealt.x}
        shared = sum(row.tobytes() in seen for row in dealt.x_test)
        assert shared == 0


@pytest.mark.parametrize("view", VIEWS)
def test_every_number_follows_from_the_scores(view):
    result, pool = search_and_look(VIEWS[view]), load_pool(VIEWS[view].data)
    n, said, true, nested = result.n_trials, [], [], []
    for dealing in range(N_DEALINGS):
        means = [np.average(folds) for folds in pool.folds[dealing, :n]]
        best = means.index(max(means))
        said.append(means[best])
        true.append(pool.test[dealing, best])
        outer = [
            pool.folds[dealing, pool.inner[dealing, :n, k].tolist().index(inner.max()), k]
            for k, inner in enumerate(pool.inner[dealing, :n].T)
        ]
        nested.append(np.mean(outer))
    gaps = np.array(said) - np.array(true)
    assert result.said == pytest.approx(np.mean(said))
    assert result.true == pytest.approx(np.mean(true))
    assert result.nested == pytest.approx(np.mean(nested))
    assert result.gap == pytest.approx(gaps.mean())
    assert result.gap_error == pytest.approx(gaps.std(ddof=1) / np.sqrt(N_DEALINGS))
    assert result.flattered == (gaps > 0).sum()
    assert result.gap_low == pytest.approx(np.quantile(gaps, 0.1))
    search = result.spec.search
    assert (result.run_said, result.run_true) == (said[search], true[search])
    assert result.run_nested == pytest.approx(nested[search])


def test_nested_cross_validation_is_that_of_scikit_learn():
    result = look(data="tumours", n_trials=2, search=1)
    dealt, search = deal_rows("tumours", 1), build_search(2, 1)
    outer = StratifiedKFold(K, shuffle=True, random_state=1)
    scores = cross_val_score(search, dealt.x, dealt.y, cv=outer)
    assert result.run_nested == pytest.approx(scores.mean())


def test_the_fits_are_counted():
    counted = type("Counted", (DummyClassifier,), {"n_fits": 0, "fit": _count_fit})
    x, y = np.zeros((60, 1)), np.tile([0, 1], 30)
    search = GridSearchCV(counted(), {"constant": [0, 1, 2, 3]}, cv=K).fit(x, y)
    assert counted.n_fits == count_fits(4)["fits"]
    cross_val_score(search, x, y, cv=K)
    assert counted.n_fits == count_fits(4)["fits"] + count_fits(4)["nested_fits"]


def _count_fit(self, x, y):
    type(self).n_fits += 1
    return DummyClassifier.fit(self, x, y)


def test_twelve_settings_in_three_folds_are_37_fits_and_111_nested():
    assert count_fits(12, 3) == {"fits": 37, "nested_fits": 111}


def test_the_reported_score_rises_with_every_setting_tried():
    for name in CARDS:
        assert look(data=name).sweep["said"].is_monotonic_increasing


def test_a_coin_cannot_be_learnt_and_a_search_has_a_winner_all_the_same():
    for name in ("coins", "more-coins"):
        result = look(data=name, n_trials=100)
        # Coin flips on the untouched rows of 24 dealings: five standard errors at most.
        luck = 5 * 0.5 / np.sqrt(result.n_untouched * N_DEALINGS)
        assert abs(result.true - 0.5) < luck
        assert result.said - 0.5 > 5 * result.gap_error


def test_one_setting_alone_is_fairly_judged_on_coin_flips():
    result = look(data="coins", n_trials=1)
    assert abs(result.gap) < 3 * result.gap_error
    assert result.said == result.nested


def test_the_gap_grows_with_the_settings_tried():
    for name in CARDS:
        few, many = look(data=name, n_trials=3), look(data=name, n_trials=100)
        assert many.gap > few.gap
        assert many.gap > 3 * many.gap_error


def test_nearly_all_of_the_rise_is_luck_on_the_tumours():
    result = look()
    assert words.find_answer(result) == "stays"
    assert abs(result.rise_true) < 0.01 < result.rise_said
    assert "Nearly all of the rise was luck" in words.tell_bet(result)


def test_nested_cross_validation_is_not_flattered():
    for name in CARDS:
        result = look(data=name, n_trials=100)
        assert result.nested_gap < 2 * result.nested_error
        assert result.gap > result.nested_gap + 3 * result.gap_error


def test_four_times_the_rows_make_roughly_half_the_curse():
    few, many = (look(data=name, n_trials=100).gap for name in ("coins", "more-coins"))
    assert 0.35 < many / few < 0.65


def test_searching_is_no_waste_where_settings_differ():
    result = look(data="digits", n_trials=50)
    assert result.true > result.first_true + 0.05
    assert words.tell_choice(result).startswith("It is not.")
    assert "next to nothing" in words.tell_choice(look(data="tumours"))


@pytest.mark.parametrize("view", VIEWS)
def test_the_picture_shows_the_winners(view):
    result = search_and_look(VIEWS[view])
    stage = stage_luck(result)
    assert [int(value) for value in stage.handle.values] == list(STEPS)
    tried, winners, mean = stage.scene.moving_dots
    here = result.winners[result.winners["n"] == result.n_trials]
    assert winners.x[result.at] == tuple(here["said"])
    assert winners.y[result.at] == tuple(here["true"])
    assert mean.x[result.at] == (pytest.approx(result.said),)
    assert len(tried.x[result.at]) == result.n_trials
    assert max(tried.x[result.at]) == result.run_said
    assert stage_json(result) == stage.to_json()


@pytest.mark.parametrize("view", VIEWS)
def test_figures_and_sentences_can_be_made_of_every_view(view):
    result = search_and_look(VIEWS[view])
    figure = plot_gap(result)
    assert len(figure.layout.title.text) < 44
    assert figure.layout.xaxis.title.text
    assert words.find_answer(result) in {"as-much", "part", "stays", "falls"}
    assert words.price_formula(result).value == words.count(result.nested_fits)
    assert words.curse_formula(result).value == words.say_gap(result.gap)
    assert len(words.tabulate_judges(result)) == 3
    for name in ("bet", "curse", "run", "start", "choice", "nested", "price", "fewer"):
        assert getattr(words, f"tell_{name}")(result).endswith(".")
    assert words.describe_rows(result).endswith(".")


def test_a_search_that_cannot_be_is_explained():
    with pytest.raises(SpecError, match="There is no table 'moon' here"):
        LuckSpec(data="moon")
    with pytest.raises(SpecError, match="tries 1 to 100 settings, got 0"):
        LuckSpec(n_trials=0)
    with pytest.raises(SpecError, match="counted from 0 to 23, got 24"):
        LuckSpec(search=24)


def test_an_absent_pool_is_explained(monkeypatch, tmp_path):
    monkeypatch.setattr("core.search.luck.pools.file_of", lambda name: tmp_path / name)
    load_pool.cache_clear()
    with pytest.raises(SpecError, match=r"Make them: python -m core\.search\.luck\.make_pools"):
        load_pool("coins")
    load_pool.cache_clear()
