"""AutoML in one call, its runs in MLflow's own eyes, and models that load where nobody knows Glassroom."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.metrics import log_loss, mean_squared_error

from app.cli import main
from core.automl import Settings, classify, forecast, regress
from core.automl.blend import Blend, fit_blend
from core.automl.finals import Finalist
from core.automl.packing import list_trusted, make_portable, name_intake
from core.automl.register import find_files
from core.automl.runs import log_outcome
from core.automl.table import prepare_table
from core.automl.trial import fit_model
from core.errors import SpecError
from core.tracking.registry import read_aliases
from core.tracking.store import open_client

QUICK = {"max_trials": 4, "max_splits": 5, "seed": 3}
ALONE = """
import json, sys
sys.modules["core"] = None
import warnings; warnings.simplefilter("ignore")
import mlflow, pandas as pd
rows = pd.read_parquet(sys.argv[1])
models = [mlflow.sklearn.load_model(place) for place in sys.argv[2:]]
print(json.dumps([model.predict_proba(rows).tolist() for model in models]))
"""


def made(n_rows=200, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n_rows))
    word = rng.choice(["red", "green", "blue"], n_rows)
    signal = a - b + (word == "red") + rng.normal(scale=0.7, size=n_rows)
    table = pd.DataFrame(
        {"a": a, "b": b.astype(str), "word": word, "count": rng.integers(0, 9, n_rows)}
    )
    return table.assign(number=signal, y=np.where(signal > 0, "in", "out"))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Keep what this file logs in one home of its own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(folder))
        yield str(folder)


@pytest.fixture(autouse=True)
def same_home(home, new_home, monkeypatch):
    """Put every test of this file back into it."""
    monkeypatch.setenv("GLASSROOM_HOME", home)


@pytest.fixture(scope="module")
def summary(home):
    return classify(made(), target_col="y", exclude_cols=["number"], **QUICK)


@pytest.fixture
def client(summary):
    return open_client(summary.kept.store)


def test_each_trial_is_a_run_below_the_search_in_mlflows_own_eyes(summary, client):
    import mlflow

    mlflow.set_tracking_uri(summary.kept.store)
    try:
        runs = mlflow.search_runs(experiment_names=["automl"])
    finally:
        mlflow.set_tracking_uri(None)
    below = runs[runs["tags.mlflow.parentRunId"] == summary.kept.parent]
    assert set(below["run_id"]) == {trial.mlflow_run_id for trial in summary.trials}
    assert len(runs) == len(below) + 1
    assert set(runs["status"]) == {"FINISHED"}
    for trial in summary.trials:
        row = below.set_index("run_id").loc[trial.mlflow_run_id]
        assert row["params.family"] == trial.family
        for name, score in trial.metrics.items():
            assert row[f"metrics.{name}"] == pytest.approx(score)
        inputs = client.get_run(trial.mlflow_run_id).inputs.dataset_inputs
        assert inputs[0].dataset.name == "y"
    assert summary.experiment.name == "automl"


def test_only_the_proposed_one_has_a_test_score(summary):
    tested = [one.number for one in summary.trials if any("test" in name for name in one.metrics)]
    assert tested == [summary.best_trial.number] == [summary.kept.proposed]


def test_the_test_score_can_be_worked_out_from_the_output_table(summary):
    table = summary.output_table
    classes = sorted(table["y"].unique())
    again = log_loss(table["y"], table[[f"p({label})" for label in classes]], labels=classes)
    assert summary.best_trial.metrics["test_log_loss"] == pytest.approx(again)
    assert len(table) == 40


def test_trials_stand_in_the_order_of_their_validation_scores(summary):
    scores = [one.metrics["val_log_loss"] for one in summary.trials if one.family != "blend"]
    assert scores == sorted(scores)
    assert summary.metric_distribution["min"] == pytest.approx(scores[0])
    assert summary.metric_distribution["count"] == 4
    assert summary.semantic_type_conversions == {"b": "number"}


def test_finalists_have_models_and_any_other_trial_is_trained_again_by_its_params(summary):
    rows = made()
    assert summary.kept.models.keys() == {one.number for one in summary.trials if one.model_path}
    for trial in summary.trials:
        again = say_plainly(summary, trial.number, rows)
        assert trial.load_model().predict_proba(rows) == pytest.approx(again, abs=1e-9)
    assert any("word" in columns for columns, _ in summary.best_trial.preprocessors)


def say_plainly(summary, number, rows):
    """Train a trial, or the blend, anew without packing it, and return what it says."""
    outcome = summary.outcome
    members = ((number, 1.0),)
    if number == len(outcome.trials):
        members = next(one.members for one in outcome.finals.finalists if len(one.members) > 1)
    every = np.arange(len(outcome.ready.rows))
    return fit_blend(outcome.ready, outcome.trials, Finalist("", members), every).predict(rows)


def test_a_kept_model_loads_where_nobody_knows_glassroom(summary, tmp_path):
    rows = made(8, seed=5).drop(columns=["y", "number"])
    rows.to_parquet(tmp_path / "rows.parquet")
    places = [find_files(address) for address in summary.kept.models.values()]
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(tmp_path / "rows.parquet"), *map(str, places)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    by_number = {one.number: one for one in summary.trials}
    for number, said in zip(summary.kept.models, json.loads(done.stdout), strict=True):
        own = by_number[number].load_model().predict_proba(rows)
        assert np.allclose(said, own, rtol=0, atol=1e-12)
    for place in places:
        assert (place / "code" / f"{name_intake()}.py").is_file()
        assert "serialization_format: skops" in (place / "MLmodel").read_text(encoding="utf-8")


def test_a_packed_blend_says_what_its_members_say_by_their_weights(summary):
    outcome, rows = summary.outcome, made(9, seed=8)
    every, members = np.arange(len(outcome.ready.rows)), ((1, 0.25), (2, 0.5), (3, 0.25))
    blend = fit_blend(outcome.ready, outcome.trials, Finalist("blend", members), every)
    packed = make_portable(blend, outcome.ready)
    trusted = list_trusted(packed)
    back = skops.io.loads(skops.io.dumps(packed), trusted=trusted)
    whole = sum(weight * say_plainly(summary, number, rows) for number, weight in members)
    assert back.predict_proba(rows) == pytest.approx(whole)
    assert list(back.classes_) == ["in", "out"]
    assert set(back.predict(rows)) <= {"in", "out"}


@pytest.mark.parametrize("target", ["y", "number"])
def test_a_model_of_a_column_with_many_words_can_be_packed(target):
    """Such a column is told by the mean target, cross-fitted: the model holds how the rows were dealt."""
    table = made().assign(many=[f"w{place % 40}" for place in range(200)])
    settings = Settings(target=target, exclude_cols=("number" if target == "y" else "y",))
    ready = prepare_table(table, settings)
    assert ready.plan.many_words == ("many",)
    model = fit_model(ready, "linear", {}, np.arange(200))
    packed = make_portable(Blend("linear", ((model, 1.0),)), ready)
    back = skops.io.loads(skops.io.dumps(packed), trusted=list_trusted(packed))
    assert np.array_equal(back.predict(table), packed.predict(table))


def test_a_type_that_is_not_on_the_list_is_refused_and_not_pickled():
    class Own(LinearRegression):
        pass

    with pytest.raises(SpecError, match="types that skops trusts and those of our list, got"):
        list_trusted(Own().fit([[1.0], [2.0]], [1.0, 2.0]))


def test_the_search_keeps_its_alerts_columns_leaderboard_and_a_figure(summary, client, tmp_path):
    names = {one.path for one in client.list_artifacts(summary.kept.parent)}
    assert names == {
        "alerts.json", "columns.json", "finals.csv", "leaderboard.csv", "leaderboard.json", "notebooks",
    }  # fmt: skip
    path = client.download_artifacts(summary.kept.parent, "leaderboard.json", str(tmp_path))
    figure = json.loads(Path(path).read_text(encoding="utf-8"))
    assert sum(len(trace["x"]) for trace in figure["data"]) == 4
    assert len(figure["layout"]["title"]["text"]) < 44


def test_each_trial_has_its_notebook_beside_the_table_that_it_reads(summary, client, tmp_path):
    folder = Path(client.download_artifacts(summary.kept.parent, "notebooks", str(tmp_path)))
    assert len(pd.read_csv(folder / "data.csv")) == len(made())
    for trial in summary.trials:
        if not trial.notebook_path:
            assert trial.family == "blend"
            continue
        name = trial.notebook_path.rsplit("/", 1)[1]
        assert trial.notebook_path == f"runs:/{summary.kept.parent}/notebooks/{name}"
        cells = json.loads((folder / name).read_text(encoding="utf-8"))["cells"]
        assert any("fit" in "".join(cell["source"]) for cell in cells)
        tag = client.get_run(trial.mlflow_run_id).data.tags["glassroom.notebook"]
        assert tag.startswith("notebooks/trial-")
    assert summary.best_trial.notebook_path.endswith("proposal.ipynb")


def test_only_what_passes_the_gate_is_registered_and_the_version_says_so(summary, client):
    version = summary.register("seesaw")
    assert version == 1
    tags = client.get_model_version("seesaw", "1").tags
    assert tags["glassroom.gate"] == "10 of 10 checks passed"
    assert (tags["gate.plain"], tags["gate.missing"]) == ("same", "refuses")
    names = {one.path for one in client.list_artifacts(summary.best_trial.mlflow_run_id)}
    assert "gate.json" in names
    assert read_aliases("seesaw") == {}  # whom it serves is for a person to say


def test_a_number_is_predicted_by_the_same_call(home):
    found = regress(
        made(), target_col="number", exclude_cols=["y"], exclude_frameworks=["lightgbm", "forest"],
        max_trials=3, max_splits=3,
        imputers={"a": {"strategy": "mean"}}, experiment_name="numbers",
    )  # fmt: skip
    table = found.output_table
    rmse = mean_squared_error(table["number"], table["prediction"]) ** 0.5
    assert found.best_trial.metrics["test_rmse"] == pytest.approx(rmse)
    rows = made(5, seed=2)
    packed = make_portable(found.outcome.model, found.outcome.ready)
    assert packed.predict(rows) == pytest.approx(found.best_trial.load_model().predict(rows))
    assert found.register("numbers") == 1


def test_a_search_that_is_not_kept_can_be_used_and_not_registered(home):
    quick = classify(
        made(), target_col="y", exclude_cols=["number"], exclude_frameworks=["sklearn"],
        max_trials=2, max_splits=2, is_kept=False,
    )  # fmt: skip
    assert {one.family for one in quick.trials} <= {"baseline", "lightgbm", "blend"}
    assert quick.experiment is None
    assert quick.best_trial.load_model().predict_proba(made(3)).shape == (3, 2)
    with pytest.raises(SpecError, match="Only a kept model can be registered"):
        quick.register("nobody")


def test_what_cannot_be_searched_is_said_in_a_sentence(home):
    with pytest.raises(SpecError, match="Forecasting comes later"):
        forecast(made(), target_col="number")
    with pytest.raises(SpecError, match=r"There is no option 'max_trails'\. There are: "):
        classify(made(), target_col="y", max_trails=3)
    with pytest.raises(SpecError, match=r"The table has no column 'z'\. It has: a, b"):
        classify(made(), target_col="z")
    with pytest.raises(SpecError, match="holds words, so it cannot be predicted as a number"):
        regress(made(), target_col="y")
    with pytest.raises(SpecError, match="What can be left out is"):
        classify(made(), target_col="y", exclude_frameworks=["prophet"])


def test_glassroom_automl_keeps_its_runs_and_says_where(home, tmp_path, capsys):
    path = tmp_path / "seesaw.csv"
    made().drop(columns="number").to_csv(path, index=False)
    assert main(["automl", str(path), "--target", "y", "--trials", "2", "--keep"]) == 0
    said = capsys.readouterr().out
    assert "runs in the experiment 'automl', on this computer, into tracking/mlflow.db" in said
    assert "The proposed model is models:/m-" in said


def test_a_search_is_logged_twice_as_two_searches(summary):
    again = log_outcome(summary.outcome, table="again", experiment="twice")
    assert again.parent != summary.kept.parent
    assert len(again.runs) == len(summary.trials)
