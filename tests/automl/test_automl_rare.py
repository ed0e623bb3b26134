"""A rare class: when class weights are tried, which threshold a model decides by, and what it is kept on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from notebook_tables import changed, ready_for, run_here, trial_of, without_looks
from sklearn.metrics import f1_score, precision_score, recall_score
from sklearn.model_selection import RepeatedStratifiedKFold

from core.automl import Settings, classify, open_journal, run_automl
from core.automl.decision import Heard, best_for_f1, choose_threshold
from core.automl.notebook.proof import compare_numbers
from core.automl.notebook.write import write_proposal, write_trial
from core.automl.packing import list_trusted, make_portable
from core.automl.rare import (
    WITH_WEIGHTS,
    share_of_rarest,
    tries_weights,
    weigh_classes,
    why_no_threshold,
)
from core.automl.table import prepare_table
from core.automl.trial import fit_model
from core.automl.words import tell_decision, tell_outcome
from core.errors import SpecError
from core.tracking.store import open_client
from core.validation.compare.judges import judge_folds


def made(n_rows=1200, above=2.6, seed=0):
    """A class whose chance is logistic in two columns; fewer rows have it with a higher `above`."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_rows, 3))
    signal = 1.5 * x[:, 0] - x[:, 1] + rng.logistic(size=n_rows) - above
    return pd.DataFrame(x, columns=list("abc")).assign(y=np.where(signal > 0, "yes", "no"))


QUICK = Settings(
    target="y", exclude_frameworks=("forest", "extra_trees"), max_trials=5, max_splits=10, seed=1
)


@pytest.fixture(scope="module")
def outcome():
    return run_automl(made(), replace(QUICK, primary_metric="f1"))


def ready_of(table, **more):
    settings = replace(QUICK, **more)
    return prepare_table(table, settings), settings


def test_a_class_below_a_fifth_of_two_is_rare_and_weights_are_tried_where_answers_are_judged():
    rare, settings = ready_of(made(), primary_metric="f1")
    assert share_of_rarest(rare) == pytest.approx((made()["y"] == "yes").mean(), abs=0.01)
    assert share_of_rarest(rare) < 0.2
    assert tries_weights(rare, settings)
    assert tries_weights(*ready_of(made(), primary_metric="recall"))
    assert not tries_weights(*ready_of(made(), primary_metric="log_loss"))
    assert not tries_weights(*ready_of(made(above=0), primary_metric="f1"))
    assert not tries_weights(rare, replace(settings, imbalance="none"))
    assert not tries_weights(rare, replace(settings, imbalance="threshold"))
    assert tries_weights(*ready_of(made(above=0), imbalance="weights"))
    numbers = made().assign(y=np.arange(1200.0))
    assert not tries_weights(*ready_of(numbers, imbalance="weights"))


def test_the_rule_of_the_threshold_says_why_it_stays():
    def say(above=2.6, **more):
        return why_no_threshold(*ready_of(made(above=above), **more))

    assert say(primary_metric="f1") == say(primary_metric="f1", above=0) == ""
    assert say(primary_metric="log_loss") == say(primary_metric="roc_auc") == ""
    assert "is not rare" in say(primary_metric="log_loss", above=0)
    assert say(above=0, imbalance="threshold") == say(above=0, imbalance="weights") == ""
    assert "best for accuracy" in say(primary_metric="accuracy")
    assert "makes a model useless" in say(primary_metric="recall")
    assert say(imbalance="none") == "as was asked"
    # The common class is looked for: that the other is rare is no reason to say it more often.
    assert "is not rare" in say(primary_metric="log_loss", pos_label="no")


def test_what_is_asked_for_a_rare_class_is_one_of_four_words():
    with pytest.raises(SpecError, match=r"auto, none, weights, threshold, got 'smote'\."):
        replace(QUICK, imbalance="smote")


def test_class_weights_are_one_trial_after_the_ladder_on_its_best_rung(outcome):
    families = [trial.family for trial in outcome.trials]
    assert families[:4] == ["baseline", "linear", "tree", "lightgbm"]
    weighted = outcome.trials[4]
    assert [trial.is_weighted for trial in outcome.trials] == [False] * 4 + [True]
    assert weighted.family == max(outcome.trials[1:4], key=lambda trial: trial.score).family
    assert weighted.params["class_weight"] == "balanced"
    assert not weighted.is_tuned
    assert weighted.told_params == "defaults with class weights"
    assert "defaults with class weights" in tell_outcome(outcome)


def test_weights_make_each_class_count_the_same_as_scikit_learn_counts(outcome):
    ready, weighted = outcome.ready, outcome.trials[4]
    train = ready.places("train")
    truth = ready.target.to_numpy()[train]
    counts = pd.Series(truth).value_counts()
    by_hand = np.array([len(truth) / (2 * counts[label]) for label in truth])
    free = {name: value for name, value in weighted.params.items() if name != "class_weight"}
    with_rows = fit_model(replace_weights(ready, train, by_hand), weighted.family, free, train)
    own = fit_model(ready, weighted.family, weighted.params, train)
    assert own.predict(ready.rows) == pytest.approx(with_rows.predict(ready.rows), abs=1e-6)


def replace_weights(ready, places, weights):
    whole = np.ones(len(ready.rows))
    whole[places] = weights
    return replace(ready, weights=whole)


def test_a_study_keeps_class_weights_where_they_made_the_family_better():
    settings = replace(QUICK, primary_metric="f1", max_trials=7, max_splits=2)
    found = run_automl(made(), settings).trials
    plain = {trial.family: trial.score for trial in found[1:4]}
    helped = found[4].score > plain[found[4].family]
    of_family = [trial for trial in found[5:] if trial.family == found[4].family]
    assert len({trial.family for trial in found[5:]}) == 2
    assert helped
    assert all("class_weight" in trial.params for trial in of_family)


def test_the_best_threshold_is_that_of_trying_every_one():
    rng = np.random.default_rng(3)
    truth, chances = rng.random(60) < 0.3, np.round(rng.random(60), 2)
    weights = rng.integers(1, 4, 60).astype(float)
    for own in (None, weights):
        found = best_for_f1(truth, chances, own)
        at = {
            cut: f1_score(truth, chances >= cut, sample_weight=own, zero_division=0.0)
            for cut in np.unique(chances)
        }
        reached = f1_score(truth, chances >= found, sample_weight=own)
        assert reached == pytest.approx(max(at.values()))
        assert sum(reached < score - 1e-12 for score in at.values()) == 0
    assert best_for_f1(
        np.array([False, True, True]), np.array([0.1, 0.2, 0.4]), None
    ) == pytest.approx(0.15)
    assert best_for_f1(np.array([False, False]), np.array([0.1, 0.2]), None) == 0.5


def test_where_chances_are_true_the_best_threshold_is_half_of_the_best_f1():
    rng = np.random.default_rng(4)
    for ends in ((0.0, 1.0), (0.0, 0.3)):
        chances = rng.uniform(*ends, 100_000)
        truth = rng.random(100_000) < chances
        found = best_for_f1(truth, chances, None)
        assert found == pytest.approx(f1_score(truth, chances >= found) / 2, abs=0.02)


def test_the_threshold_is_chosen_on_out_of_fold_chances_of_rows_that_do_not_test(outcome):
    """Work the chances out anew with scikit-learn alone."""
    ready, decision = outcome.ready, outcome.decision
    rows = ready.places("train", "validate")
    chosen = outcome.finals.chosen
    splits = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=1)
    codes = pd.factorize(ready.target.to_numpy()[rows])[0]
    pairs = list(splits.split(rows, codes))[:10]
    truths, chances = [], []
    for train, judge in pairs:
        said = sum(
            weight
            * fit_model(
                ready, outcome.trials[number].family, outcome.trials[number].params, rows[train]
            ).predict(ready.rows.iloc[rows[judge]])
            for number, weight in chosen.members
        )
        truths.append(ready.target.to_numpy()[rows[judge]] == "yes")
        chances.append(said[:, ready.classes.index("yes")])
    candidate = best_for_f1(np.concatenate(truths), np.concatenate(chances), None)
    assert decision.candidate == pytest.approx(candidate, abs=1e-9)
    gains = []
    for number, (truth, said) in enumerate(zip(truths, chances, strict=True)):
        beside = [n for n in range(number - number % 5, number - number % 5 + 5) if n != number]
        cut = best_for_f1(
            np.concatenate([truths[n] for n in beside]),
            np.concatenate([chances[n] for n in beside]),
            None,
        )
        gains.append(f1_score(truth, said >= cut) - f1_score(truth, said >= 0.5))
    verdict = judge_folds(np.array(gains), 0.25)
    assert (decision.gain, decision.low, decision.high) == pytest.approx(
        (verdict.difference, verdict.low, verdict.high), abs=1e-3
    )


def test_a_threshold_is_moved_only_if_its_gain_is_clear_of_chance(outcome):
    ready, settings = outcome.ready, outcome.settings
    heard, share = outcome.finals.heard, outcome.finals.test_share
    assert outcome.decision.low > 0
    assert outcome.decision.is_moved
    assert outcome.decision.threshold == outcome.decision.candidate != 0.5
    few = choose_threshold(ready, settings, heard[:1], share)
    assert (few.threshold, few.is_moved) == (0.5, False)
    assert "too few splits" in few.why_not
    # Chances that know nothing: whatever threshold is chosen gains nothing that is clear.
    rng = np.random.default_rng(0)
    blind = [Heard(one.number, one.places, rng.random(len(one.places))) for one in heard]
    stays = choose_threshold(ready, settings, blind, share)
    assert stays.low <= 0 < stays.high or not stays.is_moved
    assert stays.splits["threshold"].between(0, 1).all()


def test_where_rows_are_dealt_by_time_a_threshold_knows_only_what_came_before(outcome):
    ready, heard = outcome.ready, outcome.finals.heard[:5]
    settings = replace(outcome.settings, time_col="a")
    found = choose_threshold(ready, settings, heard, 0.2).splits
    assert found["split"].tolist() == [1, 2, 3, 4]
    truth = ready.target.to_numpy()[heard[0].places] == "yes"
    assert found["threshold"].iloc[0] == best_for_f1(truth, heard[0].chances, None)


def test_the_test_is_judged_at_both_thresholds_by_the_same_chances(outcome):
    places = outcome.ready.places("test")
    truth = outcome.ready.target.to_numpy()[places] == "yes"
    chance = outcome.test_predicted[:, outcome.ready.classes.index("yes")]
    cut = outcome.decision.threshold
    assert outcome.test["f1"] == pytest.approx(f1_score(truth, chance >= 0.5))
    assert outcome.test_decided == pytest.approx(
        {
            "f1": f1_score(truth, chance >= cut),
            "precision": precision_score(truth, chance >= cut),
            "recall": recall_score(truth, chance >= cut),
            "accuracy": np.mean(truth == (chance >= cut)),
        }
    )
    said = tell_decision(outcome)
    assert "'yes' from a chance of" in said
    assert "Its chances are the same as before." in said


def test_a_packed_model_decides_by_the_threshold_and_its_chances_are_unchanged(outcome):
    import skops.io

    rows = made(seed=9)
    plain = make_portable(outcome.model, outcome.ready)
    packed = make_portable(outcome.model, outcome.ready, outcome.decision)
    back = skops.io.loads(skops.io.dumps(packed), trusted=list_trusted(packed))
    assert np.array_equal(back.predict_proba(rows), plain.predict_proba(rows))
    at = list(back.classes_).index("yes")
    by_hand = np.where(back.predict_proba(rows)[:, at] >= outcome.decision.threshold, "yes", "no")
    assert list(back.predict(rows)) == list(by_hand)
    assert list(back.predict(rows)) != list(plain.predict(rows))


def test_the_notebook_of_the_proposal_gives_back_its_scores_at_both_thresholds(
    outcome, tmp_path, monkeypatch
):
    notebook = without_looks(write_proposal(outcome))
    assert {name for name in notebook.logged if name.endswith("_at_threshold")} == {
        f"test_{name}_at_threshold" for name in ("f1", "precision", "recall", "accuracy")
    }
    said = run_here(notebook, tmp_path, monkeypatch)
    assert compare_numbers(notebook, said)[0] == ""


def test_the_notebook_of_the_trial_of_class_weights_is_proven(outcome, tmp_path, monkeypatch):
    notebook = without_looks(write_trial(outcome.ready, outcome.settings, outcome.trials[4]))
    assert 'class_weight="balanced"' in notebook.script
    assert compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))[0] == ""


@pytest.mark.parametrize("family", WITH_WEIGHTS)
def test_class_weights_of_every_family_are_proven(family, tmp_path, monkeypatch):
    ready, settings = ready_for("two")
    trial = trial_of(ready, family, weigh_classes(family))
    notebook = without_looks(write_trial(ready, settings, trial))
    notebook = changed(notebook, "N_TRIALS = 5", "N_TRIALS = 1")
    assert compare_numbers(notebook, run_here(notebook, tmp_path, monkeypatch))[0] == ""


@pytest.mark.full
def test_the_run_of_the_proposed_model_has_its_threshold_and_the_summary_decides_by_it(new_home):
    found = classify(
        made(2000, above=2.0), target_col="y", imbalance="threshold", max_trials=2,
        include_frameworks=["linear"], max_splits=10, seed=1,
    )  # fmt: skip
    assert found.decision.is_moved
    cut, metrics = found.decision.threshold, found.best_trial.metrics
    table = found.output_table
    assert list(table["prediction"]) == list(np.where(table["p(yes)"] >= cut, "yes", "no"))
    again = f1_score(table["y"], table["prediction"], pos_label="yes")
    assert metrics["test_f1_at_threshold"] == pytest.approx(again)
    model = found.best_trial.load_model()
    chance = model.predict_proba(table)[:, list(model.classes_).index("yes")]
    assert list(model.predict(table)) == list(np.where(chance >= cut, "yes", "no"))
    logged = open_client(found.kept.store).get_run(found.best_trial.mlflow_run_id).data.metrics
    assert logged["threshold"] == pytest.approx(cut)
    assert logged["test_f1_at_threshold"] == pytest.approx(again)
    assert logged["threshold_low"] > 0
    assert found.register("rare") == 1


def test_a_search_that_goes_on_behind_its_journal_decides_alike(tmp_path, monkeypatch):
    order = replace(QUICK, include_frameworks=("linear",), max_trials=2, max_splits=5)
    table, path = made(600), tmp_path / "search.jsonl"
    whole = run_automl(table, order)
    with open_journal(path, table, order) as journal:
        run_automl(table, order, journal=journal)
    trained = []
    monkeypatch.setattr("core.automl.attempt.fit_model", lambda *_: trained.append(1))
    with open_journal(path, table, order) as journal:
        again = run_automl(table, order, journal=journal)
    assert trained == []
    assert again.decision.splits.equals(whole.decision.splits)
    assert again.decision.threshold == whole.decision.threshold


@pytest.mark.full
def test_two_workers_decide_as_one_does(outcome):
    two = run_automl(made(), replace(outcome.settings, n_workers=2))
    assert two.decision.splits.equals(outcome.decision.splits)
    assert two.decision.threshold == outcome.decision.threshold
    apart = ["cpu_seconds"]
    assert two.leaderboard().drop(columns=apart).equals(outcome.leaderboard().drop(columns=apart))


def test_classes_of_numbers_are_decided_alike():
    table = made(600).assign(y=lambda one: (one["y"] == "yes").astype(int))
    found = run_automl(table, replace(QUICK, max_trials=2, imbalance="threshold"))
    decision = replace(found.decision, threshold=0.2)
    packed = make_portable(found.model, found.ready, decision)
    assert list(packed.predict(table)) == list(
        (packed.predict_proba(table)[:, 1] >= 0.2).astype(int)
    )


def test_three_classes_and_numbers_have_no_threshold():
    table = made(300).assign(y=lambda one: np.digitize(one["a"], [-1.5, 1.0]))
    outcome = run_automl(table, replace(QUICK, max_trials=2, imbalance="weights", max_splits=2))
    assert (outcome.decision, outcome.test_decided) == (None, {})
    assert tell_decision(outcome) == ""
    assert "chance of 1/2" not in tell_outcome(outcome)
