"""Blueprints: the published shares, the arithmetic of remainders, and faulty files."""

import pytest

from app.course import CHAPTERS
from core.practice.bank import load_entries
from core.practice.exam.blueprint import find_gaps, load_blueprints, read_blueprint, share_out
from core.practice.exam.course import course_blueprint
from core.practice.strict_yaml import BankError

DATABRICKS = load_blueprints()["databricks-ml-associate"]
COURSE = course_blueprint({chapter.folder: chapter.title for chapter in CHAPTERS})


@pytest.mark.parametrize(
    ("n", "shares"), [(48, [18, 9, 15, 6]), (24, [9, 5, 7, 3]), (10, [4, 2, 3, 1])]
)
def test_the_questions_are_shared_out_as_the_guide_weighs_its_domains(n, shares):
    assert list(share_out(DATABRICKS, n).values()) == shares


def test_the_guide_has_as_many_objectives_as_questions():
    counts = [len(domain.objectives) for domain in DATABRICKS.domains]
    assert counts == [18, 9, 15, 6]
    assert sum(counts) == DATABRICKS.questions


@pytest.mark.parametrize("blueprint", [DATABRICKS, COURSE], ids=lambda blueprint: blueprint.id)
def test_shares_are_whole_and_add_up_and_lie_within_one_of_the_weights(blueprint):
    for n in blueprint.forms:
        shares = share_out(blueprint, n)
        assert sum(shares.values()) == n
        for domain in blueprint.domains:
            assert abs(shares[domain.id] - domain.weight * n / 100) < 1


def test_each_question_has_as_much_time_as_in_the_whole_exam():
    assert DATABRICKS.seconds(48) == 90 * 60
    assert DATABRICKS.seconds(10) == 1125


def test_every_lesson_with_items_is_an_objective_of_the_course():
    named = {name for d in COURSE.domains for o in d.objectives for name in o.lessons}
    chapters = {chapter.folder for chapter in CHAPTERS}
    assert named == {entry.lesson for entry in load_entries() if entry.chapter in chapters}
    beyond = {entry.chapter for entry in load_entries()} - chapters
    assert beyond == {"platform"}, "questions about a platform belong to no lesson of the course"
    assert find_gaps(COURSE) == ()


def test_every_name_in_a_blueprint_is_a_name_of_the_bank():
    objectives = {entry.objective for entry in load_entries()}
    lessons = {entry.lesson for entry in load_entries()}
    for domain in DATABRICKS.domains:
        for objective in domain.objectives:
            assert {*objective.objectives} <= objectives, objective.id
            assert {*objective.lessons} <= lessons, objective.id


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('weight: "12"', 'weight: "13"', "add up to 100, got 101"),
        ('questions: "48"', 'questions: "47"', "the first of the forms is the whole exam"),
        ("id: split-traffic", "id: batch-or-live", "an id of its own"),
        ('checked_on: "2026-11-21"', 'checked_on: "soon"', "checked_on"),
    ],
)
def test_a_faulty_blueprint_is_refused_with_the_reason(tmp_path, old, new, says):
    from core.practice.exam.blueprint import BLUEPRINTS

    text = (BLUEPRINTS / "databricks-ml-associate.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "faulty.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BankError, match=says):
        read_blueprint(path)
