"""The lesson on packed models: what MLflow says is held to scikit-learn, skops and the file itself."""

import pickletools

import numpy as np
import pytest

from core.datasets import load_dataset
from core.errors import SpecError
from core.tracking.candidates import TableSpec, chance, deal_rows, train
from core.tracking.flavour.danger import TRAP
from core.tracking.flavour.figures import plot_called, plot_tries
from core.tracking.flavour.judge import judge_model
from core.tracking.flavour.lab import FlavourSpec, name_slow_part, send_rows
from core.tracking.flavour.pack import pack_model
from core.tracking.flavour.payloads import PAYLOADS, list_payloads, make_payload
from core.tracking.flavour.risk import THRESHOLDS
from core.tracking.flavour.ways import WAYS
from core.tracking.flavour.words import (
    ASKED,
    OPTIONS,
    SENT,
    find_answer,
    hits_formula,
    payloads_of,
    say_payload,
    tabulate_addresses,
    tabulate_metrics,
    tabulate_opcodes,
    tabulate_signature,
    tabulate_tries,
    tell_addresses,
    tell_called,
    tell_http,
    tell_judged,
    tell_outcome,
    tell_pickle,
    tell_signature,
    tell_ways,
)


def look(**settings):
    return send_rows(FlavourSpec(**settings))


@pytest.fixture(scope="module")
def rows():
    return deal_rows(load_dataset("churn"), 0)


@pytest.fixture(scope="module")
def model():
    return train(TableSpec(), "logistic")


def outcome(payload, way):
    return look(payload=payload, way=way).outcome


def test_what_is_missing_is_refused_and_what_is_too_much_is_left_out():
    assert {outcome("missing", way) for way in WAYS} == {"refused"}
    assert {outcome("extra", way) for way in WAYS} == {"same"}
    missing = look(payload="missing")
    assert "Model is missing inputs ['tenure_months']" in missing.words
    assert look(payload="missing", way="served").kind == "HTTP 400"


def test_a_wrong_type_is_refused_in_python_and_turned_right_over_http():
    for payload in ("whole", "text"):
        assert outcome(payload, "signed") == "refused"
        assert outcome(payload, "served") == "same"
    assert "Can not safely convert int64 to float64" in look(payload="whole").words
    assert "Can not safely convert str to int64" in look(payload="text").words


def test_a_gap_among_whole_numbers_is_refused_although_the_model_could_fill_it():
    assert outcome("gap", "native") == outcome("gap", "unsigned") == "same"
    assert outcome("gap", "signed") == outcome("gap", "served") == "refused"


def test_columns_in_another_order_are_put_right_by_their_names():
    assert {outcome("order", way) for way in WAYS} == {"same"}


def test_columns_that_are_mixed_up_pass_and_the_answer_is_wrong():
    assert {outcome("swapped", way) for way in WAYS} == {"other"}
    result = look(payload="swapped")
    assert result.n_silent == 1
    assert "nobody says a word" in tell_outcome(result)
    assert abs(result.answer - result.meant_answer) > 1e-3


def test_every_way_gives_the_answers_of_scikit_learn(rows, model):
    for payload in PAYLOADS:
        meant, sent = make_payload(load_dataset("churn"), rows.test.head(3), payload)
        for way in WAYS:
            result = look(payload=payload, way=way)
            if result.outcome == "same":
                assert result.answer == pytest.approx(chance(model, meant)[0])
            if result.outcome == "other":
                assert result.answer == pytest.approx(chance(model, sent)[0])


def test_the_custom_model_calls_whoever_is_likelier_than_the_threshold(rows, model):
    said = chance(model, rows.test)
    for threshold in THRESHOLDS:
        result = look(threshold=threshold)
        called = said > threshold
        assert result.n_called == called.sum()
        assert result.n_hits == (called & rows.y_test).sum()
        assert result.default_called == (said > 0.5).sum()
    assert "Can not safely convert" in look().refused_threshold


def test_a_signature_names_every_column_with_its_type(rows):
    result = look()
    assert result.signature["name"].tolist() == list(rows.train.columns)
    kinds = {"i": "long", "f": "double"}
    expected = [kinds.get(rows.train[name].dtype.kind, "string") for name in rows.train]
    assert result.signature["type"].tolist() == expected
    gaps = rows.train.isna().any()
    assert result.n_required == (~gaps).sum()
    assert "sklearn" in result.mlmodel
    assert "python_function" in result.mlmodel
    assert "run_id" not in result.mlmodel


def test_saved_logged_and_registered_it_is_the_same_model():
    table = look().addresses
    good = table[table["outcome"] == "same"]["made_by"].tolist()
    assert good == [
        "save_model", "log_model", "log_model", "register_model", "set_registered_model_alias",
    ]  # fmt: skip
    assert set(table[table["outcome"] == "refused"]["address"]) == {
        "run:/RUN/signed", "models:/leaver",
    }  # fmt: skip


def test_a_pickle_would_call_a_function_while_it_is_read():
    said = [(code.name, argument) for code, argument, _ in pickletools.genops(TRAP)]
    assert ("GLOBAL", "os system") in said
    result = look()
    assert result.n_calls_of_pickle == sum(name == "REDUCE" for name, _ in said) == 1
    assert result.strange_type.endswith("danger.Stranger")
    assert "have read it and not loaded it" in tell_pickle(result)


def test_mlflow_measures_by_itself_what_scikit_learn_measures():
    from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

    found = judge_model(TableSpec(data="breast_cancer"))
    values = dict(zip(found.metrics["name"], found.metrics["value"], strict=True))
    rows = deal_rows(load_dataset("breast_cancer"), 0)
    said = chance(train(TableSpec(data="breast_cancer"), "logistic"), rows.test)
    label = said > 0.5
    assert values["accuracy_score"] == pytest.approx(accuracy_score(rows.y_test, label))
    assert values["f1_score"] == pytest.approx(f1_score(rows.y_test, label))
    assert values["roc_auc"] == pytest.approx(roc_auc_score(rows.y_test, said))
    assert values["log_loss"] == pytest.approx(log_loss(rows.y_test, said))
    parts = [
        values[f"{truth}_{side}"]
        for truth in ("true", "false")
        for side in ("positives", "negatives")
    ]
    assert sum(parts) == values["example_count"] == len(rows.test)
    result = look(data="breast_cancer", judged=True)
    assert result.judged_roc_auc == values["roc_auc"]
    assert len(tabulate_metrics(result)) == result.n_judged
    assert "pictures in the run" in tell_judged(result)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_tables_and_pictures_say_what_happened(payload, way):
    result = look(payload=payload, way=way)
    assert find_answer(result) in OPTIONS
    assert say_payload(result)
    assert ASKED[way]
    assert result.kind in tell_outcome(result)
    for figure in (plot_tries(result), plot_called(result)):
        assert len(figure.layout.title.text) < 44
    marks = sum(len(trace.x) for trace in plot_tries(result).data[:-1])
    assert marks == len(PAYLOADS) * len(WAYS)


def test_sentences_and_tables_hold_the_numbers():
    result = look()
    assert f"with a signature {result.n_refused_signed}," in tell_ways(result)
    assert f"names {result.n_columns} columns" in tell_signature(result)
    assert f"HTTP refuses {result.n_refused_served}" in tell_http(result)
    assert f"calls {result.n_called} of" in tell_called(result)
    assert "5 addresses" in tell_addresses(result)
    assert "a few seconds" in tell_judged(result)
    assert hits_formula(result).top_number == str(result.n_hits)
    assert hits_formula(look(threshold=0.9)) is None or look(threshold=0.9).n_called
    assert len(tabulate_tries(result)) == result.n_payloads == len(PAYLOADS)
    assert len(tabulate_signature(result)) == 10
    assert (tabulate_addresses(result)["Loading it"] == "error").sum() == 2
    assert len(tabulate_opcodes(result)) == len(result.opcodes)
    counts = result.tries[result.tries["outcome"] == "refused"].groupby("way").size()
    for way in WAYS:
        assert getattr(result, f"n_refused_{way}") == counts.get(way, 0)


def test_a_table_of_decimals_has_no_gap_among_whole_numbers():
    dataset = load_dataset("breast_cancer")
    assert "gap" not in list_payloads(dataset)
    assert list(payloads_of("breast_cancer")) == list(list_payloads(dataset))
    assert set(SENT) == set(PAYLOADS)
    assert "gap" in payloads_of("breast_cancer", "gap"), "the picker still shows what was chosen"
    spec = FlavourSpec(data="breast_cancer", payload="gap")
    for ask in (send_rows, name_slow_part):
        with pytest.raises(
            SpecError, match=r"no column of whole numbers without gaps, so this cannot"
        ):
            ask(spec)


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match="What is sent is one of same, order"):
        FlavourSpec(payload="nothing")
    with pytest.raises(SpecError, match="native, unsigned, signed, served, got 'by hand'"):
        FlavourSpec(way="by hand")
    with pytest.raises(SpecError, match=r"The threshold is one of 0\.1"):
        FlavourSpec(threshold=0.55)
    with pytest.raises(SpecError, match="part two classes"):
        FlavourSpec(data="diabetes")


def test_only_another_training_or_a_judgement_is_a_job():
    assert name_slow_part(FlavourSpec(payload="missing", threshold=0.1)) is None
    assert name_slow_part(FlavourSpec(seed=7)).run is pack_model
    assert name_slow_part(FlavourSpec(judged=True)).run is judge_model
    assert np.isclose(FlavourSpec().threshold, 0.5)
