"""What the bank promises about its keys and its wrong answers, counted over the whole bank."""

import pytest

from core.practice.bank import load_items, load_misconceptions
from core.practice.entry import parts_of
from core.practice.exam.blueprint import load_blueprints
from core.practice.statistics.words import tabulate_chapters

GUIDE = load_blueprints()["databricks-ml-associate"]
BY_RUN = {"metrics", "bias_variance", "validation", "search", "data", "tracking", "automl"}


def share_proved(entries):
    return sum(entry.check is not None for entry in entries) / len(entries)


@pytest.mark.parametrize("domain", ["data-processing", "model-development"])
def test_a_run_proves_most_keys_of_what_can_be_run(domain):
    (part,) = (each for each in GUIDE.domains if each.id == domain)
    about = [e for e in load_items() if any(o.covers(e) for o in part.objectives)]
    assert len(about) >= 2 * len(part.objectives)
    assert share_proved(about) >= 0.6


@pytest.mark.parametrize("chapter", sorted(BY_RUN))
def test_a_run_proves_most_keys_of_the_chapter(chapter):
    assert share_proved([e for e in load_items() if e.chapter == chapter]) >= 0.6


def test_every_wrong_choice_names_a_belief_so_a_report_can():
    known = load_misconceptions()
    for item in load_items():
        wrong = [option for option in item.options if not option.correct]
        parts = [*wrong, *item.near_misses]
        assert all(part.misconception in known for part in parts), item.id
        if item.type in {"order", "match"}:
            assert item.misconceptions, item.id
            assert parts_of(item)


def test_the_table_of_chapters_counts_every_question_once():
    table = tabulate_chapters(load_items(), {"metrics": "Metrics", "nothing": "Nothing here"})
    assert table["Questions"].sum() == len(load_items())
    assert table["Chapter"][0] == "Metrics"
    assert "Nothing here" not in set(table["Chapter"])
    n_run = sum(int(said.split()[0]) for said in table["Proved by a run"])
    assert n_run == sum(item.check is not None for item in load_items())
