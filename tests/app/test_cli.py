"""The command line reads the same specs as the pages."""

import json

import pytest

from app.cli import main
from core.lab import find_labs, load_lab
from core.practice.proof import Claim, Proof

NO = Claim("1 = 2", holds=False)


def test_labs_lists_every_lab_with_its_question(capsys):
    assert main(["labs"]) == 0
    said = capsys.readouterr().out
    for entry in find_labs():
        assert entry.name in said
        assert entry.question in said


def test_a_lab_run_on_the_command_line_gives_the_numbers_of_the_page(capsys):
    assert main(["run", "thresholds", "--set", "data=breast_cancer", "cost_miss=50", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    lab = load_lab("thresholds")
    result = lab.run(lab.spec(data="breast_cancer", cost_miss=50.0))
    assert said["spec"]["data"] == "breast_cancer"
    text = json.dumps(said)
    assert f'"roc_auc": {json.dumps(result.roc_auc)}' in text


def test_a_preset_is_a_start_that_settings_change(capsys):
    assert main(["run", "thresholds", "--preset", "screening", "--set", "cost_miss=7"]) == 0
    said = capsys.readouterr().out
    assert "Is 95 % accuracy good?" in said
    assert "roc_auc" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "no-such-lab"], "There is no lab called 'no-such-lab'"),
        (["run", "thresholds", "--set", "threshold=high"], "threshold"),
        (["run", "thresholds", "--set", "threshold"], "written name=value, got 'threshold'"),
        (["run", "thresholds", "--preset", "x"], "has no preset 'x'. It has: default"),
    ],
)
def test_a_mistake_ends_in_a_sentence_and_the_code_2(capsys, arguments, sentence):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_doctor_names_versions_paths_and_what_is_about_to_hurt(capsys, new_home, monkeypatch):
    monkeypatch.setattr("app.doctor.LOW_DISK_MB", 10**12)
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for word in ("Python", "streamlit", "SQLite", str(new_home), "none yet"):
        assert word in said
    assert "! Nearly full" in said


def test_bank_check_proves_the_deployed_variants_again(capsys):
    assert main(["bank", "check", "log_target"]) == 0
    assert capsys.readouterr().out == "Every key of 1 lessons was proved again.\n"


def test_bank_check_lists_what_has_changed(capsys, monkeypatch):
    monkeypatch.setattr("core.practice.build.prove", lambda item: Proof(item.id, {}, (NO,)))
    assert main(["bank", "check", "log_target"]) == 2
    said = capsys.readouterr().err
    assert "half-above-yet-too-low: the run refutes: 1 = 2." in said
    assert said.count("two-flats-through-the-logarithm, seed ") == 40


def test_bank_build_names_a_lesson_that_is_not_there(capsys):
    assert main(["bank", "build", "no-such-lesson"]) == 2
    assert "The bank has no lesson 'no-such-lesson'. It has: " in capsys.readouterr().err
