"""Who may join, come back, teach, and be forgotten."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SpecError
from core.rooms import (
    CLASS,
    GUESSES,
    GUESSES_FROM_ONE,
    TEACHER,
    Rooms,
    TooManyGuessesError,
    group,
    normalise_code,
)
from core.rooms.codes import SYMBOLS, derive_code, draw_room_code
from core.rooms.key import read_key
from core.settings import Settings
from core.store import open_store

KEY = bytes(range(32))
PHRASE = "correct horse battery"


def attempt(n):
    return f"{n:032x}"


@pytest.fixture
def store(new_home):
    store = open_store(new_home)
    yield store
    store.close()


@pytest.fixture
def rooms(store):
    return Rooms(store, KEY)


def test_who_joins_is_found_again_after_a_restart(store, rooms):
    mia = rooms.join(group(rooms.room.code).lower(), "Mia", attempt=attempt(1))
    again = Rooms(store, KEY)
    assert again.room == rooms.room
    assert again.members() == (mia,)
    assert again.rejoin(group(rooms.personal_code(mia.id))) == mia


def test_f31_a_double_click_on_join_is_one_member(rooms):
    mia = rooms.join(rooms.room.code, "Mia", attempt=attempt(1))
    assert rooms.join(rooms.room.code, "Mia", attempt=attempt(1)) == mia
    assert len(rooms.members()) == 1


def test_an_old_form_brings_nobody_into_anothers_place(store):
    now = [0.0]
    rooms = Rooms(store, KEY, clock=lambda: now[0])
    rooms.join(rooms.room.code, "Mia", attempt=attempt(1))
    import time

    now[0] = time.time() + 61
    with pytest.raises(SpecError, match="used already"):
        rooms.join(rooms.room.code, "Mia", attempt=attempt(1))


@pytest.mark.parametrize("name", ["Mia", " mia ", "MIA", "Ｍｉａ", "M ia"])
def test_a_nickname_is_given_once_in_a_room(rooms, name):
    rooms.join(rooms.room.code, "Mia", attempt=attempt(1))
    with pytest.raises(SpecError, match="has this nickname"):
        rooms.join(rooms.room.code, name, attempt=attempt(2))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "at least one letter"), (" \t\u200b", "at least one letter"), ("x" * 31, "at most 30")],
)
def test_a_nickname_is_a_short_line(rooms, name, sentence):
    with pytest.raises(SpecError, match=sentence):
        rooms.join(rooms.room.code, name, attempt=attempt(1))


def test_the_code_of_an_earlier_room_opens_no_door_but_its_people_stay(rooms):
    old = rooms.room.code
    mia = rooms.join(old, "Mia", attempt=attempt(1))
    rooms.open_room()
    with pytest.raises(SpecError, match="not the code of the room"):
        rooms.join(old, "Ben", attempt=attempt(2))
    assert rooms.knows(mia.id)
    assert rooms.members() == ()
    assert rooms.join(rooms.room.code, "Mia", attempt=attempt(3)).id != mia.id


def test_a_full_room_says_how_many_it_holds(store):
    rooms = Rooms(store, KEY, size=2)
    for n in range(2):
        rooms.join(rooms.room.code, f"person {n}", attempt=attempt(n))
    with pytest.raises(SpecError, match="holds 2 people"):
        rooms.join(rooms.room.code, "one too many", attempt=attempt(9))


def test_who_was_sent_out_comes_back_by_no_code_and_after_no_restart(store, rooms):
    mia = rooms.join(rooms.room.code, "Mia", attempt=attempt(1))
    rooms.remove(mia.id)
    for found in (rooms, Rooms(store, KEY)):
        assert not found.knows(mia.id)
        with pytest.raises(SpecError, match="Nobody has this personal code"):
            found.rejoin(rooms.personal_code(mia.id))
    assert store.events(mia.id), "what they did is kept"


def test_the_long_token_and_the_phrase_let_the_teacher_in_and_nothing_else_does(store):
    rooms = Rooms(store, KEY, teacher_phrase="correct horse battery")
    for word in (group(rooms.teacher_token).lower(), "correct  horse battery"):
        assert rooms.sign_in_teacher(word) == TEACHER
    for word in ("", "correct horse", rooms.room.code, "teacher"):
        with pytest.raises(SpecError, match="not the teacher's word"):
            rooms.sign_in_teacher(word)
    without = Rooms(store, KEY)
    with pytest.raises(SpecError, match="not the teacher's word"):
        without.sign_in_teacher("")


def guess(rooms, n, address):
    with pytest.raises(SpecError, match="not the teacher's word"):
        rooms.sign_in_teacher(f"guess {n}", address=address)


def test_t5_twenty_wrong_guesses_in_a_quarter_of_an_hour_shut_the_phrase_for_all(store):
    now = [time.time()]
    rooms = Rooms(store, KEY, teacher_phrase=PHRASE, clock=lambda: now[0])
    for n in range(GUESSES):
        guess(rooms, n, address=f"10.0.0.{n}")
    assert rooms.count_wrong_guesses() == GUESSES
    again = Rooms(store, KEY, teacher_phrase=PHRASE, clock=lambda: now[0])
    for found in (rooms, again):
        with pytest.raises(TooManyGuessesError, match=r"Wait 1[45] minutes"):
            found.sign_in_teacher(PHRASE, address="10.0.1.1")
    now[0] += 15 * 60 + 5
    assert rooms.sign_in_teacher(PHRASE) == TEACHER
    assert rooms.count_wrong_guesses() == 0


def test_t5_a_prankster_shuts_the_phrase_for_their_own_address_only(store):
    rooms = Rooms(store, KEY, teacher_phrase=PHRASE)
    for n in range(GUESSES_FROM_ONE):
        guess(rooms, n, address="10.0.0.1")
    for found in (rooms, Rooms(store, KEY, teacher_phrase=PHRASE)):
        with pytest.raises(TooManyGuessesError, match="5 wrong guesses from your address"):
            found.sign_in_teacher(PHRASE, address="10.0.0.1")
        assert found.sign_in_teacher(PHRASE, address="10.0.0.2") == TEACHER
    assert "10.0.0.1" not in str(store.events(CLASS)), "an address is personal: it is not stored"


def test_t5_the_long_word_lets_the_teacher_in_while_the_phrase_is_shut(store):
    rooms = Rooms(store, KEY, teacher_phrase=PHRASE)
    for n in range(GUESSES):
        guess(rooms, n, address=f"10.0.0.{n}")
    with pytest.raises(TooManyGuessesError, match="glassroom teacher"):
        rooms.sign_in_teacher(PHRASE)
    assert rooms.sign_in_teacher(rooms.teacher_token) == TEACHER


def test_t5_without_a_phrase_there_is_nothing_to_guess_and_nothing_is_counted(store):
    rooms = Rooms(store, KEY)
    for n in range(3 * GUESSES):
        guess(rooms, n, address="10.0.0.1")
    assert rooms.count_wrong_guesses() == 0
    assert store.events(CLASS, "guess") == ()


def test_a_clock_that_is_set_back_gives_no_new_guesses(store):
    now = [time.time()]
    rooms = Rooms(store, KEY, teacher_phrase=PHRASE, clock=lambda: now[0])
    for n in range(GUESSES):
        guess(rooms, n, address=f"10.0.0.{n}")
    now[0] -= 3600
    with pytest.raises(TooManyGuessesError):
        rooms.sign_in_teacher(PHRASE)


def test_twenty_people_who_join_at_once_with_one_nickname_are_one(rooms):
    names, refused = [], []

    def join(n):
        try:
            names.append(rooms.join(rooms.room.code, "Mia", attempt=attempt(n)))
        except SpecError:
            refused.append(n)

    threads = [threading.Thread(target=join, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(names), len(refused), len(rooms.members())) == (1, 19, 1)


@given(st.text(alphabet=SYMBOLS, min_size=1, max_size=40))
def test_a_code_read_back_from_its_groups_is_the_code(code):
    assert normalise_code(f" {group(code).lower()} ") == code


def test_a_room_code_is_eight_clear_symbols_and_a_new_one_each_time():
    codes = {draw_room_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(SYMBOLS) for code in codes)
    assert not set("01ILO") & set(SYMBOLS)


def test_personal_codes_follow_from_the_key_and_the_learner_alone():
    code = derive_code(KEY, "personal code of p1", 12)
    assert code == derive_code(KEY, "personal code of p1", 12)
    assert (
        len({code, derive_code(KEY, "personal code of p2", 12), derive_code(bytes(32), "x", 12)})
        == 3
    )


def test_the_key_is_made_once_for_its_owner_only(new_home):
    key = read_key(new_home)
    assert len(key) == 32
    assert read_key(new_home) == key
    assert (new_home / "class.key").stat().st_mode & 0o077 == 0
    (new_home / "class.key").write_bytes(b"short")
    with pytest.raises(SpecError, match="holds 5 bytes, not 32"):
        read_key(new_home)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"teacher_phrase": "short"}, "at least 10 characters, got 5"),
        ({"mode": "exam"}, "must be self-study or class, got 'exam'"),
        ({"warm_up": "some"}, "must be all or none, got 'some'"),
    ],
)
def test_a_weak_phrase_and_an_unknown_choice_are_refused(settings, sentence):
    with pytest.raises(SpecError, match=sentence):
        Settings(**settings)
