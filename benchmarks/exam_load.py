"""A whole class in one exam: everybody has the paper open, and everybody answers within one second."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.identity import Cookies
from benchmarks.class_load import (
    SECONDS_TO_CONNECT,
    SECONDS_TO_PRESS,
    Pupil,
    _serve,
    _spread,
    _wait_until_idle,
)
from benchmarks.report import Report, machine_load, percentile, rounded
from benchmarks.server import Server
from core.practice.bank import are_numbers, load_item
from core.practice.exam.blueprint import load_blueprints
from core.practice.exam.clock import open_clock
from core.practice.exam.paper import Paper, draw_paper, write_paper
from core.practice.exam.sitting import ANSWERED, STARTED, write_start
from core.rooms import Rooms
from core.rooms.key import read_key
from core.store import open_store

BLUEPRINT, N_QUESTIONS, SEED = "databricks-ml-associate", 48, 1
KEPT = "Kept. You can change it until the end."
"""What the page says once an answer is on the disk."""
N_WARM = 4


def measure(*, sessions: Sequence[int] = (100, 300), connect_within: float = 20.0) -> Report:
    """Answer "how long does the last one wait when a whole class answers a question of an exam at once?".

    Each person has begun the same paper of 48 questions and has it open at a question of one choice. They
    connect evenly over `connect_within` seconds, and then choose an option evenly over one second. An answer
    counts as given when the page says that it is kept, which it says after it is on the disk.

    Table: ``exam`` (``people``, ``connected``, ``connect_p95_ms`` and ``connect_max_ms`` from the handshake
    to the drawn paper, ``answered``, ``stored`` on the disk once the server has been killed, ``p50_ms``,
    ``p95_ms`` and ``max_ms`` from the choice to its answer, ``cpu_ms`` of the server and ``kb`` sent per
    answer, ``rss_mb`` and ``mb_per_session`` with all sessions open, ``load``).
    """
    rows = []
    for n_people in sessions:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_measure(Path(folder) / "home", n_people, connect_within))
    return Report(
        name="exam_load",
        question="How long does the last one wait when a whole class answers a question of an exam at once?",
        goal=(
            f"300 people connected within {SECONDS_TO_CONNECT:g} s; 300 answers within "
            f"{SECONDS_TO_PRESS:g} s, all on the disk, the last after at most 3 s"
        ),
        tables={"exam": rows},
        notes=(
            "All sessions live in one process beside the server and share the processor with it.",
            "What is stored is counted after the server was killed.",
            "A browser also asks every 10 s how much time is left; these sessions do not.",
        ),
    )


def _measure(home: Path, n_people: int, connect_within: float) -> dict[str, Any]:
    paper = draw_paper(load_blueprints()[BLUEPRINT], N_QUESTIONS, seed=SEED)
    cookies = _begin(home, paper, n_people + N_WARM)
    number, choice = find_choice(paper)
    with _serve(home) as server:
        people = [Candidate(server.port, cookie, number, choice) for cookie in cookies]
        row = asyncio.run(_act(server, people, connect_within))
    # The server was killed while all were there, so nothing could be tidied up: what counts is on the disk.
    store = open_store(home)
    stored = {
        event.learner for event in store.everyone(ANSWERED) if event.body["answer"] == choice[0]
    }
    store.close()
    row["stored"] = len(stored) - N_WARM
    return row


def find_choice(paper: Paper) -> tuple[int, tuple[str, str]]:
    """Return the number of the first question of one choice, and the id and the text of its first option."""
    for number, question in enumerate(paper.questions, start=1):
        item = load_item(question.item, question.seed)
        if item is not None and item.form == "single" and not are_numbers(item.options):
            option = next(option for option in item.options if option.id == question.order[0])
            return number, (option.id, option.text)
    message = "The paper has no question of one choice."
    raise LookupError(message)


def _begin(home: Path, paper: Paper, n_people: int) -> list[str]:
    """Let people join and begin the paper before the server starts; return their cookies."""
    store = open_store(home)
    rooms, signer = Rooms(store, read_key(home), size=n_people), Cookies(read_key(home))
    seconds = load_blueprints()[BLUEPRINT].seconds(len(paper.questions))
    body = write_start(
        write_paper(paper), seconds_allowed=seconds, reading=open_clock(home).read(0.0)
    )
    cookies = []
    for n in range(n_people):
        member = rooms.join(rooms.room.code, f"person {n}", attempt=uuid4().hex)
        store.append(learner=member.id, kind=STARTED, subject=uuid4().hex, body=body)
        cookies.append(signer.write(member.id))
    store.close()
    return cookies


async def _act(
    server: Server, everybody: Sequence["Candidate"], connect_within: float
) -> dict[str, Any]:
    """Let all connect and answer, then kill the server; return the figures."""
    warm, people = everybody[:N_WARM], everybody[N_WARM:]
    for first in warm:  # the first visits of all load the modules of the page
        await first.open()
        await first.press()
        await first.close()
    await _wait_until_idle(server)
    rss = server.rss_mb()
    opened = await _spread(connect_within, [person.open for person in people])
    rss_open, before = server.rss_mb(), server.cpu_ms()
    for person in people:
        person.n_bytes = 0
    waits = await _spread(SECONDS_TO_PRESS, [person.press for person in people])
    cpu, load = server.cpu_ms() - before, machine_load()
    server.process.kill()
    await asyncio.gather(*(person.close() for person in people), return_exceptions=True)
    n_bytes = sum(person.n_bytes for person in people)
    return {
        "people": len(people),
        "connected": len(opened),
        "connect_p95_ms": rounded(percentile(opened, 95)),
        "connect_max_ms": rounded(max(opened, default=None)),
        "answered": len(waits),
        "stored": 0,
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(percentile(waits, 95)),
        "max_ms": rounded(max(waits, default=None)),
        "cpu_ms": rounded(cpu / len(waits) if waits else None),
        "kb": rounded(n_bytes / len(waits) / 1000 if waits else None),
        "rss_mb": rounded(rss_open),
        "mb_per_session": rounded((rss_open - rss) / len(people), 2),
        "load": load,
    }


class Candidate(Pupil):
    """One person at a question of the exam."""

    page = "exam"

    def __init__(self, port: int, cookie: str, number: int, choice: tuple[str, str]) -> None:
        super().__init__(port, cookie)
        self.query = f"question={number}"
        self.n_bytes = 0
        self._choice = choice

    async def press(self) -> None:
        """Choose the option, and wait until the page says that it is kept."""
        request = BackMsg()
        request.rerun_script.fragment_id = self._fragment
        request.rerun_script.widget_states.widgets.add(
            id=self._button, string_value=self._choice[1]
        )
        await self._run(request, KEPT)

    def _note(self, message: ForwardMsg) -> None:
        self.n_bytes += message.ByteSize()
        element = message.delta.new_element
        kind = element.WhichOneof("type") if message.delta.HasField("new_element") else None
        if kind == "radio" and self._choice[1] in list(element.radio.options):
            self._labels.add(element.radio.label)
            self._button, self._fragment = element.radio.id, message.delta.fragment_id
        elif kind == "markdown" and element.markdown.body == KEPT:
            self._labels.add(KEPT)
