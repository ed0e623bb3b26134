"""Threats T1, T3 and T12: nobody gets another's session, download or server, over real websockets."""

import re

import pytest
from itsdangerous import TimestampSigner
from person import PAGE, Person, session
from websockets.exceptions import InvalidStatus

from app.identity import Cookies
from core.rooms.key import read_key
from core.store import open_store

pytestmark = pytest.mark.xdist_group("class")


@pytest.fixture(scope="module")
def mia(served):
    return Person(served, "Mia")


@pytest.fixture(scope="module")
def ben(served):
    return Person(served, "Ben")


def aged(served, learner, days):
    """A cookie that we signed this many days ago."""

    class Earlier(TimestampSigner):
        def get_timestamp(self):
            return super().get_timestamp() - days * 24 * 3600

    cookies = Cookies(read_key(served.home))
    ours = cookies._signer
    earlier = Earlier(
        ours.secret_keys,
        salt=ours.salt,
        digest_method=ours.digest_method,
        key_derivation=ours.key_derivation,
    )
    return earlier.sign(learner).decode()


def attacks(served, mia, ben):
    """The six ways to ask for Mia's session: name, cookie and headers of who asks."""
    name, _, rest = mia.cookie.partition(".")
    forged = f"{ben.id}.{rest}"
    spoofed = {"X-Glassroom-Learner": mia.id}
    return {
        "another learner": (ben.cookie, {}),
        "another learner who sends the header": (ben.cookie, spoofed),
        "nobody": (None, {}),
        "nobody who sends the header": (None, spoofed),
        "a tampered cookie": (forged, {}),
        "an expired cookie": (aged(served, name, 31), {}),
    }


NAMES = (
    "another learner", "another learner who sends the header", "nobody",
    "nobody who sends the header", "a tampered cookie", "an expired cookie",
)  # fmt: skip


def try_to_take(served, cookie, headers, wanted):
    """Return the session and the words that an attacker gets; None if the door stays shut."""
    try:
        with session(served, cookie, claims=wanted, headers=headers) as taken:
            taken.run()
            return taken.id, taken.words
    except InvalidStatus as refusal:
        if refusal.response.status_code != 403:
            raise
        return None


@pytest.mark.parametrize("name", NAMES)
def test_t1_nobody_takes_over_a_session_while_its_owner_is_there(
    served, mia, ben, name, record_property
):
    cookie, headers = attacks(served, mia, ben)[name]
    with session(served, mia.cookie) as own:
        own.run()
        got = try_to_take(served, cookie, headers, own.id)
        note_attack(record_property, got, own.id)
        assert_isolated(got, own.id, is_member=name.startswith("another learner"))
        before = own.id
        assert "Mia" in own.run().words
        assert own.id == before, "the owner's session goes on"


@pytest.mark.parametrize("name", NAMES)
def test_t1_nobody_takes_over_a_session_while_its_owner_is_away(
    served, mia, ben, name, record_property
):
    cookie, headers = attacks(served, mia, ben)[name]
    with session(served, mia.cookie) as own:
        wanted = own.run().id
    got = try_to_take(served, cookie, headers, wanted)
    note_attack(record_property, got, wanted)
    assert_isolated(got, wanted, is_member=name.startswith("another learner"))
    with session(served, mia.cookie, claims=wanted) as back:
        assert back.run().id == wanted, "the owner returns to the same session"


def note_attack(record_property, got, wanted):
    record_property("takeovers tried", 1)
    record_property("takeovers", int(got is not None and (got[0] == wanted or "Mia" in got[1])))


def assert_isolated(got, wanted, *, is_member):
    if not is_member:
        assert got is None, "without a valid cookie there is no session at all"
        return
    taken, words = got
    assert taken != wanted
    assert "Ben" in words
    assert "Mia" not in words


def test_the_cookie_is_hidden_from_scripts_and_not_sent_by_other_sites(served, mia):
    assert "HttpOnly" in mia.set_cookie
    assert "SameSite=lax" in mia.set_cookie
    assert "Secure" not in mia.set_cookie, "on plain HTTP the browser would not send it back"


def test_behind_a_tls_proxy_the_cookie_travels_only_encrypted(served):
    answer = served.ask("POST", "/join", "do=leave", X_Forwarded_Proto="https")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/", "/thresholds", "/room", "/no-such-page"])
def test_without_a_cookie_a_page_leads_to_the_door(served, path):
    answer = served.ask("GET", path, **PAGE)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/join")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/media/0123456789abcdef.csv"),
        ("GET", "/_stcore/metrics"),
        ("GET", "/_stcore/host-config"),
        ("PUT", "/_stcore/upload_file/some-session/some-file"),
        ("DELETE", "/_stcore/upload_file/some-session/some-file"),
        ("GET", "/_stcore/script-health-check"),
        ("GET", "/_glassroom/record"),
        ("GET", "/component/any/index.html"),
        ("GET", "/_stcore/bidi-components/any.js"),
    ],
)
def test_t3_without_a_cookie_nothing_personal_is_served_or_taken(served, method, path):
    assert served.ask(method, path, Accept="text/html").status == 401


def test_t3_a_download_is_given_to_its_owner_alone(served, mia, ben):
    with session(served, mia.cookie) as own:
        url = own.run("thresholds", "hide=predict").ask_for_the_code()
        assert re.fullmatch(r"/media/\w+\.zip", url)
        assert served.ask("GET", url, Cookie=f"glassroom={mia.cookie}").status == 200
        assert served.ask("GET", url, Cookie=f"glassroom={ben.cookie}").status == 404
        assert served.ask("GET", url).status == 401
        with session(served, ben.cookie) as his:
            assert his.run("thresholds", "hide=predict").ask_for_the_code() == url
            assert served.ask("GET", url, Cookie=f"glassroom={ben.cookie}").status == 200


def test_t3_everything_kept_of_a_person_is_given_to_that_person_alone(served, mia, ben):
    record = served.ask("GET", "/_glassroom/record", Cookie=f"glassroom={mia.cookie}")
    assert record.status == 200
    assert mia.id in record.text
    assert ben.id not in record.text
    assert record.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/../media/x", "/media/%2e%2e/x", "/media/" + "a" * 56, "/media/x.csv"],
)
def test_t3_what_is_no_file_of_ones_own_is_not_found(served, mia, path):
    assert served.ask("GET", path, Cookie=f"glassroom={mia.cookie}").status == 404


@pytest.mark.parametrize("path", ["/", "/join", "/_stcore/health", "/_glassroom/boot", "/static/x"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "x"])
def test_t12_a_foreign_origin_is_refused_on_every_route(served, path, origin):
    for method in ("GET", "POST"):
        assert served.ask(method, path, Origin=origin).status == 403
    assert served.ask("GET", "/join", Origin=f"http://{served.host}").status == 200


@pytest.mark.parametrize("path", ["/", "/join", "/_stcore/health", "/_glassroom/boot", "/static/x"])
def test_t12_a_foreign_host_is_refused_on_every_route(served, path):
    assert served.ask("GET", path, Host="evil.example").status == 400


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=["host", "origin"]
)
def test_t12_a_foreign_page_opens_no_stream_even_with_the_cookie(served, mia, headers):
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus, match=r"HTTP 40[03]"):
        connect(
            f"ws://{served.host}/_stcore/stream",
            additional_headers={"Cookie": f"glassroom={mia.cookie}"} | headers,
            subprotocols=["streamlit"],
        ).close()


def test_two_cookies_of_our_name_are_nobody(served, mia, ben):
    both = f"glassroom={mia.cookie}; glassroom={ben.cookie}"
    assert served.ask("GET", "/_glassroom/record", Cookie=both).status == 401


def test_each_learner_has_a_record_of_their_own(served, mia, ben):
    with session(served, mia.cookie) as hers, session(served, ben.cookie) as his:
        hers.run().press("I am ready")
        assert "I need more time" in hers.words
        his.run()
        assert "I need more time" not in his.words
    store = open_store(served.home, read_only=True)
    try:
        assert len(store.events(mia.id, "ready")) == 1
        assert store.events(ben.id, "ready") == ()
        assert store.events("local") == ()
    finally:
        store.close()


def test_only_the_teacher_sees_the_room_and_its_people(served, mia):
    answer = served.post(do="teach", word=served.teacher_word())
    assert answer.status == 303
    cookie = re.match(r"glassroom=([^;]*)", answer.headers["Set-Cookie"]).group(1)
    with session(served, cookie) as teacher, session(served, mia.cookie) as hers:
        assert "Mia" in teacher.run().words
        assert served.room in teacher.words
        hers.run()
        assert served.room not in hers.words
        assert "Send out" not in hers.words


def test_who_was_sent_out_has_no_session_and_stores_nothing(served):
    eve = Person(served, "Eve")
    with session(served, eve.cookie) as hers:
        hers.run().press("I am ready")
        assert served.post(do="forget", cookie=eve.cookie).status == 303
        hers.press("I need more time")
        assert "no longer in this class" in hers.words
    assert served.ask("GET", "/room", Cookie=f"glassroom={eve.cookie}", **PAGE).status == 303
    store = open_store(served.home, read_only=True)
    try:
        assert store.events(eve.id) == ()
        assert store.check().is_ok
    finally:
        store.close()
    for file in served.home.glob("glassroom.db*"):
        assert eve.id.encode() not in file.read_bytes(), file.name


def test_f27_the_way_back_is_the_personal_code(served, mia):
    answer = served.post(do="rejoin", code=mia.code.lower().replace("-", " "))
    assert answer.status == 303
    assert answer.headers["Set-Cookie"].startswith(f"glassroom={mia.id}.")
    assert served.post(do="rejoin", code="2345-6789-ABCD").status == 422


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("//evil.example", "/evil.example"),
        ("/\\evil.example", "/evil.example"),
        ("https://evil.example", "/https:/evil.example"),
        ("/\t/evil.example", "/%09/evil.example"),
        ("/thresholds?hide=predict", "/thresholds?hide=predict"),
    ],
)
def test_after_joining_one_stays_on_this_server(served, mia, wanted, path):
    answer = served.post(do="rejoin", code=mia.code, next=wanted)
    location = answer.headers["Location"]
    assert location.startswith("/")
    assert not location.startswith("//")
    assert location.replace("//", "/") == path


def test_every_answer_of_a_class_carries_the_security_headers(served, mia):
    known = {"Cookie": f"glassroom={mia.cookie}"}
    answers = [
        served.ask("GET", "/", **PAGE),
        served.ask("GET", "/", **known),
        served.ask("GET", "/join"),
        served.ask("GET", "/join", **known),
        served.ask("GET", "/_glassroom/record", **known),
        served.ask("GET", "/_glassroom/record"),
        served.ask("GET", "/static/no-such-file.js"),
        served.ask("POST", "/join", "do=nothing"),
        served.ask("POST", "/join", "x" * 5000),
        served.ask("GET", "/join", Origin="http://evil.example"),
        served.ask("GET", "/join", Host="evil.example"),
        served.ask("GET", "/media/none.csv", **known),
    ]
    codes = {answer.status for answer in answers}
    assert {200, 303, 400, 401, 403, 404, 413, 422} <= codes
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "ws:;" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
