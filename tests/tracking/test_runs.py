"""What we log, others read: MLflow's own client, on the file and through a real server."""

import hashlib
import json
import math
from urllib.parse import urlsplit

import pandas as pd
import plotly.io
import pytest

from core.datasets import load_dataset
from core.errors import SpecError
from core.results import scalars_of, tables_of
from core.specs import spec_from_json
from core.tracking.find import RefusedQueryError, find_runs, settle
from core.tracking.log import HASH, LAB, SPEC, UNDEFINED, curves_of, log_result
from core.tracking.models import find_foreign_types, load_model, log_model
from core.tracking.registry import point, read_aliases, register, unpoint


@pytest.fixture(params=["file", "server"])
def reader(request, kept):
    """A client that we did not open: on the file, or through ``mlflow server``."""
    import mlflow

    uri = kept.uri if request.param == "file" else request.getfixturevalue("server")
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def test_every_setting_is_a_param_and_every_number_a_metric(kept, reader):
    run = reader.get_run(kept.run)
    assert run.info.status == "FINISHED"
    assert run.data.params == {
        "data": "diabetes", "knob": "neighbours", "sorting": "", "seed": "0",
    }  # fmt: skip
    numbers = {
        name: float(value)
        for name, value in scalars_of(kept.result).items()
        if isinstance(value, (bool, int, float)) and math.isfinite(value)
    }
    assert {name: run.data.metrics[name] for name in numbers} == pytest.approx(numbers)


def test_tags_name_lab_settings_learner_and_what_was_predicted(kept, reader):
    tags = reader.get_run(kept.run).data.tags
    assert (tags[LAB], tags["mlflow.user"]) == ("hyperparameters", "ada")
    assert (tags["glassroom.prediction"], tags["glassroom.confidence"]) == ("rigid", "certain")
    assert spec_from_json(type(kept.spec), tags[SPEC]) == kept.spec
    assert tags[HASH] == hashlib.sha256(tags[SPEC].encode()).hexdigest()[:16]


def test_the_dataset_is_named_with_the_digest_of_its_csv(kept, reader):
    dataset = reader.get_run(kept.run).inputs.dataset_inputs[0].dataset
    csv = load_dataset("diabetes").csv_bytes()
    assert (dataset.name, dataset.digest) == ("diabetes", hashlib.sha256(csv).hexdigest()[:32])
    assert json.loads(dataset.profile)["num_rows"] == load_dataset("diabetes").n_rows


def test_code_tables_and_figures_are_artifacts(kept, tmp_path):
    folder = kept.client.download_artifacts(kept.run, "", str(tmp_path))
    code = (tmp_path / "code" / f"{kept.script.name}.py").read_text()
    assert folder
    assert code == kept.script.code
    for name, table in tables_of(kept.result).items():
        found = pd.read_csv(tmp_path / "tables" / f"{name}.csv", keep_default_na=False)
        assert len(found) == len(table)
    figure = plotly.io.from_json((tmp_path / "figures" / "errors.json").read_text())
    assert len(figure.data) == 4


def test_a_study_is_a_tree_of_a_parent_and_its_trials(kept, reader):
    parent = reader.get_run(kept.study)
    children = reader.search_runs(
        [parent.info.experiment_id],
        filter_string=f"tags.`mlflow.parentRunId` = '{kept.study}'",
        order_by=["attributes.start_time ASC"],
    )
    assert [child.info.run_name for child in children] == [f"trial {number}" for number in range(4)]
    assert [child.info.status for child in children] == ["FINISHED", "KILLED", "FAILED", "FINISHED"]
    assert children[3].data.params == {"depth": "5", "kind": "deep"}
    assert children[3].data.metrics["value"] == 0.9
    assert "value" not in children[2].data.metrics  # undefined is not logged as a number
    assert parent.data.metrics == {"n_trials": 4, "n_complete": 2, "best_value": 0.9}


def test_steps_of_a_trial_are_steps_of_a_metric(kept, reader):
    found = find_runs(
        "params.depth = '5'", experiments=["studies"], client=kept.client
    )[0]  # fmt: skip
    history = reader.get_metric_history(found.id, "value_so_far")
    assert [(point.step, point.value) for point in history] == [(1, 0.8), (2, 0.9)]


def test_a_table_with_a_counting_column_is_a_curve(kept):
    from dataclasses import make_dataclass

    curve = pd.DataFrame(
        {"kind": ["a", "a", "b"], "depth": [1, 2, 1], "error": [0.5, math.nan, 0.3]}
    )
    loose = pd.DataFrame({"depth": [2, 1], "error": [0.5, 0.4]})
    made = make_dataclass("Made", [("curve", pd.DataFrame), ("loose", pd.DataFrame)], frozen=True)
    points = [(p.key, p.step, p.value) for p in curves_of(made(curve, loose))]
    assert points == [("curve.error.a", 1, 0.5), ("curve.error.b", 1, 0.3)]


def test_what_is_undefined_is_named_and_not_logged_as_a_number(kept):
    from core.tracking.best_run.lab import BestRunSpec, find_best_run

    spec = BestRunSpec(where="params.max_depth > '5'")
    run = kept.client.get_run(log_result(spec, find_best_run(spec), lab="best-run"))
    assert run.data.tags[UNDEFINED] == "first, first_value, first_rank"
    assert not {"first", "first_value", "first_rank"} & run.data.metrics.keys()
    assert run.data.tags["result.refusal"].startswith("Invalid comparator")


def test_a_model_comes_back_by_its_alias_with_signature_and_example(kept, reader):
    assert int(reader.get_model_version_by_alias("tumours", "champion").version) == kept.version
    loaded = load_model("models:/tumours@champion")
    assert (loaded.predict(kept.rows) == kept.model.predict(kept.rows)).all()
    import mlflow

    place = kept.client.get_logged_model(kept.address.removeprefix("models:/")).artifact_location
    info = mlflow.models.Model.load(urlsplit(place).path)
    assert info.signature.inputs.input_names() == list(kept.rows.columns)
    assert info.saved_input_example_info is not None
    assert info.flavors["sklearn"]["serialization_format"] == "skops"


def test_an_alias_is_a_pointer_that_moves(kept):
    second = register(kept.address, "moved")
    third = register(kept.address, "moved")
    point("moved", "champion", second)
    point("moved", "champion", third)
    assert read_aliases("moved") == {"champion": third}
    unpoint("moved", "champion")
    assert read_aliases("moved") == {}
    with pytest.raises(SpecError, match="version=99"):
        point("moved", "champion", 99)


class Foreign:
    """Something that a file of ours may not hold."""

    def predict(self, rows):
        return [0] * len(rows)


def test_a_model_with_a_foreign_type_is_refused_and_not_pickled(kept):
    assert find_foreign_types(kept.model) == []
    assert len(find_foreign_types(Foreign())) == 1
    with pytest.raises(SpecError, match=r"got .*Foreign\. Use a model of scikit-learn"):
        log_model(kept.run, Foreign(), kept.rows)


def test_a_query_that_mlflow_cannot_read_is_refused_in_its_own_words(kept):
    with pytest.raises(RefusedQueryError, match=r"Invalid clause\(s\) in filter string: 'OR'"):
        find_runs("metrics.value > 1 OR metrics.value < 0")
    with pytest.raises(SpecError, match="at most 300 characters"):
        find_runs("metrics.value > 1" + " " * 300)
    with pytest.raises(SpecError, match="1 to 1000 runs, got 0"):
        find_runs(limit=0)


def test_a_printed_set_reads_the_same_at_every_start():
    assert settle("one of '{'LIKE', '=', '!='}'") == "one of '{'!=', '=', 'LIKE'}'"
