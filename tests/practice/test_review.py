import pytest

from core.practice.bank import load_items, load_misconceptions
from core.practice.review import find_link_problem, review_item, review_key_places

KNOWN = {"swap", "paradox"}


@pytest.mark.parametrize("item", load_items(), ids=lambda item: item.id)
def test_the_item_keeps_the_rules_of_good_items(item) -> None:
    assert review_item(item, load_misconceptions()) == ()


def test_the_keys_of_the_bank_stand_evenly() -> None:
    assert review_key_places(load_items()) is None


@pytest.mark.parametrize("name", load_misconceptions())
def test_a_misconception_links_to_a_run_that_exists(name: str) -> None:
    misconception = load_misconceptions()[name]
    links = [misconception.refuted_by, misconception.compared_with]
    assert [find_link_problem(link) for link in links if link] == [None for link in links if link]


def test_a_sound_draft_has_no_problem(draft) -> None:
    assert review_item(draft.single(), KNOWN) == ()
    assert review_item(draft.numeric(), KNOWN) == ()


@pytest.mark.parametrize(
    ("stem", "problem"),
    [
        ("Name the metric.", "the stem must end with its question"),
        ("A model is good. Which is not a metric?", "'not' in a question is easily overlooked"),
        ("Which of these would you never report?", "'never' in a question"),
        ("Which holds, except for trees?", "'except' in a question"),
        ("Which costs least?", "'least' in a question"),
    ],
)
def test_a_faulty_stem_is_told(draft, stem: str, problem: str) -> None:
    assert [problem in told for told in review_item(draft.single(stem=stem), KNOWN)] == [True]


@pytest.mark.parametrize(
    "stem",
    [
        "It is not new. What is it?",
        "Which is **NOT** a metric?",
        "Are at least 2 false?",
        'What does "not fitted" mean?',
    ],
)
def test_a_fair_negation_is_let_through(draft, stem: str) -> None:
    assert review_item(draft.single(stem=stem), KNOWN) == ()


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (("Accuracy", "Recall", " recall"), "two options read the same"),
        (("Accuracy", "Recall", "All of the above"), "refers to the others"),
        (("Accuracy", "Recall", "None of these options"), "refers to the others"),
        (("Accuracy", "Recall", "Both of the above"), "refers to the others"),
        (("0.1", "0.3", "0.2"), "numbers must ascend"),
        (("0.1", "10 %", "0.2"), "numbers must ascend"),
        (("Fifteen letters", "Ten chars.", "Short"), "the key has 15 characters"),
    ],
)
def test_faulty_options_are_told(draft, texts, problem: str) -> None:
    options = [draft.option(n, text=t, correct=n == "a") for n, t in zip("abc", texts, strict=True)]
    assert [problem in told for told in review_item(draft.single(options=options), KNOWN)] == [True]


def test_a_key_up_to_forty_percent_longer_is_let_through(draft) -> None:
    texts = ("Fourteen chars", "Ten chars.", "Short")
    options = [draft.option(n, text=t, correct=n == "a") for n, t in zip("abc", texts, strict=True)]
    assert review_item(draft.single(options=options), KNOWN) == ()


def test_an_unknown_misconception_is_told(draft) -> None:
    told = review_item(draft.numeric(), {"swap"})
    assert told == ("draft: the misconception 'paradox' is described in no file of the bank.",)


def test_copied_feedback_is_told(draft) -> None:
    options = draft.single_raw()["options"]
    options[2]["feedback"] = options[1]["feedback"]
    assert "is given twice" in review_item(draft.single(options=options), KNOWN)[0]
    misses = draft.numeric_raw()["near_misses"]
    misses[0]["feedback"] = "Yes, 40 of 50."
    assert "is given twice" in review_item(draft.numeric(near_misses=misses), KNOWN)[0]


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("no-such-lesson", "There is no lab called 'no-such-lesson'"),
        ("thresholds?colour=red", "There is no setting 'colour'"),
        ("thresholds?threshold=high", "threshold must be a finite number"),
        ("thresholds?threshold=3", "A threshold is compared with scores from 0 to 1"),
        ("thresholds?data=no-such-table", "no-such-table"),
        ("thresholds?seed=1&seed=2", "names a setting twice"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(draft, link: str, problem: str) -> None:
    told = review_item(draft.single(refs=[link]), KNOWN)
    assert len(told) == 1
    assert problem in told[0]


def test_keys_that_crowd_in_one_place_are_told(draft) -> None:
    def at(place: int, n: int) -> list:
        options = [
            draft.option(name, text=name, correct=i == place) for i, name in enumerate("abc")
        ]
        return [draft.single(options=options)] * n

    assert review_key_places(at(0, 20)) == (
        "the keys stand unevenly: [20, 0, 0] times in places 1 to 3. Move some."
    )
    assert review_key_places(at(0, 19)) is None
    assert review_key_places([*at(0, 8), *at(1, 7), *at(2, 7)]) is None
