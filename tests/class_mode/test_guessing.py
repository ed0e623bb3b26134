"""Threat T5: the teacher's word can hardly be guessed, and a restart gives no new guesses."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from person import cookie_of, serving, session

from core.rooms import CLASS, GUESSES_FROM_ONE
from core.store import open_store

pytestmark = pytest.mark.xdist_group("class")
PHRASE = "correct horse battery"
N_GUESSES, N_SOCKETS = 1000, 50


def made(home):
    store = open_store(home, read_only=True)
    try:
        return len(store.events(CLASS, "guess"))
    finally:
        store.close()


def test_t5_of_a_thousand_guesses_over_fifty_sockets_five_are_looked_at(tmp_path):
    """All sockets come from one address; tests/rooms has the twenty of many addresses."""
    home = tmp_path / "home"
    with serving(home, teacher_phrase=PHRASE) as served:
        right = served.post(do="teach", word=f"  {PHRASE.replace(' ', '  ')} ")
        assert right.status == 303, "the phrase lets in, and takes no guess away"
        with ThreadPoolExecutor(N_SOCKETS) as pool:
            answers = list(
                pool.map(lambda n: served.post(do="teach", word=f"wrong {n}"), range(N_GUESSES))
            )
        codes = [answer.status for answer in answers]
        assert codes.count(422) == GUESSES_FROM_ONE == 5
        assert codes.count(429) == N_GUESSES - GUESSES_FROM_ONE
        assert all("glassroom=" not in str(answer.headers) for answer in answers)
        assert made(home) == GUESSES_FROM_ONE + 1
        assert served.post(do="teach", word=PHRASE).status == 429, "not even the right one"
        assert "wrong guesses" in served.post(do="teach", word="x").text
        token = served.post(do="teach", word=served.teacher_word())
        assert token.status == 303, "the long word is the way back"
        with session(served, cookie_of(token)) as teacher:
            assert "phrase 5 times in the last 15 minutes" in teacher.run("room").words
    with serving(home, teacher_phrase=PHRASE) as again:
        assert again.post(do="teach", word=PHRASE).status == 429, "a restart changes nothing"
