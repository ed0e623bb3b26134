"""A paper: what the blueprint says, the same for the same seed, new questions first, keys spread."""

from collections import Counter

import pytest
from scipy.stats import chisquare

from app.course import CHAPTERS
from core.errors import SpecError
from core.practice.bank import are_numbers, load_item
from core.practice.exam.blueprint import find_gaps, load_blueprints, share_out
from core.practice.exam.course import course_blueprint
from core.practice.exam.paper import draw_paper, read_paper, write_paper

DATABRICKS = load_blueprints()["databricks-ml-associate"]
COURSE = course_blueprint({chapter.folder: chapter.title for chapter in CHAPTERS})


@pytest.mark.parametrize("seed", range(5))
def test_a_paper_over_the_course_has_each_domains_share_and_no_question_twice(seed):
    for n in COURSE.forms:
        paper = draw_paper(COURSE, n, seed=seed)
        assert Counter(q.domain for q in paper.questions) == Counter(share_out(COURSE, n))
        assert len({q.item for q in paper.questions}) == n


def test_the_same_seed_draws_the_same_paper_and_another_seed_another():
    first, again, other = (draw_paper(COURSE, 24, seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert first.questions != other.questions


def test_a_paper_can_be_written_down_and_read():
    paper = draw_paper(COURSE, 24, seed=1)
    assert read_paper(write_paper(paper)) == paper


def test_an_objective_without_items_is_left_out_and_no_other_takes_its_place():
    gaps = {objective.id for objective in find_gaps(DATABRICKS)}
    paper = draw_paper(DATABRICKS, 48, seed=0)
    asked = [q.objective for q in paper.questions]
    assert len(asked) == len(set(asked)) == 48 - len(gaps)
    assert not gaps & set(asked)


def test_every_question_is_about_its_objective():
    objectives = {o.id: o for domain in DATABRICKS.domains for o in domain.objectives}
    for seed in range(5):
        for question in draw_paper(DATABRICKS, 48, seed=seed).questions:
            assert objectives[question.objective].covers(load_item(question.item, question.seed))


def test_questions_not_met_yet_come_first_and_then_with_new_numbers():
    met, asked = {}, []
    for seed in range(4):
        paper = draw_paper(COURSE, 24, seed=seed, met=met)
        for question in paper.questions:
            met.setdefault(question.item, []).append(question.seed or 0)
            asked.append((question.item, question.seed))
    repeated = [pair for pair, n in Counter(asked).items() if n > 1 and pair[1] is not None]
    assert repeated == []
    assert len(met) >= 60, "with 24 a paper, four papers hardly repeat an item"


def test_over_many_papers_the_key_stands_in_each_place_as_often():
    places = Counter()
    n_options = Counter()
    for seed in range(20):
        for question in draw_paper(COURSE, 24, seed=seed).questions:
            item = load_item(question.item, question.seed)
            if item.type != "single" or are_numbers(item.options):
                continue
            key = next(option.id for option in item.options if option.correct)
            places[question.order.index(key)] += 1
            n_options[len(item.options)] += 1
    expected = [
        sum(n / size for size, n in n_options.items() if size > place)
        for place in range(max(n_options))
    ]
    assert chisquare([places[p] for p in range(len(expected))], expected).pvalue > 0.001


def test_a_length_that_is_not_offered_is_refused():
    with pytest.raises(SpecError, match="48, 24, 10 questions, not 12"):
        draw_paper(DATABRICKS, 12, seed=0)
