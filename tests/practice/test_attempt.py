"""An answer stays readable, whatever becomes of its question."""

import json

from core.practice.attempt import (
    is_about,
    is_kept_without_its_question,
    name_attempt,
    write_attempt,
)
from core.practice.bank import load_families
from core.practice.draw import choose_variant, shuffled_options
from core.practice.grade import grade
from core.store.event import write_body

FAMILY = load_families()[0]
ITEM = choose_variant(FAMILY, seed=1)
OTHER = choose_variant(FAMILY, seed=1, met=[ITEM.seed])


def attempt(item, answer="0.1", draw="d1"):
    options = shuffled_options(item, seed=3)
    body = write_attempt(item, options, draw=draw, answer=answer, verdict=grade(item, answer))
    return json.loads(write_body(body))


def test_an_attempt_holds_what_was_asked_and_what_was_right(draft) -> None:
    body = attempt(ITEM)
    assert (body["version"], body["seed"], body["answer"]) == (ITEM.version, ITEM.seed, "0.1")
    assert body["asked"]["stem"] == ITEM.stem
    assert body["asked"]["key"] == grade(ITEM, "0.1").key
    single = draft.single()
    shown = [[o.id, o.text] for o in shuffled_options(single, seed=3)]
    assert attempt(single, "b")["asked"]["options"] == shown


def test_an_attempt_belongs_to_one_variant_of_one_draw() -> None:
    body = attempt(ITEM)
    assert is_about(body, ITEM, "d1")
    assert not is_about(body, ITEM, "d2")
    assert not is_about(body, OTHER, "d1")
    assert not is_about(body, ITEM.model_copy(update={"version": 99}), "d1")
    names = {name_attempt(item, draw) for item in (ITEM, OTHER) for draw in ("d1", "d2")}
    assert len(names) == 4


def test_an_answer_outlives_a_question_that_was_rewritten() -> None:
    body = attempt(ITEM)
    newer = ITEM.model_copy(update={"version": 99, "stem": "Otherwise?"})
    assert is_kept_without_its_question(body, newer, draw="d1", seed=ITEM.seed)
    assert is_kept_without_its_question(body, OTHER, draw="d1", seed=ITEM.seed), (
        "no longer deployed"
    )
    assert not is_kept_without_its_question(body, ITEM, draw="d1", seed=ITEM.seed)
    assert not is_kept_without_its_question(body, OTHER, draw="d1", seed=OTHER.seed), "new numbers"
    assert not is_kept_without_its_question(body, newer, draw="d2", seed=ITEM.seed)


def test_an_answer_from_before_there_were_variants_is_read(draft) -> None:
    plain = draft.single()
    old = {"lesson": "thresholds", "version": 1, "draw": "d1", "answer": "b", "state": "wrong",
           "misconception": "swap"}  # fmt: skip
    assert is_about(old, plain, "d1")
    assert not is_about(old, ITEM, "d1")
    assert not is_kept_without_its_question(old, ITEM, draw="d1", seed=None)
