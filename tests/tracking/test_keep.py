"""Any view of a lesson can be kept as a run from its page; a client of MLflow finds all of it again."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.lab import load_lab
from core.tracking.keep import find_kept, keep_view, name_place, write_command, write_search
from core.tracking.log import params_of
from core.tracking.store import open_client

ROOT = Path(__file__).parents[2]
SAID = {
    "prediction": "Model A",
    "confidence": "certain",
    "asked": "Which one?",
    "was_right": "no",
}


def wait_for(lab, spec, learner="local"):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = find_kept(lab, spec, learner=learner)
        if found is not None and found.is_done:
            return found
        time.sleep(0.05)
    message = "the view was not kept in a minute"
    raise AssertionError(message)


@pytest.fixture(scope="module")
def lab():
    return load_lab("hyperparameters")


def test_a_view_becomes_a_run_with_settings_numbers_program_and_prediction(lab):
    spec = lab.spec(knob="neighbours")
    result = lab.run(spec)
    assert find_kept(lab, spec, learner="ada") is None
    keep_view(lab, spec, result, learner="ada", said=SAID)
    kept = wait_for(lab, spec, "ada")
    assert (kept.problem, kept.is_done) == ("", True)
    client = open_client()
    run = client.get_run(kept.run)
    assert run.info.run_name == kept.name
    assert run.info.status == "FINISHED"
    assert run.data.params == params_of(spec)
    assert run.data.tags["mlflow.user"] == "ada"
    assert {name: run.data.tags[f"glassroom.{name}"] for name in SAID} == SAID
    assert run.inputs.dataset_inputs[0].dataset.name == spec.data
    assert {file.path for file in client.list_artifacts(kept.run)} >= {"code", "tables"}


def test_the_same_view_is_kept_once_and_asking_does_not_wait(lab):
    spec = lab.spec(knob="neighbours", seed=1)
    result = lab.run(spec)
    began = time.process_time()
    for _ in range(20):
        keep_view(lab, spec, result, learner="local", said={})
    first = wait_for(lab, spec)
    keep_view(lab, spec, result, learner="local", said={})
    assert wait_for(lab, spec).run == first.run
    client = open_client()
    group = client.get_experiment_by_name(lab.name).experiment_id
    runs = client.search_runs([group], filter_string="params.seed = '1'")
    assert [run.info.run_id for run in runs] == [first.run]
    assert time.process_time() - began < 20


def test_what_cannot_be_kept_says_why_and_may_be_tried_again(lab, monkeypatch, tmp_path):
    spec = lab.spec(knob="neighbours", seed=2)
    result = lab.run(spec)
    (tmp_path / "file").write_text("no folder")
    with monkeypatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/file/mlflow.db")
        keep_view(lab, spec, result, learner="local", said={})
        assert "not kept" in wait_for(lab, spec).problem
        assert write_command() == "mlflow ui"
        assert "set_tracking_uri" not in write_search(lab.name)
        assert name_place() == "in the store that MLFLOW_TRACKING_URI names"
    assert find_kept(lab, spec, learner="local") is None


def test_the_lines_that_find_a_run_again_find_it(lab, own_home):
    import subprocess
    import sys

    spec = lab.spec(knob="neighbours", seed=3)
    keep_view(lab, spec, lab.run(spec), learner="local", said={})
    kept = wait_for(lab, spec)
    program = write_search(lab.name) + "\nprint(' '.join(runs['run_id']))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=own_home,
    )
    assert kept.run in done.stdout.split()
    assert str(own_home) in write_command()


def buttons(app):
    return {button.label: button for button in app.button}


def show_dialog():
    """A page that is nothing but the dialog on the first view of a lesson."""
    from app.keep import show_keep
    from app.link import Link
    from app.training import obtain
    from core.lab import load_lab

    lab = load_lab("lost")
    show_keep(lab, Link("lost", lab.spec(), (), frozenset()), obtain(lab, lab.spec()))


def test_a_learner_keeps_a_view_from_the_page_with_what_they_predicted():
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page("../pages/tracking/lost.py").run()
    assert "Keep as a run" not in buttons(app), "nothing is told before the prediction"
    app.button_group(key="lost:choice").set_value("some").run()
    app.button_group(key="lost:sure").set_value("certain").run()
    buttons(app)["This is my answer"].click().run()
    assert "Keep as a run" in buttons(app)
    dialog = AppTest.from_function(show_dialog, default_timeout=120).run()
    buttons(dialog)["Keep it"].click().run()
    assert not dialog.exception
    lab = load_lab("lost")
    kept = wait_for(lab, lab.spec())
    tags = open_client().get_run(kept.run).data.tags
    assert tags["glassroom.prediction"] == "One or two"
    assert tags["glassroom.confidence"] == "certain"
    assert tags["glassroom.was_right"] == "no"
    assert tags["glassroom.asked"].startswith("You trained 10 models")
    dialog.run()
    assert kept.name in dialog.success[0].value
    assert "Keep it" not in buttons(dialog)


def test_in_a_class_nothing_is_kept_and_the_dialog_says_why(monkeypatch):
    monkeypatch.setattr("app.keep.current_learner", lambda: "ada")
    dialog = AppTest.from_function(show_dialog, default_timeout=120).run()
    assert "Keep it" not in buttons(dialog)
    assert "In a class nothing is kept as a run" in dialog.markdown[0].value


def test_a_look_without_a_prediction_logs_none(lab):
    spec = lab.spec(knob="neighbours", seed=4)
    keep_view(lab, spec, lab.run(spec), learner="local", said={})
    tags = open_client().get_run(wait_for(lab, spec).run).data.tags
    assert not [name for name in tags if name in {f"glassroom.{name}" for name in SAID}]
