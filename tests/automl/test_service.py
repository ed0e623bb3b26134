"""The lesson on the gate: what comes back is held to the models themselves, and each sentence is tried."""

import json

import numpy as np
import pandas as pd
import pytest

from core.automl.gate import GateReport, list_cases, register_through_gate, try_models
from core.automl.notebook import write_proposal
from core.automl.notebook.kept import spec_of
from core.automl.notebook.proof import prove_notebook
from core.automl.service import live
from core.automl.service.careless import take_dummies, train_on_dummies
from core.automl.service.checks import answer_in_turn, count_dummies
from core.automl.service.figures import plot_gate
from core.automl.service.lab import CHECKS, ServiceSpec, name_slow_part, pass_gate
from core.automl.service.play import ALIAS, NAME, WAYS, open_registry, search, serve_proposal
from core.automl.service.words import (
    MADE,
    OPTIONS,
    SENT,
    WHY,
    checks_of,
    find_answer,
    passed_formula,
    say_sent,
    tabulate_checks,
    tabulate_registry,
    tell_asked,
    tell_dummies,
    tell_files,
    tell_four,
    tell_gate,
    tell_latency,
    tell_outcome,
    tell_search,
    tell_signature,
    tell_verdict,
)
from core.automl.words import NAMES
from core.errors import SpecError
from core.tracking.answering import answering
from core.tracking.models import load_function
from core.tracking.serving import Server


def look(**settings):
    return pass_gate(ServiceSpec(**settings))


@pytest.fixture(scope="module")
def outcome():
    return search(ServiceSpec().table)


def test_the_notebook_of_the_registered_version_is_the_proposals_own(outcome):
    notebook = live.write_champion(ServiceSpec().table)
    assert spec_of(notebook) == spec_of(write_proposal(outcome)), "cells, data and numbers"
    assert notebook.logged["test_log_loss"] == look().test_loss


@pytest.mark.full
def test_the_notebook_of_the_registered_version_is_proven():
    proof = prove_notebook(live.write_champion(ServiceSpec().table))
    assert proof.is_proven, proof.sentence


def test_automls_pipeline_passes_every_check_and_is_registered(outcome):
    result = look(model="pipeline", check="plain")
    assert (result.n_failed, result.version) == (0, 1)
    row = outcome.ready.rows.iloc[[serve_proposal(ServiceSpec().table).row]]
    own = outcome.model.predict(row)[0, -1]  # the model in this process, never saved
    for check in ("plain", "order", "extra", "alone", "text"):
        found = look(model="pipeline", check=check)
        assert (found.outcome, found.answer) == ("same", pytest.approx(own, abs=1e-12))


def test_a_lost_column_filled_with_zero_gives_a_wrong_answer_and_no_error(outcome):
    result, ready = look(), outcome.ready
    assert (result.outcome, result.is_silent, result.version) == ("other", True, None)
    columns, place = take_dummies(ready), serve_proposal(ServiceSpec().table).row
    model = train_on_dummies(ready)
    assert result.meant == pytest.approx(model.predict_proba(columns)[place, -1])
    assert columns.columns[0] == result.column == "tenure_months"
    without = columns.assign(tenure_months=0)
    assert result.answer == pytest.approx(model.predict_proba(without)[place, -1])
    change = np.abs(model.predict_proba(columns) - model.predict_proba(without))[:, -1]
    assert change.argmax() == place  # the row that a lost column changes most, as the page says


def test_get_dummies_of_one_row_has_fewer_columns_than_the_model_knows(outcome):
    result = look(model="dummies", check="alone")
    rows = outcome.ready.rows[list(outcome.ready.plan.columns)]
    words = rows.select_dtypes("object")
    assert result.n_dummies == rows.shape[1] - words.shape[1] + sum(words.nunique())
    assert result.n_dummies_alone < result.n_dummies
    assert (result.outcome, result.is_passed) == ("unclear", False)
    assert f"makes {result.n_dummies} columns" in tell_dummies(result)


def test_an_inferred_signature_refuses_whole_numbers_as_decimals():
    result = look(model="strict", check="whole")
    assert (result.outcome, result.is_passed, result.version) == ("refuses", False, None)
    assert "Incompatible input types" in result.words
    assert look(model="pipeline", check="whole").is_passed


def test_a_missing_column_is_refused_by_name():
    result = look(model="pipeline", check="missing")
    assert (result.outcome, result.answer) == ("refuses", None)
    assert "Model is missing inputs ['tenure_months']" in result.words


def test_a_word_never_seen_gets_an_answer_from_the_other_columns(outcome):
    result = look(model="pipeline", check="unseen")
    row = outcome.ready.rows.iloc[[serve_proposal(ServiceSpec().table).row]].copy()
    row[result.column] = "something else that is new"
    assert result.answer == pytest.approx(outcome.model.predict(row)[0, -1])


def test_only_the_pipeline_is_in_the_registry_in_mlflows_own_eyes():
    import mlflow

    shop = open_registry(ServiceSpec().table)
    client = mlflow.MlflowClient(tracking_uri=shop.uri, registry_uri=shop.uri)
    (version,) = client.search_model_versions(f"name = '{NAME}'")
    assert client.get_registered_model(NAME).aliases == {"champion": 1}
    tags = client.get_model_version(NAME, "1").tags
    assert tags["glassroom.gate"] == "10 of 10 checks passed"
    report = json.loads(client.list_artifacts(version.run_id) and _read(client, version.run_id))
    assert report["is_passed"] is True
    assert [check["check"] for check in report["checks"]] == list(look().checks["check"].unique())


def _read(client, run):
    with open(client.download_artifacts(run, "gate.json"), encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def test_whoever_fails_a_check_is_kept_out_with_the_names_of_the_checks():
    checks = pd.DataFrame({"check": ["plain", "gap"], "is_passed": [True, False]})
    with pytest.raises(SpecError, match=r"this one fails: gap\. Mend it and try it again"):
        register_through_gate("models:/m-0", "nobody", GateReport(checks, 0.1))


def test_a_model_that_does_not_load_in_the_fresh_process_fails_every_check(tmp_path):
    rows = pd.DataFrame({"x": [1.0, 2.0], "w": ["a", "b"]})
    cases = list_cases(rows, numbers=["x"], words=["w"])
    assert [case.name for case in cases] == list(CHECKS)
    said = {case.name: [[0.5]] * len(case.sent) for case in cases}
    report = try_models({"gone": str(tmp_path / "nowhere")}, cases, {"gone": said})["gone"]
    assert not report.is_passed
    assert set(report.failed) == set(CHECKS)


def test_a_cell_that_the_learner_changes_changes_the_answer_of_a_real_server():
    table = ServiceSpec().table
    assert live.is_registered(table)
    assert live.read_version(table) == 1
    row = live.find_row(table)
    with answering(load_function(ALIAS, store=open_registry(table).uri)) as real:
        server = Server(kind="model", target="", address=real.address, state="ready", seconds=1.0)
        changed = live.ask_champion(server, row, live.change_cell(row, "tenure_months", "1"))
        gap = live.ask_champion(server, row, live.change_cell(row, "contract", " "))
        bad = live.ask_champion(server, row, live.change_cell(row, "tenure_months", "long"))
    plain = look(model="pipeline", check="plain")
    assert changed.before == pytest.approx(plain.answer)
    assert changed.answer > changed.before  # who came last month leaves more easily
    assert gap.reply.status == 200
    assert (bad.reply.status, bad.answer) == (400, None)
    assert "refused" in tell_asked(bad)
    assert f"{changed.answer:.3f}" in tell_asked(changed)
    assert changed.ms_half <= changed.ms_most
    assert "10 requests" in tell_latency(changed)
    with pytest.raises(SpecError, match=r"The row has no column 'colour'"):
        live.change_cell(row, "colour", "red")


@pytest.mark.parametrize("model", WAYS)
def test_words_tables_and_pictures_say_what_happened(model):
    for check in checks_of("churn"):
        result = look(model=model, check=check)
        assert find_answer(result) in OPTIONS
        assert say_sent(result)
        assert tell_outcome(result)
        assert ("passes" in tell_verdict(result)) == result.is_passed
        figure = plot_gate(result)
        assert len(figure.layout.title.text) < 44
        assert sum(len(trace.x) for trace in figure.data) == 41  # four models, ten checks, a frame
        if result.is_silent:
            assert f"{result.answer:.3f}" in tell_outcome(result)
    assert set(SENT) == set(WHY) == set(CHECKS)
    assert set(MADE) == set(WAYS)
    assert f"fails {result.n_failed} of 10" in tell_gate(result) or result.version == 1
    assert str(result.n_failed_dummies) in tell_four(result)
    assert passed_formula(result).top_number == str(10 - result.n_failed)
    assert NAMES[result.family] in tell_search(result)
    assert "folder of 8 files" in tell_files(result)
    assert "model.skops" in result.files
    assert "10 columns" in tell_signature(result)
    assert len(tabulate_checks(result)) == 10
    assert tabulate_registry(result)["Registered"].tolist() == ["version 1", "no", "no", "no"]
    assert tabulate_registry(result)["Fails"][1] == "whole numbers as decimals, an empty cell"


def test_a_table_without_words_has_no_word_that_is_new():
    assert "unseen" not in checks_of("breast_cancer")
    result = look(data="breast_cancer", check="unseen")
    assert (result.outcome, result.is_passed, result.n_checks) == ("none", False, 9)
    assert "not tried" in tell_outcome(result)
    assert "leaves its 30 columns" in tell_dummies(result)


def test_the_checks_of_the_items_count_what_pandas_and_a_clock_would():
    assert count_dummies(4, [3, 5]) == {"whole": 12, "alone": 6, "numbers": 4, "dropped": 10}
    assert answer_in_turn(ms=8, seconds=20)["answered"] == 20 * 125


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"got 'net'\. Choose one"):
        ServiceSpec(model="net")
    with pytest.raises(SpecError, match=r"got 'flood'\. Choose one"):
        ServiceSpec(check="flood")
    with pytest.raises(SpecError, match="part two classes"):
        ServiceSpec(data="diabetes")


def test_only_another_table_is_a_job():
    assert name_slow_part(ServiceSpec(model="strict", check="gap")) is None
    slow = name_slow_part(ServiceSpec(seed=1))
    assert slow is not None
    assert slow.run is serve_proposal
