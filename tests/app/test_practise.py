"""The last beat: the same questions after a reload, other numbers when asked, and old answers kept."""

from pathlib import Path
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from app.course import find_pages
from app.learner import LOCAL
from core.practice.bank import load_families, load_item, load_items
from core.practice.draw import choose_variant, reopen_item
from core.practice.grade import show_key
from core.store import open_store

ROOT = Path(__file__).parents[2]
LESSON = "regression"
FAMILY = next(family for family in load_families(LESSON) if family.type == "numeric")
PLAIN = next(item for item in load_items(LESSON) if item.seed is None)


def keep(kind: str, subject: str, body: dict, name: str | None = None) -> None:
    open_store().append(
        learner=LOCAL, kind=kind, subject=subject, body=body, id=name or uuid4().hex
    )


def events(kind: str, subject: str | None = None):
    return open_store().events(LOCAL, kind, subject)


def open_lesson() -> AppTest:
    keep("prediction", LESSON, {"answer": "skipped", "sure": None})
    page = next(page for page in find_pages() if page.name == LESSON)
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.query_params["hide"] = "predict"
    app.switch_page(str(Path("..") / page.path.relative_to(ROOT))).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.success, *app.error, *app.caption]
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def asked(draw) -> list:
    """The questions of a draw, with their numbers."""
    seeds = draw.body["seeds"]
    return [reopen_item(name, seeds.get(name), otherwise=0) for name in draw.body["items"]]


def answer_of(draw: str, item, **changes) -> dict:
    said = {"lesson": LESSON, "version": item.version, "draw": draw, "state": "wrong",
            "misconception": None, "answer": "999.9"}  # fmt: skip
    return said | changes


def test_a_reload_finds_the_same_questions_and_four_more_bring_other_numbers():
    app = open_lesson()
    first = asked(events("practice")[-1])
    for item in first:
        assert item.stem in words(app)
    app = open_lesson()
    assert len(events("practice")) == 1
    for item in first:
        assert item.stem in words(app)
    for _ in range(4):
        press(app, "Four more questions")
    met = [(item.id, item.seed) for draw in events("practice") for item in asked(draw)]
    of_families = [variant for variant in met if variant[1] is not None]
    assert len(of_families) > 4
    assert len(set(of_families)) == len(of_families), "no numbers come twice"


def test_events_from_before_there_were_variants_are_read():
    draw = uuid4().hex
    keep("practice", LESSON, {"items": [PLAIN.id, FAMILY.id, "no-longer-there"]}, draw)
    wrong = next(option for option in PLAIN.options if not option.correct)
    keep("answer", PLAIN.id, answer_of(draw, PLAIN, answer=wrong.id), f"{draw}:{PLAIN.id}")
    keep("answer", FAMILY.id, answer_of(draw, FAMILY, version=1), f"{draw}:{FAMILY.id}")
    said = words(open_lesson())
    assert wrong.feedback in said
    assert reopen_item(FAMILY.id, None, otherwise=int(draw[:8], 16)).stem in said
    assert said.count("Not this one.") == 1, "the question with numbers is asked anew"


def test_an_answer_to_a_question_that_has_changed_is_shown_as_it_was():
    draw = uuid4().hex
    item = load_item(FAMILY.id, 0) or reopen_item(FAMILY.id, None, otherwise=0)
    keep("practice", LESSON, {"items": [item.id], "seeds": {item.id: item.seed}}, draw)
    old = {"stem": "What was asked in version 1?", "code": None, "options": [], "key": "42 of old",
           "feedback": "It was otherwise then."}  # fmt: skip
    body = answer_of(draw, item, version=1, seed=item.seed, asked=old, answer="*7*")
    keep("answer", item.id, body)
    said = words(open_lesson())
    assert "What was asked in version 1?" in said
    assert "It was otherwise then." in said
    assert "The answer is **42 of old**" in said
    assert "Here it is as it was." in said
    assert item.stem not in said
    assert "*7*" not in said.replace("\\*7\\*", ""), "what was typed is shown letter by letter"


def test_a_wrong_answer_offers_other_numbers_and_a_right_one_does_not():
    draw = uuid4().hex
    item = reopen_item(FAMILY.id, None, otherwise=1)
    keep("practice", LESSON, {"items": [item.id], "seeds": {item.id: item.seed}}, draw)
    body = answer_of(draw, item, seed=item.seed)
    keep("answer", item.id, body)
    app = open_lesson()
    assert f"The answer is **{show_key(item)}**" in words(app)
    press(app, "Run it")
    assert "behind this answer hold" in words(app)
    assert "Try it with other numbers" in [button.label for button in app.button]
    other = choose_variant(FAMILY, seed=1, met=[item.seed])
    keep("other numbers", item.id, {"draw": draw, "seed": other.seed})
    app = open_lesson()
    assert other.stem in words(app)
    assert item.stem not in words(app)
    right = answer_of(draw, other, seed=other.seed, state="right", answer=repr(other.answer.value))
    keep("answer", item.id, right)
    app = open_lesson()
    assert "**Right.**" in words(app)
    assert "Try it with other numbers" not in [button.label for button in app.button]


@pytest.mark.parametrize(
    "lesson", sorted({i.lesson for i in load_items() if i.chapter == "metrics"})
)
def test_every_lesson_of_metrics_has_two_families(lesson):
    assert len(load_families(lesson)) >= 2
