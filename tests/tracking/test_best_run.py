"""The lesson on finding the best run: what MLflow answers is held against pandas and its source."""

import numpy as np
import pandas as pd
import pytest

from core.datasets import load_dataset
from core.errors import SpecError
from core.tracking.best_run.clauses import ORDER, WHERE, ask, try_clauses
from core.tracking.best_run.figures import plot_runs
from core.tracking.best_run.lab import (
    LAB,
    BestRunSpec,
    compare_runs,
    find_best_run,
    name_slow_part,
    rank_runs,
)
from core.tracking.best_run.words import (
    EXAMPLES,
    OPTIONS,
    REASONS,
    find_answer,
    list_refusals,
    rank_formula,
    say_query,
    tabulate_clauses,
    tabulate_differences,
    tabulate_shown,
    tell_clauses,
    tell_failed,
    tell_first,
    tell_found,
    tell_order,
    write_client_code,
)
from core.tracking.session import METRICS, SessionSpec, draw_settings, train_session
from core.tracking.session_store import EXPERIMENT, keep_session, name_run, open_session


def look(**settings):
    return find_best_run(BestRunSpec(**settings))


@pytest.fixture(scope="module")
def session():
    return train_session(SessionSpec())


def expected(runs, mask=None, by=None, rising=True):
    """Say with pandas alone which runs must come back, in which order: the newest first among equals."""
    kept = runs if mask is None else runs[mask]
    newest = kept.sort_values("number", ascending=False)
    if by is None:
        return newest["number"].tolist()
    return newest.sort_values(by, ascending=rising, kind="stable", na_position="last")[
        "number"
    ].tolist()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("rising", [True, False])
def test_an_order_by_a_metric_is_that_of_pandas_with_missing_last(session, metric, rising):
    answer = ask(open_session(session.spec), "", f"metrics.{metric} {'ASC' if rising else 'DESC'}")
    assert list(answer.numbers) == expected(session.runs, by=metric, rising=rising)


def test_a_filter_is_that_of_pandas(session):
    client, runs = open_session(session.spec), session.runs
    both = (runs["model"] == "tree") & (runs["roc_auc"] > 0.7)
    for where, mask in (
        ("metrics.roc_auc > 0.7", runs["roc_auc"] > 0.7),
        ("params.model = 'forest'", runs["model"] == "forest"),
        ("params.model LIKE '%ree'", runs["model"].str.endswith("ree")),
        ("params.model = 'tree' AND metrics.roc_auc > 0.7", both),
        ("attributes.status = 'FAILED'", runs["status"] == "FAILED"),
    ):
        assert list(ask(client, where, "").numbers) == expected(runs, mask), where


def test_without_order_by_the_newest_run_comes_first():
    result = look()
    assert (result.first, result.is_first_best) == (result.n_runs, False)
    assert find_answer(result) == "neither"


def test_asc_for_errors_and_desc_for_scores():
    assert look(order="metrics.log_loss ASC").is_first_best
    assert look(order="metrics.roc_auc DESC").is_first_best
    assert look(order="metrics.log_loss DESC").is_first_worst
    assert look(order="metrics.roc_auc ASC").is_first_worst


def test_a_metric_without_a_direction_rises():
    assert look(order="metrics.roc_auc").first == look(order="metrics.roc_auc ASC").first


def test_a_run_that_failed_has_no_metric_and_comes_last_in_both_directions(session):
    for direction in ("ASC", "DESC"):
        answer = ask(open_session(session.spec), "", f"metrics.roc_auc {direction}")
        failed = session.runs.loc[session.runs["status"] == "FAILED", "number"].tolist()
        assert list(answer.numbers[-1:]) == failed
    assert "n_neighbors" in session.runs["problem"].max()


def test_a_setting_is_text_that_has_no_larger_and_smaller():
    result = look(where="params.max_depth > '5'")
    assert result.is_refused
    assert "Invalid comparator '>'" in result.refusal
    assert find_answer(result) == "refused"
    assert look(where="params.max_depth = '5'").n_found >= 1


def test_there_is_no_or():
    assert look(where="params.model = 'tree' OR params.model = 'forest'").is_refused


def test_a_metric_that_nobody_logged_passes_no_run_and_gives_no_error():
    result = look(where="metrics.auc > 0.7")
    assert (result.is_refused, result.n_found, result.first) == (False, 0, None)
    assert find_answer(result) == "nothing"


def test_an_order_by_a_metric_that_nobody_logged_changes_nothing():
    assert look(order="metrics.loss ASC").first == look().first


def test_the_collection_is_really_put_to_mlflow_and_each_clause_has_its_reason(session):
    table = try_clauses(session.spec).table
    assert table["text"].tolist() == [*WHERE, *ORDER]
    assert set(REASONS) == set(table["text"])
    assert set(table.loc[table["is_refused"], "text"]) == {
        "metrics.roc_auc > '0.7'", "roc_auc > 0.7", "params.model = forest", "params.max_depth = 5",
        "params.max_depth > '5'", "params.model IN ('tree', 'forest')",
        "params.model = 'tree' OR params.model = 'forest'", "log_loss ASC", "metrics.log_loss DOWN",
    }  # fmt: skip
    assert (table["refusal"] != "").equals(table["is_refused"])


TOKENS = (
    "metrics.roc_auc", "metrics.", "params.model", "params.`a b`", "attributes.status", "start_time",
    "tags.x", "datasets.name", "run_id", "roc_auc", "'tree'", "'", '"', "`", ">", "<=", "!=", "=", "(", ")",
    "AND", "OR", "NOT", "IN", "LIKE", "RLIKE", "IS", "NULL", "ASC", "DESC", "0.5", "-1", "1e999", "%", ",",
    ".", ";", "--", "/*", "é", "\x00", "\n",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["where", "order"])
def test_whatever_is_typed_is_answered_or_refused_in_a_sentence(session, kind):
    client, rng = open_session(session.spec), np.random.default_rng(0)
    n_refused = 0
    for _ in range(150):
        words = rng.choice(TOKENS, rng.integers(1, 6))
        text = str(rng.choice(["", " "])).join(map(str, words))
        answer = ask(client, *((text, "") if kind == "where" else ("", text)))
        assert not (answer.numbers and answer.refusal)
        n_refused += bool(answer.refusal)
    assert n_refused > 50


def test_the_best_run_is_the_best_of_pandas(session):
    runs = session.runs
    for metric, best in (
        ("roc_auc", runs["roc_auc"].idxmax()),
        ("log_loss", runs["log_loss"].idxmin()),
    ):
        result = look(order=f"metrics.{metric}")
        assert (result.metric, result.best) == (metric, runs.loc[best, "number"])
    ranks = rank_runs(pd.DataFrame({
        "number": [1, 2, 3, 4], "status": ["FINISHED"] * 3 + ["FAILED"], "log_loss": [2.0, 1.0, 1.0, np.nan],
    }), "log_loss")  # fmt: skip
    assert ranks == {1: 3, 2: 1, 3: 1}


def test_only_what_differs_between_two_runs_is_shown(session):
    found = compare_runs(session, 40, 31)
    params = {n: dict(p[["name", "value"]].values) for n, p in session.params.groupby("number")}
    assert len(found)
    for name, first, best in found.itertuples(index=False):
        assert (params[40].get(name, ""), params[31].get(name, "")) == (first, best)
        assert first != best
    same = set(params[40].items()) & set(params[31].items())
    assert not {name for name, _ in same} & set(found["name"])
    assert compare_runs(session, 31, 31).empty


def test_the_session_trains_what_a_practitioner_would(session):
    """A second implementation: the pipeline of one run, written out."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    dataset = load_dataset("churn")
    table = dataset.table.sample(2000, random_state=0)
    y = (table[dataset.target] == dataset.positive).to_numpy()
    train, test, y_train, y_test = train_test_split(
        table, y, test_size=0.3, random_state=0, stratify=y
    )
    prepare = ColumnTransformer([
        ("n", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
         list(dataset.numeric_features)),
        ("w", make_pipeline(SimpleImputer(strategy="most_frequent"),
                            OneHotEncoder(handle_unknown="ignore", max_categories=20)),
         list(dataset.categorical_features)),
    ])  # fmt: skip
    best = look().best
    chosen = draw_settings(session.spec, session.n_train)[best - 1]
    assert chosen.pop("model") == "logistic"
    said = (
        make_pipeline(prepare, LogisticRegression(max_iter=1000, **chosen))
        .fit(train, y_train)
        .predict_proba(test)[:, 1]
    )
    row = session.runs.set_index("number").loc[best]
    assert row["roc_auc"] == pytest.approx(roc_auc_score(y_test, said))
    assert row["log_loss"] == pytest.approx(log_loss(y_test, said))


def test_the_same_settings_give_the_same_runs_and_are_kept_once():
    spec = SessionSpec(data="breast_cancer", n_runs=6, seed=3)
    first = train_session(spec)
    train_session.forget()
    pd.testing.assert_frame_equal(first.runs, train_session.run_fresh(spec).runs)
    assert keep_session(spec).n_kept == 6
    client = open_session(spec)
    assert len(client.search_runs([client.get_experiment_by_name(EXPERIMENT).experiment_id])) == 6
    settings = draw_settings(spec, first.n_train)
    assert len({str(chosen) for chosen in settings}) == 6


@pytest.mark.parametrize("name", EXAMPLES)
def test_words_tables_and_the_picture_say_what_was_found(name):
    where, order = EXAMPLES[name]
    result = look(where=where, order=order)
    assert find_answer(result) in OPTIONS
    told = tell_first(result)
    assert name_run(result.best) in told
    assert f"metrics.{result.metric} " in tell_order(result)
    assert str(result.n_shown) in tell_found(result)
    assert len(tabulate_shown(result)) == result.n_shown == len(result.shown)
    assert not any("-" in name for name in tabulate_shown(result).get("Run", ())), (
        "a phone would break it"
    )
    assert len(tabulate_differences(result)) == len(result.differs)
    figure = plot_runs(result)
    assert len(figure.layout.title.text) < 44
    assert name_run(result.best) in figure.layout.title.text
    assert say_query(result).startswith("search_runs(")
    assert f"max_results={result.spec.n_shown}" in write_client_code(result)
    formula = rank_formula(result)
    assert (formula is None) == (result.first_value is None)
    assert (result.refusal == "") != result.is_refused


def test_words_about_the_collection_count_what_is_in_the_table():
    result = look()
    clauses = result.clauses
    said = tell_clauses(result)
    assert f"refuses {int(clauses['is_refused'].sum())} " in said
    assert len(list_refusals(result)) == result.n_clauses_refused
    assert len(tabulate_clauses(result, "where")) == len(WHERE)
    assert "1 of 40" in tell_failed(result)
    assert result.n_clauses_silent == 2


def test_the_formula_subtracts_the_smaller_from_the_larger():
    score, loss = rank_formula(look()), rank_formula(look(order="metrics.log_loss DESC"))
    assert (score.top, loss.top) == ("best run − first run", "first run − best run")
    for formula in (score, loss):
        left, right = map(float, formula.top_number.split(" − "))
        assert float(formula.value.split()[0]) == pytest.approx(left - right, abs=1.01e-4)
        assert left > right


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"at most 300 characters, got 301\. Make it shorter"):
        BestRunSpec(where="x" * 301)
    with pytest.raises(SpecError, match="1 to 20 runs are shown, got 0"):
        BestRunSpec(n_shown=0)
    with pytest.raises(SpecError, match="part two classes"):
        BestRunSpec(data="diabetes")
    with pytest.raises(SpecError, match="2 to 200 runs, got 1"):
        BestRunSpec(n_runs=1)
    with pytest.raises(SpecError, match="A seed is a whole number"):
        BestRunSpec(seed=-1)


def test_only_other_trainings_than_those_of_the_first_view_are_a_job():
    assert name_slow_part(BestRunSpec()) is None
    assert name_slow_part(BestRunSpec(order="metrics.roc_auc DESC")) is None
    slow = name_slow_part(BestRunSpec(seed=2))
    assert slow is not None
    assert (slow.run, slow.spec) == (try_clauses, SessionSpec(seed=2))
    assert set(LAB.presets) >= {"default", "refused"}
