"""The lesson on lost experiments: what the notes leave open is counted anew, by hand and by training."""

import pytest

from core.errors import SpecError
from core.tracking.lost.answers import QUESTIONS, count_possible
from core.tracking.lost.figures import plot_possible, plot_scores
from core.tracking.lost.lab import LAB, LostSpec, name_slow_part, read_notes
from core.tracking.lost.notes import WAYS, keep_notes
from core.tracking.lost.words import (
    OPTIONS,
    again_formula,
    find_answer,
    tabulate_answers,
    tabulate_runs,
    tell_again,
    tell_answered,
    tell_best,
    tell_notes,
    tell_rows,
    tell_ways,
)
from core.tracking.session import retrain, train_session
from core.tracking.session_store import keep_session


def look(**settings):
    return read_notes(LostSpec(**settings))


@pytest.fixture(scope="module")
def session():
    return train_session(LostSpec().session)


def test_tracked_runs_answer_all_questions_printed_scores_none():
    result = look()
    answered = (result.n_answered_printed, result.n_answered_named, result.n_answered_tracked)
    assert answered == (0, 1, 5)
    assert find_answer(result) == "none"
    assert find_answer(look(notes="tracked")) == "all"
    assert find_answer(look(notes="named")) == "some"


def test_several_printed_lines_show_the_same_highest_score(session):
    printed = [f"auc {score:.2f}" for score in session.runs["roc_auc"]]
    notes = keep_notes(session, "printed")
    assert notes.text.splitlines() == printed
    assert look().possible_best == printed.count(max(printed)) > 1
    assert session.runs["roc_auc"].nunique() == len(printed)  # with all decimals there is one


def test_what_the_notes_leave_open_is_what_could_have_been(session):
    """A second count: over plain lists, without the notes' own code."""
    params = {
        number: dict(zip(part["name"], part["value"], strict=True))
        for number, part in session.params.groupby("number")
    }
    scores = dict(zip(session.runs["number"], session.runs["roc_auc"], strict=True))
    top = max(round(score, 2) for score in scores.values())
    tied = [number for number, score in scores.items() if round(score, 2) == top]
    kinds = {params[number]["model"] for number in tied}
    same_kind = [number for number in params if params[number]["model"] in kinds]
    named, printed = look(notes="named"), look()
    assert named.possible_settings == len(same_kind)
    assert named.possible_again == 2 * len(same_kind)
    assert printed.possible_settings == len(params)
    assert printed.possible_again == 2 * len(params)
    assert printed.possible_trees == len(params) + 1
    assert printed.possible_rows == named.possible_rows == 2


def test_trained_again_with_the_kept_params_the_score_is_the_same_to_the_last_digit(session):
    result = look(notes="tracked")
    best = session.runs.loc[session.runs["roc_auc"].idxmax()]
    assert (result.best, result.best_score) == (best["number"], best["roc_auc"])
    assert result.is_reproduced
    assert result.again_score == best["roc_auc"]


def test_on_other_rows_the_same_settings_give_another_score(session):
    result = look()
    chosen = session.params[session.params["number"] == result.best]
    texts = dict(zip(chosen["name"], chosen["value"], strict=True))
    assert texts["model"] == "logistic"
    weight = None if texts["class_weight"] == "None" else texts["class_weight"]
    settings = {"model": "logistic", "C": float(texts["C"]), "class_weight": weight}
    scores = [retrain(session.spec, settings | {"split_seed": seed}) for seed in (0, 1)]
    assert scores[int(texts["split_seed"])] == result.best_score
    assert scores[0] != scores[1]


def test_halfway_the_rows_were_dealt_anew(session):
    result = look()
    assert session.runs["split_seed"].tolist() == [0] * 5 + [1] * 5
    assert result.n_same_rows == 5
    assert f"{result.n_runs - result.n_same_rows} of 10" in tell_rows(result)


def test_the_number_of_trees_is_read_from_names_and_runs_alone(session):
    n_trees = int((session.runs["model"] == "tree").sum())
    assert look().n_trees == n_trees
    for way in ("named", "tracked"):
        known = keep_notes(session, way).known
        assert (known["model"] == "tree").sum() == n_trees
        assert count_possible(session, keep_notes(session, way))["trees"] == 1


@pytest.mark.parametrize("notes", WAYS)
def test_words_tables_and_pictures_say_what_was_found(notes):
    result = look(notes=notes)
    assert find_answer(result) in OPTIONS
    assert f"{result.n_answered} of 5" in tell_answered(result)
    assert tell_notes(result)
    assert str(result.possible_settings) in tell_best(result) or notes == "tracked"
    assert all(f" {n}" in tell_ways(result) for n in (0, 1, 5))
    assert "to the last digit" in tell_again(result)
    assert again_formula(result).value == str(result.possible_again)
    table = tabulate_answers(result)
    assert table["Question"].tolist() == list(QUESTIONS.values())
    assert (table.iloc[:, 1:] == "answered").sum().tolist() == [0, 1, 5]
    assert len(tabulate_runs(result)) == result.n_runs
    for figure in (plot_scores(result), plot_possible(result)):
        assert len(figure.layout.title.text) < 44
    points = sum(len(trace.x) for trace in plot_scores(result).data)
    assert points == result.n_runs


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"printed, named, tracked, got 'memory'\. Choose one"):
        LostSpec(notes="memory")
    with pytest.raises(SpecError, match="has 4 to 20 trainings, got 3"):
        LostSpec(n_runs=3)
    with pytest.raises(SpecError, match="A seed is a whole number"):
        LostSpec(seed=-1)
    with pytest.raises(SpecError, match="part two classes"):
        LostSpec(data="diabetes")


def test_only_another_afternoon_is_a_job():
    assert name_slow_part(LostSpec(notes="tracked")) is None
    slow = name_slow_part(LostSpec(seed=1))
    assert slow is not None
    assert slow.run is keep_session
    assert set(LAB.presets) == {"default", "named", "tracked", "tumours"}
