"""How reliable the marks of a paper are: alpha where it is defined, and nothing where it is not."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.practice.bank import load_items
from core.practice.rerun import is_quick
from core.practice.statistics.measures import find_alpha
from core.practice.statistics.papers import gather_sittings, measure_papers, tell_paper
from core.store import open_store

ROOT = Path(__file__).parents[2]


def sit(learner, scores, *, seeds=None, sitting="s", gone=()):
    seeds = seeds or [None] * len(scores)
    rows = [["d", "o", f"q{at}", 1, seed, []] for at, seed in enumerate(seeds)]
    paper = {"blueprint": "glassroom", "n": len(scores), "seed": 1, "questions": rows}
    store = open_store()
    store.append(learner=learner, kind="exam", subject=sitting + learner, body={"paper": paper})
    marks = [{"state": "gone" if at in gone else "right" if score else "wrong"}
             for at, score in enumerate(scores)]  # fmt: skip
    store.append(
        learner=learner, kind="exam result", subject=sitting + learner, body={"marks": marks}
    )


def draw(n_people, n_items=12, seed=0):
    rng = np.random.default_rng(seed)
    able, hard = rng.normal(0, 1.5, (n_people, 1)), rng.normal(0, 1, n_items)
    return (rng.random((n_people, n_items)) < 1 / (1 + np.exp(hard - able))).astype(int)


def test_the_alpha_of_a_paper_is_kuder_and_richardsons_formula_20() -> None:
    scores = draw(40)
    for at, row in enumerate(scores):
        sit(f"p{at}", row)
    (paper,) = measure_papers(gather_sittings(open_store()))
    p, total = scores.mean(axis=0), scores.sum(axis=1)
    k, n = scores.shape[1], len(scores)
    kr20 = k / (k - 1) * (1 - (p * (1 - p)).sum() / (total.var()))
    assert paper.alpha.value == pytest.approx(kr20, abs=1e-12)
    assert (paper.n_people, paper.n_questions) == (n, k)
    assert paper.error == pytest.approx(total.std(ddof=1) * np.sqrt(1 - kr20))
    assert "sat by 40 people. Alpha 0." in tell_paper(paper, "What Glassroom teaches")


def test_the_interval_of_alpha_holds_the_truth_19_times_of_20() -> None:
    # Parallel items: the true alpha is k·1 / (k·1 + 4) for abilities of variance 1 and errors of 4.
    rng, k = np.random.default_rng(2), 10
    inside = 0
    for _ in range(600):
        scores = rng.normal(size=(40, 1)) + rng.normal(0, 2, (40, k))
        found = find_alpha(scores)
        inside += found.low < k / (k + 4) < found.high
    assert 0.93 <= inside / 600 <= 0.97


def test_alpha_is_hidden_below_thirty_people() -> None:
    for at, row in enumerate(draw(29)):
        sit(f"p{at}", row)
    (paper,) = measure_papers(gather_sittings(open_store()))
    assert (paper.alpha.value, paper.error) == (None, None)
    assert "It takes 30 people, there are 29." in tell_paper(paper, "x")


def test_people_with_other_numbers_sat_another_paper() -> None:
    for at, row in enumerate(draw(6)):
        sit(f"p{at}", row, seeds=[at % 2] * 12)
    assert [paper.n_people for paper in measure_papers(gather_sittings(open_store()))] == [3, 3]
    open_store().append(learner="lonely", kind="exam", subject="x", body={
        "paper": {"blueprint": "g", "questions": []}})  # fmt: skip
    assert len(measure_papers(gather_sittings(open_store()))) == 2


def test_only_the_first_sitting_of_a_paper_counts() -> None:
    for name in ("ana", "ben"):
        sit(name, [1, 0, 1])
        sit(name, [1, 1, 1], sitting="again")
    (paper,) = measure_papers(gather_sittings(open_store()))
    assert paper.n_people == 2


def test_a_question_that_left_the_bank_leaves_alpha_undefined() -> None:
    for at, row in enumerate(draw(32)):
        sit(f"p{at}", row, gone=(3,))
    (paper,) = measure_papers(gather_sittings(open_store()))
    assert paper.alpha.value is None
    assert "same questions" in paper.alpha.reason


def open_page() -> AppTest:
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page("../pages/questions.py").run()
    assert not app.exception
    return app


def words(app) -> str:
    return "\n".join(str(part.value) for part in [*app.subheader, *app.markdown, *app.caption])


def test_the_page_shows_alpha_where_a_class_sat_one_paper() -> None:
    assert "Whole papers" not in words(open_page())
    for at, row in enumerate(draw(31)):
        sit(f"p{at}", row)
    said = words(open_page())
    assert "**What Glassroom teaches**, 12 questions, sat by 31 people. Alpha" in said
    assert "It is defined only where all had the same questions" in said.replace("\n", " ")


BUGS = [item for item in load_items() if item.bug]


def test_every_bug_can_be_run_at_a_press() -> None:
    assert [item.id for item in BUGS if not is_quick(item)] == []


def test_run_it_shows_that_the_program_fails_and_that_only_the_right_change_cures_it() -> None:
    def page(name: str) -> None:
        from app.prove import ask_for_run, show_run
        from core.practice.bank import load_item

        item = load_item(name)
        if ask_for_run(item):
            show_run(item)

    item = BUGS[0]
    app = AppTest.from_function(page, args=(item.id,), default_timeout=60).run()
    assert [button.label for button in app.button] == ["Run it"]
    app.button[0].click().run()
    assert not app.exception
    said = words(app)
    assert "Run just now on this machine, it found:" in said
    n = 1 + len(item.options) + len(item.check.expect)
    assert f"All {n} statements behind this answer hold." in said
