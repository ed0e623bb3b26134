"""What is this table worth? Each sentence that the page teaches, on runs of real models."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score, root_mean_squared_error
from sklearn.model_selection import RepeatedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.automl import Settings, run_automl
from core.automl.finals import Finalist, judge_finals
from core.automl.notebook.proof import prove_notebook
from core.automl.run import SAMPLE_ROWS, draw_sample
from core.automl.scores import score_all
from core.automl.settings import CLASS_METRICS
from core.automl.table import prepare_table
from core.automl.worth import reasons, words
from core.automl.worth.climb import (
    ClimbSpec,
    climb_ladder,
    journal_path,
    read_climb,
    rows_of,
    settings_of,
)
from core.automl.worth.figures import plot_ladder, tell_ladder
from core.automl.worth.lab import LAB, WorthSpec, name_slow_part, weigh_table, write_winner
from core.automl.worth.progress import look_at_climb
from core.automl.worth.tables import LEAK, NOISE, load_table, make_bike_hours, true_bikes
from core.errors import SpecError
from core.results import tables_of


@pytest.fixture(scope="module")
def patients():
    return weigh_table(WorthSpec())


@pytest.fixture(scope="module")
def bikes():
    return weigh_table(WorthSpec(data="bike-hours"))


@pytest.fixture(scope="module")
def leak():
    return weigh_table(WorthSpec(data="churn-leak"))


def test_the_winners_notebook_gives_back_the_scores_of_the_page(patients):
    notebook = write_winner(patients.spec.climb)
    assert notebook.title == "The proposal: linear model"
    assert notebook.logged["test_rmse"] == patients.test
    assert notebook.logged["rmse"] == patients.validation
    kept = pd.read_csv(io.BytesIO(notebook.files["data.csv"]))
    assert kept["part"].value_counts().to_dict() == {
        "train": patients.n_train, "validate": patients.n_validate, "test": patients.n_test,
    }  # fmt: skip
    assert "cells" not in tables_of(patients), "the tables of the page are about numbers"


@pytest.mark.full
@pytest.mark.parametrize("data", ["diabetes", "churn-leak"])
def test_the_winners_notebook_is_proven(data):
    proof = prove_notebook(write_winner(ClimbSpec(data=data)))
    assert proof.is_proven, proof.sentence


def test_with_patients_a_linear_model_ties_with_the_best_and_is_proposed(patients):
    assert patients.proposed == "linear"
    assert patients.best != "linear"
    assert patients.behind_low <= 0 < patients.behind
    assert f"Simplest of {patients.n_ties} that tie" in plot_ladder(patients).layout.title.text
    assert "chance alone could make that" in words.tell_proposal(patients)
    assert "nobody can tell" in words.tell_ties(patients)


def test_the_mean_of_the_linear_model_is_that_of_plain_scikit_learn(patients):
    table = load_table("diabetes").table
    x, y = table.drop(columns="progression").to_numpy(float), table["progression"].to_numpy()
    ready = prepare_table(rows_of(ClimbSpec()), settings_of(ClimbSpec()))
    rest = ready.places("train", "validate")
    splits = RepeatedKFold(n_splits=5, n_repeats=4, random_state=0).split(rest)
    scores = []
    for _, (learn, judge) in zip(range(patients.n_splits), splits, strict=False):
        model = make_pipeline(StandardScaler(), Ridge()).fit(x[rest[learn]], y[rest[learn]])
        scores.append(root_mean_squared_error(y[rest[judge]], model.predict(x[rest[judge]])))
    linear = patients.trials[patients.trials["family"] == "linear"]
    if linear["score"].idxmin() == linear.index[0]:  # the one as it comes is the finalist
        assert patients.mean == pytest.approx(np.mean(scores), abs=1e-9)
    assert min(scores) < patients.mean < max(scores)
    plain = make_pipeline(StandardScaler(), Ridge())
    train, judge = ready.places("train"), ready.places("validate")
    mine = root_mean_squared_error(y[judge], plain.fit(x[train], y[train]).predict(x[judge]))
    assert linear["score"].iloc[0] == pytest.approx(mine, abs=1e-9)


def test_with_bikes_boosting_beats_every_simpler_model_by_more_than_chance(bikes):
    assert bikes.proposed == bikes.best == "lightgbm"
    simpler = bikes.finals.set_index("name").loc[["baseline", "linear", "tree", "forest"]]
    assert not simpler["is_tie"].any()
    assert bikes.steps["is_clear"].all()
    assert "every simpler model is worse by more than chance" in words.tell_proposal(bikes)


def test_nobody_beats_the_noise_of_the_bikes():
    made = make_bike_hours()
    gap = made.table["bikes"] - true_bikes(made.table)
    assert np.std(gap) == pytest.approx(NOISE, rel=0.08)
    assert abs(np.corrcoef(true_bikes(made.table), gap)[0, 1]) < 0.08


def test_no_model_of_the_bikes_is_better_than_the_truth(bikes):
    assert (bikes.finals["mean"] > NOISE).all()


def test_a_column_from_the_future_makes_every_model_nearly_perfect_and_the_audit_names_it(leak):
    assert leak.leaks == (LEAK,)
    assert leak.alerts.iloc[0]["kind"] == "leak"
    assert (leak.finals["mean"].iloc[1:] > 0.98).all()
    assert leak.without_high < leak.test_low
    assert LEAK in words.tell_price(leak)
    made = load_table("churn-leak").table
    alone = roc_auc_score(made["churned"] == load_table("churn").positive, made[LEAK])
    assert alone > 0.98


@pytest.mark.full
def test_without_its_leak_the_table_is_worth_what_the_course_s_own_is(leak):
    plain = weigh_table(WorthSpec(data="churn"))
    assert leak.without_test == plain.test
    assert leak.without_proposed == plain.proposed


def test_the_interval_of_a_step_is_nadeau_and_bengios(patients):
    splits = patients.splits.pivot_table(index="split", columns="name", values="score")
    step = patients.steps[patients.steps["name"] == "forest"].iloc[0]
    gains = splits[step["against"]] - splits["forest"]
    # 5 folds: a fifth judges for four fifths that train, but for rounding.
    error = np.sqrt(gains.var(ddof=1) * (1 / len(gains) + 0.25))
    reach = stats.t.ppf(0.975, len(gains) - 1) * error
    assert step["gain"] == pytest.approx(gains.mean())
    assert step["low"] == pytest.approx(gains.mean() - reach, rel=0.02, abs=0.02)


def test_a_step_up_is_judged_against_the_best_below_it():
    rng = np.random.default_rng(0)
    low, high = rng.normal(1.0, 0.01, 10), rng.normal(0.5, 0.01, 10)
    ladder = [Finalist("baseline", (), low), Finalist("linear", (), high)]
    ladder += [Finalist("tree", (), low), Finalist("forest", (), high - 0.3)]
    steps = judge_finals(ladder, "rmse", 0.25).steps
    assert steps["against"].tolist() == ["baseline", "linear", "linear"]
    assert steps["is_clear"].tolist() == [True, False, True]
    assert judge_finals(ladder, "r2", 0.25).steps["gain"].tolist() == pytest.approx(
        [(high - low).mean(), 0.0, (high - 0.3 - low).mean()]
    )


def test_whoever_is_chosen_for_a_high_score_was_partly_lucky():
    """On noise the best on the rows that validate looks better than the baseline, and is not."""
    rng = np.random.default_rng(3)
    flattered = []
    for seed in range(3):
        table = pd.DataFrame(rng.normal(size=(120, 6)), columns=list("abcdef"))
        table["y"] = rng.normal(size=120)
        order = Settings(
            target="y", max_trials=9, max_splits=5, seed=seed,
            exclude_frameworks=("forest", "extra_trees", "lightgbm"),
        )  # fmt: skip
        outcome = run_automl(table, order)
        best = min(outcome.trials, key=lambda trial: trial.score)
        finals = outcome.finals.table.set_index("name")["mean"]
        said = outcome.trials[0].score - best.score
        flattered.append(said - (finals["baseline"] - finals[best.family]))
        assert said >= 0
    assert np.mean(flattered) > 0


def test_the_worth_of_a_table_is_the_way_from_the_baseline_to_perfection(patients, leak):
    assert reasons.find_worth(patients) == pytest.approx(1 - patients.mean / patients.baseline)
    assert reasons.find_worth(leak) == pytest.approx((leak.mean - 0.5) / 0.5, abs=1e-3)
    assert reasons.worth_formula(patients).value in reasons.tell_worth(patients)


def test_a_bet_is_compared_with_the_untouched_rows(patients):
    wide = replace(patients, spec=WorthSpec(bet=(0.0, 1000.0)))
    assert words.tell_test(wide).startswith("You bet on 0 to 1\u202f000, and so it is.")
    low = replace(patients, spec=WorthSpec(bet=(0.0, 1.0)))
    assert "it lies above" in words.tell_test(low)
    assert not WorthSpec().is_test_open
    assert WorthSpec(opened=True).is_test_open
    assert WorthSpec(bet=(0.0, 1.0)).climb == ClimbSpec()


def test_the_untouched_rows_drawn_anew_give_scores_around_theirs(patients, bikes, leak):
    for result in (patients, bikes, leak):
        assert result.test_low <= result.test <= result.test_high
    # The error of a root mean square of n normal errors is its size over √(2n).
    width = (bikes.test_high - bikes.test_low) / (2 * 1.96)
    assert width == pytest.approx(bikes.test / np.sqrt(2 * bikes.n_test), rel=0.6)


def test_the_question_reveals_nothing_and_every_answer_has_its_belief(patients, bikes):
    for result in (patients, bikes):
        asked = words.ask_winner(result)
        assert words.say(result.mean) not in asked
        assert words.find_answer(result) in words.BETS
    assert words.BETS.keys() == words.BELIEFS.keys()
    assert set(words.KINDS.values()) == set(words.BETS)


def test_every_sentence_can_be_said_of_every_view(patients, bikes, leak):
    for result in (patients, bikes, leak):
        said = [
            words.tell_table(result), words.tell_audit(result), words.tell_answer(result),
            words.tell_price(result), words.tell_cost(result), reasons.tell_curse(result),
            tell_ladder(result), *reasons.list_misconceptions(result).values(),
        ]  # fmt: skip
        assert not any("nan" in one or "undefined" in one for one in said)
        assert len(words.tabulate_judges(result)) == 3
        assert len(reasons.tabulate_steps(result)) == len(result.steps)
        low, high = words.suggest_bet(result)
        assert low <= result.test <= high
        title = plot_ladder(result).layout.title.text
        assert len(title) < 44


def test_the_trainings_are_counted(patients):
    singles = len(patients.finals) - int("blend" in set(patients.finals["name"]))
    assert patients.n_fits == 6 + 10 * singles + 2
    assert (patients.n_trials, patients.n_tuned, patients.n_splits) == (6, 1, 10)
    assert patients.n_train + patients.n_validate + patients.n_test == patients.n_rows == 442


def test_only_the_opening_view_needs_no_job_and_the_job_shows_what_is_finished():
    assert name_slow_part(WorthSpec()) is None
    assert name_slow_part(WorthSpec(bet=(1.0, 2.0))) is None
    slow = name_slow_part(WorthSpec(data="wine"))
    assert slow is not None
    assert slow.run is climb_ladder
    climb_ladder.run_fresh(ClimbSpec())  # its journal may lie in the home of another worker
    seen = look_at_climb(ClimbSpec())
    trials, n_splits = read_climb(ClimbSpec())
    assert (len(trials), n_splits) == (6, 10)
    assert seen.sentence.startswith("6 of 6 trials are finished and kept. Best so far: the")
    assert "10 splits of the finals" in seen.sentence
    best = max(range(6), key=lambda number: -trials[number].score)
    assert words.name(trials[best].family) in seen.figure.layout.title.text
    journal_path(ClimbSpec()).unlink()
    assert look_at_climb(ClimbSpec()) is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"size": "huge"}, "A search is quick or full"),
        ({"metric": "roc_auc"}, "Diabetes progression is judged by rmse or mae or r2"),
        ({"bet": (1.0,)}, "A bet is two scores"),
        ({"bet": (2.0, 1.0)}, "The first score of a bet is the lower one"),
        ({"seed": -1}, "A seed is 0 or more"),
        ({"data": "segments"}, "has no column to predict"),
        ({"data": "nowhere"}, "There is no table called 'nowhere'"),
    ],
)
def test_what_cannot_be_is_refused_with_its_repair(wrong, sentence):
    with pytest.raises(SpecError, match=sentence):
        WorthSpec(**wrong)


def test_on_a_large_table_a_model_of_a_sample_can_be_used_first():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(12_000, 30)), columns=[f"c{i}" for i in range(30)])
    table["y"] = rng.choice(["in", "out"], 12_000, p=[0.999, 0.001])
    order = Settings(
        target="y", max_trials=2, max_splits=2, exclude_frameworks=("forest", "extra_trees")
    )
    outcome = run_automl(table, order)
    first = outcome.trials[1]
    assert [trial.family for trial in outcome.trials] == ["baseline", "linear", "linear"]
    assert [trial.is_sample for trial in outcome.trials] == [False, True, False]
    assert SAMPLE_ROWS <= first.n_rows <= SAMPLE_ROWS + 2
    assert f"on a sample of {first.n_rows:,} rows" in first.told_params
    assert first.cpu_seconds < outcome.trials[2].cpu_seconds
    drawn = draw_sample(outcome.ready, order)
    assert set(outcome.ready.target.iloc[drawn]) == {"in", "out"}
    assert {number for one in outcome.finals.finalists for number, _ in one.members} <= {0, 2}
    assert "usable" in outcome.timeline


def test_a_metric_by_itself_is_the_same_as_among_all():
    rng = np.random.default_rng(1)
    truth = np.array(list("abc") * 9, dtype=object)
    said = rng.dirichlet(np.ones(3), 27)
    how = {"task": "multiclass", "classes": ("a", "b", "c")}
    whole = score_all(truth, said, **how)
    assert set(whole) == set(CLASS_METRICS)
    for name, value in whole.items():
        assert score_all(truth, said, **how, names=(name,)) == {name: value}


def test_every_preset_is_a_view_of_its_own():
    specs = [WorthSpec(**preset) for preset in LAB.presets.values()]
    assert len({spec.climb for spec in specs}) == len(specs)


def test_lightgbm_has_no_article_and_a_score_near_perfect_is_not_called_all(patients, leak):
    assert words.capital(words.the("lightgbm")) == "LightGBM"
    assert words.capital(words.the("linear")) == "The linear model"
    assert "the LightGBM" not in "".join(reasons.list_misconceptions(patients).values())
    assert reasons.say_worth(0.9988) == "99.88\u202f%"
    assert reasons.say_worth(reasons.find_worth(patients)) == "28\u202f%"
    assert "100\u202f%" not in reasons.tell_worth(leak)
