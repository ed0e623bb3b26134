"""Threat T18 and fault F40: each person has one vote, and the room is counted while all vote at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.rooms import Polls
from core.rooms.polls import MAX_VOTES
from core.store import open_store

ROOM = "K7M2PQ4X"


def everybody(_learner):
    return True


@pytest.fixture
def store(new_home):
    store = open_store(new_home)
    yield store
    store.close()


@pytest.fixture
def polls(store):
    return Polls(store)


@pytest.fixture
def poll(polls):
    return polls.ask(ROOM, "Which error grows?", ["Bias", "Variance", "", "Neither"])


def test_a_question_is_found_again_after_a_restart_with_its_votes(store, polls, poll):
    assert poll.options == ("Bias", "Variance", "Neither"), "an empty answer is left out"
    polls.vote("mia", poll, 1)
    again = Polls(store)
    assert again.current(ROOM) == poll
    assert again.current("ANOTHER2") is None
    assert again.is_open(poll)
    assert again.choice_of("mia", poll) == 1
    assert again.count(poll, everybody) == (0, 1, 0)


def test_t18_three_hundred_voters_with_ten_votes_each_are_three_hundred(store, polls, poll):
    def vote(number):
        for turn in range(10):
            polls.vote(f"p{number}", poll, (number + turn) % 3)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(vote, range(300)))
    expected = [sum((number + 9) % 3 == place for number in range(300)) for place in range(3)]
    assert polls.count(poll, everybody) == tuple(expected)
    assert Polls(store).count(poll, everybody) == tuple(expected), "the disk says the same"
    assert len(store.everyone("vote")) == 3000


def test_t18_a_flood_of_votes_of_one_person_ends(store, polls, poll):
    for turn in range(MAX_VOTES):
        polls.vote("mia", poll, turn % 2)
    for found in (polls, Polls(store)):
        with pytest.raises(SpecError, match=r"answered 20 times\. The last one counts"):
            found.vote("mia", poll, 2)
        assert found.count(poll, everybody) == (0, 1, 0)


def test_t18_after_the_end_no_vote_counts(polls, poll):
    polls.vote("mia", poll, 0)
    polls.close(poll)
    polls.close(poll)
    with pytest.raises(SpecError, match="This question is closed"):
        polls.vote("mia", poll, 1)
    assert polls.count(poll, everybody) == (1, 0, 0)


def test_f40_three_hundred_vote_at_once_while_the_teacher_counts(store, polls, poll):
    start = threading.Barrier(301)
    seen = []

    def vote(number):
        start.wait(60)
        polls.vote(f"p{number}", poll, number % 3)

    voters = [threading.Thread(target=vote, args=(number,)) for number in range(300)]
    for voter in voters:
        voter.start()
    start.wait(60)
    while any(voter.is_alive() for voter in voters):
        seen.append(sum(polls.count(poll, everybody)))
    assert seen == sorted(seen), "the count only grows"
    assert polls.count(poll, everybody) == (100, 100, 100)
    assert Polls(store).count(poll, everybody) == (100, 100, 100)


def test_a_new_question_closes_the_one_before(polls, poll):
    second = polls.ask(ROOM, "And now?", ["Yes", "No"])
    assert polls.current(ROOM) == second
    assert not polls.is_open(poll)
    assert polls.is_open(second)


def test_who_left_the_class_is_not_counted(polls, poll):
    for learner in ("mia", "ben"):
        polls.vote(learner, poll, 0)
    assert polls.count(poll, lambda learner: learner != "ben") == (1, 0, 0)


@pytest.mark.parametrize(
    ("question", "options", "sentence"),
    [
        (" ", ["a", "b"], "needs words"),
        ("Why?", ["a"], "2 to 6 answers, got 1"),
        ("Why?", list("abcdefg"), "2 to 6 answers, got 7"),
        ("Why?", ["a", " a "], "are the same"),
        ("Why?", ["a" * 81, "b"], "at most 80 characters, got 81"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(polls, question, options, sentence):
    with pytest.raises(SpecError, match=sentence):
        polls.ask(ROOM, question, options)


@pytest.mark.parametrize("choice", [-1, 3, 10**9])
def test_there_is_no_vote_for_what_is_no_answer(polls, poll, choice):
    with pytest.raises(SpecError, match="no such answer"):
        polls.vote("mia", poll, choice)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 2)), max_size=15))
def test_the_count_is_that_of_each_persons_last_vote(tmp_path_factory, votes):
    store = open_store(tmp_path_factory.mktemp("poll"))
    try:
        polls = Polls(store)
        poll = polls.ask(ROOM, "?", ["x", "y", "z"])
        for learner, choice in votes:
            polls.vote(learner, poll, choice)
        last = list(dict(votes).values())
        assert polls.count(poll, everybody) == tuple(last.count(place) for place in range(3))
    finally:
        store.close()
