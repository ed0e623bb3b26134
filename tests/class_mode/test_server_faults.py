"""Faults F4, F10, F28 and F33 and threat T13, on a class that is really served."""

import random
import signal
import socket
import threading
import time

import psutil
import pytest
from person import Person, serving, session
from websockets.exceptions import ConnectionClosed

from core.store import open_store

pytestmark = pytest.mark.xdist_group("class")
PRESSES = ("I am ready", "I need more time")


class Presser(threading.Thread):
    """Somebody who presses again and again, and knows what the page confirmed."""

    def __init__(self, served, person):
        super().__init__(daemon=True)
        self.served, self.person, self.confirmed = served, person, 0

    def run(self):
        try:
            with session(self.served, self.person.cookie) as own:
                own.run()
                while True:
                    now, then = PRESSES[self.confirmed % 2], PRESSES[1 - self.confirmed % 2]
                    if then not in own.press(now).words:
                        return
                    self.confirmed += 1
        except (ConnectionClosed, OSError, EOFError):
            return


def press_until_the_kill(home, rng, n_people):
    with serving(home) as served:
        people = [Person(served, f"p{rng.randrange(10**9)}") for _ in range(n_people)]
        pressers = [Presser(served, person) for person in people]
        for presser in pressers:
            presser.start()
        while sum(presser.confirmed for presser in pressers) < n_people:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 1.0))
        served.end(signal.SIGKILL)
        for presser in pressers:
            presser.join(30)
    return pressers


@pytest.mark.parametrize("n_rounds", [1, pytest.param(20, marks=pytest.mark.full)])
def test_f4_a_server_killed_while_people_press_loses_nothing_that_a_page_confirmed(
    tmp_path, n_rounds, record_property
):
    rng, lost, n_confirmed, home = random.Random(n_rounds), 0, 0, tmp_path / "home"
    for _ in range(n_rounds):
        pressers = press_until_the_kill(home, rng, n_people=6)
        store = open_store(home)
        for presser in pressers:
            n_stored = len(store.events(presser.person.id, "ready"))
            lost += max(0, presser.confirmed - n_stored)
            n_confirmed += presser.confirmed
        assert store.check().is_ok
        store.close()
    record_property("kills", n_rounds)
    record_property("events lost", lost)
    assert n_confirmed >= 6 * n_rounds
    assert lost == 0


def test_f10_a_server_that_is_asked_to_end_does_so_in_ten_seconds_with_everything_stored(tmp_path):
    home = tmp_path / "home"
    with serving(home) as served:
        mia = Person(served, "Mia")
        with session(served, mia.cookie) as hers:
            hers.run().press("I am ready")
            served.process.send_signal(signal.SIGTERM)
            served.process.wait(10)
    assert (
        not (home / "glassroom.db-wal").exists() or not (home / "glassroom.db-wal").stat().st_size
    )
    store = open_store(home)
    assert len(store.events(mia.id, "ready")) == 1
    store.close()


@pytest.fixture(scope="module")
def mia(served):
    return Person(served, "Mia")


@pytest.mark.parametrize(
    "seconds", [4, *(pytest.param(n, marks=pytest.mark.full) for n in (40, 200))]
)
def test_f28_after_a_cut_of_the_network_the_same_session_goes_on(served, mia, seconds):
    with session(served, mia.cookie) as hers:
        own = hers.run().id
        hers.wire.socket.shutdown(socket.SHUT_RDWR)  # no farewell, as with a lost Wi-Fi
    time.sleep(seconds)
    with session(served, mia.cookie, claims=own) as back:
        assert back.run().id == own
        assert "You are here as" in back.words


def test_f33_clients_that_hardly_read_or_speak_do_not_hold_up_the_others(served, mia):
    slow = []
    try:
        for number in range(40):
            wire = socket.create_connection(("127.0.0.1", served.port), timeout=10)
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            wire.sendall(
                f"GET / HTTP/1.1\r\nHost: {served.host}\r\nCookie: glassroom={mia.cookie}\r\n\r\n".encode()
                if number % 2
                else f"POST /join HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: 4000\r\n\r\nx".encode()
            )
            slow.append(wire)
        with session(served, mia.cookie) as hers:
            assert "You are here as" in hers.run().words
        assert served.post(do="rejoin", code=mia.code).status == 303
    finally:
        for wire in slow:
            wire.close()


def test_t13_the_server_listens_on_one_port_and_this_machine_only(served):
    processes = [psutil.Process(served.process.pid)]
    processes += processes[0].children(recursive=True)
    listening = {
        tuple(found.laddr)
        for process in processes
        for found in process.net_connections("inet")
        if found.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", served.port)}
