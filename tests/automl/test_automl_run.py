"""A run from table to proposal: the ladder, the budget, the finals and the test, on real and made tables."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler

from core.automl import Settings, run_automl
from core.automl.audit import audit_table
from core.automl.finals import Finalist, judge_finals, weigh_members
from core.automl.scores import score_all
from core.automl.settings import FAMILIES
from core.automl.table import prepare_table
from core.automl.trial import fit_model
from core.automl.words import tell_outcome, tell_proposal
from core.datasets import load_dataset


def made(n_rows=240, seed=0, noise=0.5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_rows, 3))
    word = rng.choice(["red", "green", "blue"], n_rows)
    signal = x[:, 0] - x[:, 1] + (word == "red") + rng.normal(scale=noise, size=n_rows)
    table = pd.DataFrame(x, columns=["a", "b", "c"])
    return table.assign(word=word, y=np.where(signal > 0, "in", "out"), number=signal)


QUICK = Settings(target="y", exclude_cols=("number",), max_trials=8, max_splits=5, seed=3)


@pytest.fixture(scope="module")
def outcome():
    return run_automl(made(), QUICK)


def test_the_ladder_is_climbed_from_the_bottom_and_then_tuned(outcome):
    assert [trial.family for trial in outcome.trials[:6]] == list(FAMILIES)
    assert [trial.is_tuned for trial in outcome.trials] == [False] * 6 + [True] * 2
    assert len(outcome.trials) == 8
    climbed = sorted(outcome.trials[1:6], key=lambda trial: trial.score)
    assert {trial.family for trial in outcome.trials[6:]} == {one.family for one in climbed[:2]}


def test_the_same_seed_gives_the_same_trials_and_numbers(outcome):
    again = run_automl(made(), QUICK)
    apart = ["cpu_seconds"]
    assert again.leaderboard().drop(columns=apart).equals(outcome.leaderboard().drop(columns=apart))
    assert again.finals.table.equals(outcome.finals.table)
    assert again.test == outcome.test
    other = run_automl(made(), Settings(**{**vars(QUICK), "seed": 4}))
    assert not other.finals.table.equals(outcome.finals.table)


def test_the_score_of_a_trial_is_that_of_plain_scikit_learn(outcome):
    table, part = made(), outcome.ready.part
    numbers = pd.get_dummies(table["word"], dtype=float)[["blue", "green", "red"]]
    scaler = StandardScaler().fit(table.loc[part == "train", ["a", "b", "c"]])
    x = np.hstack([scaler.transform(table[["a", "b", "c"]]), numbers.to_numpy()])
    model = LogisticRegression(max_iter=1000)
    model.fit(x[part == "train"], table["y"][part == "train"])
    mine = log_loss(table["y"][part == "validate"], model.predict_proba(x[part == "validate"]))
    assert outcome.trials[1].scores["log_loss"] == pytest.approx(mine, abs=1e-9)


def test_no_trial_sees_or_is_judged_by_a_row_of_the_test(monkeypatch):
    seen = []
    real = fit_model

    def watched(ready, family, params, places):
        seen.append(set(places) & set(ready.places("test")))
        return real(ready, family, params, places)

    monkeypatch.setattr("core.automl.attempt.fit_model", watched)
    outcome = run_automl(made(), QUICK)
    assert len(seen) == 8 + outcome.finals.n_splits * len(
        {number for one in outcome.finals.finalists for number, _ in one.members}
    )
    assert not any(seen)
    assert not any("test" in key for trial in outcome.trials for key in trial.as_row())


def test_the_test_score_is_that_of_the_proposed_model_trained_without_those_rows():
    settings = Settings(
        target="y", exclude_cols=("number",), max_trials=2, exclude_frameworks=FAMILIES[2:]
    )
    outcome = run_automl(made(), settings)
    assert outcome.finals.chosen.name == "linear"
    table, part = made(), outcome.ready.part
    numbers = pd.get_dummies(table["word"], dtype=float)[["blue", "green", "red"]]
    learnt = part != "test"
    scaler = StandardScaler().fit(table.loc[learnt, ["a", "b", "c"]])
    x = np.hstack([scaler.transform(table[["a", "b", "c"]]), numbers.to_numpy()])
    model = LogisticRegression(max_iter=1000).fit(x[learnt], table["y"][learnt])
    assert outcome.test["log_loss"] == pytest.approx(
        log_loss(table["y"][~learnt], model.predict_proba(x[~learnt])), abs=1e-9
    )


def test_the_interval_of_a_difference_is_nadeau_and_bengios():
    rng = np.random.default_rng(0)
    a, b = rng.normal(1.0, 0.1, 10), rng.normal(1.3, 0.1, 10)
    finals = judge_finals([Finalist("linear", (), b), Finalist("forest", (), a)], "rmse", 0.25)
    differences = b - a
    error = np.sqrt(differences.var(ddof=1) * (1 / 10 + 0.25))
    reach = stats.t.ppf(0.975, 9) * error
    row = finals.table.iloc[0]
    assert (row["behind"], row["low"], row["high"]) == pytest.approx(
        (differences.mean(), differences.mean() - reach, differences.mean() + reach)
    )


def test_of_a_tie_the_simplest_is_proposed():
    steady = np.linspace(0.5, 0.6, 10)
    wobble = np.array([0.02, -0.01] * 5)
    simple = Finalist("linear", (), steady + wobble)
    best = Finalist("lightgbm", (), steady)
    worse = Finalist("tree", (), steady + 0.1)
    finals = judge_finals([simple, worse, best], "log_loss", 0.25)
    assert finals.table["is_tie"].tolist() == [True, False, True]
    assert (finals.best, finals.proposed) == (2, 0)
    # Where more is better, the same numbers turn round.
    assert judge_finals([simple, worse, best], "roc_auc", 0.25).best == 1


def test_a_model_is_not_proposed_because_it_swings_so_much_that_nobody_can_tell():
    """The line is clearly a little worse than the blend; the forest is worse than both, and wilder."""
    steady = np.linspace(0.5, 0.6, 10)
    wild = np.array([0.25, -0.25] * 5)
    line = Finalist("linear", (), steady + 0.01 + np.array([0.002, -0.002] * 5))
    forest = Finalist("forest", (), steady + 0.03 + wild)
    best = Finalist("blend", (), steady)
    finals = judge_finals([line, forest, best], "log_loss", 0.25)
    assert finals.table["is_tie"].tolist() == [False, True, True]
    assert finals.chosen.name == "blend"
    # Better on average than the line, it is the simplest of the tie.
    forest = Finalist("forest", (), steady + 0.005 + wild)
    assert judge_finals([line, forest, best], "log_loss", 0.25).chosen.name == "forest"


def test_the_weights_of_the_blend_add_up_to_1_and_help_on_the_rows_that_validate(outcome):
    trials = list(outcome.trials[1:6])
    members = weigh_members(outcome.ready, trials)
    assert sum(weight for _, weight in members) == pytest.approx(1.0)
    judge = outcome.ready.places("validate")
    mixed = sum(weight * outcome.trials[number].predicted for number, weight in members)
    truth = outcome.ready.target.to_numpy()[judge]
    score = log_loss(list(truth), mixed, labels=list(outcome.ready.classes))
    assert score <= min(trial.score for trial in trials) + 1e-12


def test_a_model_of_a_noise_target_is_no_better_than_the_baseline_and_the_baseline_is_proposed():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.normal(size=(300, 4)), columns=list("abcd")).assign(
        y=rng.choice(["in", "out"], 300)
    )
    outcome = run_automl(table, Settings(target="y", max_trials=6, max_splits=10))
    assert outcome.finals.chosen.name == "baseline"


def test_a_straight_line_is_learnt_by_the_linear_model_and_nothing_greater_is_proposed():
    table = made(noise=0.1).drop(columns="y")
    outcome = run_automl(table, Settings(target="number", max_trials=6, max_splits=10))
    assert outcome.ready.task == "regression"
    assert outcome.finals.chosen.name == "linear"
    assert outcome.test["rmse"] < 0.2


def test_many_classes_with_a_rare_one_are_learnt_and_the_rare_one_is_warned_of():
    wine = load_dataset("wine")
    table = wine.table
    rare = table[table[wine.target] == wine.labels[0]].head(4).assign(**{wine.target: "rarest"})
    table = pd.concat([table.astype({wine.target: "object"}), rare], ignore_index=True)
    outcome = run_automl(table, Settings(target=wine.target, max_trials=6, max_splits=5))
    assert outcome.ready.task == "multiclass"
    assert [alert.kind for alert in outcome.alerts].count("rare class") == 1
    assert outcome.test["accuracy"] > 0.8
    said = outcome.model.predict(outcome.ready.rows)
    assert said.sum(axis=1) == pytest.approx(1.0)
    assert said.shape[1] == 4


def test_a_copy_of_the_target_and_a_column_that_nearly_tells_it_are_dangers():
    table = made(n_rows=600)
    noisy = (table["y"] == "in").astype(float) + np.random.default_rng(0).normal(0, 0.05, 600)
    ready = prepare_table(
        table.assign(copy=table["y"].map({"in": "I", "out": "O"}), nearly=noisy),
        Settings(target="y", exclude_cols=("number",)),
    )
    found = audit_table(ready, Settings(target="y"))
    assert {alert.column for alert in found if alert.kind == "leak"} == {"copy", "nearly"}
    assert all(alert.severity == "danger" for alert in found if alert.kind == "leak")


def test_rows_that_judge_and_also_train_are_counted():
    table = made(n_rows=100)
    twice = pd.concat([table, table], ignore_index=True)
    settings = Settings(target="y", exclude_cols=("number",))
    ready = prepare_table(twice, settings)
    (copies,) = [alert for alert in audit_table(ready, settings) if alert.kind == "copies"]
    trained = {tuple(row) for row in twice[(ready.part == "train").to_numpy()].to_numpy()}
    tested = [tuple(row) for row in twice[(ready.part != "train").to_numpy()].to_numpy()]
    n_seen = sum(row in trained for row in tested)
    assert (
        f"100 rows of 200 repeat an earlier one in every cell. {n_seen} of the" in copies.sentence
    )
    assert copies.severity == "danger"


def test_a_clean_table_is_silent():
    settings = Settings(target="y", exclude_cols=("number",))
    assert audit_table(prepare_table(made(), settings), settings) == ()


def test_weights_of_rows_count_as_copies_of_them_do_in_every_metric():
    rng = np.random.default_rng(2)
    truth, said = rng.normal(size=20), rng.normal(size=20)
    weights = rng.integers(1, 4, 20)
    weighted = score_all(truth, said, task="regression", weights=weights.astype(float))
    copied = score_all(np.repeat(truth, weights), np.repeat(said, weights), task="regression")
    assert weighted == pytest.approx(copied)
    chance = rng.random(20)
    labels = np.array(["a", "b"] * 10, dtype=object)
    both = np.column_stack([1 - chance, chance])
    how = {"task": "binary", "classes": ("a", "b"), "positive": "b"}
    weighted = score_all(labels, both, weights=weights.astype(float), **how)
    copied = score_all(np.repeat(labels, weights), np.repeat(both, weights, axis=0), **how)
    assert weighted == pytest.approx(copied)


def test_a_cap_of_processor_time_leaves_room_for_the_finals_and_the_last_model(outcome):
    cap = 0.6 * outcome.cpu_seconds
    capped = run_automl(made(), Settings(**{**vars(QUICK), "cpu_seconds": cap}))
    assert capped.capped == "cpu_seconds"
    assert 2 <= capped.finals.n_splits <= outcome.finals.n_splits
    dearest = max(trial.cpu_seconds for trial in capped.trials)
    assert capped.cpu_seconds <= 1.05 * cap + dearest


def test_a_cap_ends_the_search_after_a_model_that_can_be_used_and_says_so():
    outcome = run_automl(made(), Settings(**{**vars(QUICK), "cpu_seconds": 1e-6}))
    assert outcome.capped == "cpu_seconds"
    assert len(outcome.trials) == 1
    assert outcome.finals.n_splits == 2
    assert "cap of processor time ended the search" in tell_outcome(outcome)


def test_the_report_says_what_is_proposed_and_why(outcome):
    said = tell_outcome(outcome)
    assert tell_proposal(outcome) in said
    assert "untouched rows" in said
    assert all(str(trial.number) in said for trial in outcome.trials)
