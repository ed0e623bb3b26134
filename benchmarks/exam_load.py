"""A whole class in one exam: everybody has the paper open, and everybody answers within one second."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.pupils import (
    N_FIRST,
    SECONDS_TO_CONNECT,
    SECONDS_TO_PRESS,
    Pupil,
    join,
    rush,
    serve_class,
)
from benchmarks.report import Report
from core.practice.bank import are_numbers, load_item
from core.practice.exam.blueprint import load_blueprints
from core.practice.exam.clock import open_clock
from core.practice.exam.paper import Paper, draw_paper, write_paper
from core.practice.exam.sitting import ANSWERED, STARTED, write_start
from core.store import open_store

BLUEPRINT, N_QUESTIONS, SEED = "databricks-ml-associate", 48, 1
KEPT = "Kept. You can change it until the end."
"""What the page says once an answer is on the disk."""


def measure(*, sessions: Sequence[int] = (100, 300), connect_within: float = 20.0) -> Report:
    """Answer "how long does the last one wait when a whole class answers a question of an exam at once?".

    Each person has begun the same paper of 48 questions and has it open at a question of one choice. They
    connect evenly over `connect_within` seconds, and then choose an option evenly over one second. An answer
    counts as given when the page says that it is kept, which it says after it is on the disk.

    Table: ``exam`` (``people``, ``connected``, ``connect_p95_ms`` and ``connect_max_ms`` from the handshake
    to the drawn paper, ``connecting_s`` from the first to the last, ``answered``, ``stored`` on the disk
    once the server has been killed, ``p50_ms``, ``p95_ms`` and ``max_ms`` from the choice to its answer,
    ``cpu_ms`` of the server and ``kb`` sent per answer, ``rss_mb`` and ``mb_per_session`` with all sessions
    open, ``load``).
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
    cookies = _begin(home, paper, n_people + N_FIRST)
    number, choice = find_choice(paper)
    with serve_class(home) as server:
        people = [Candidate(server.port, cookie, number, choice) for cookie in cookies]
        row = asyncio.run(rush(server, people, connect_within))
    # The server was killed while all were there, so nothing could be tidied up: what counts is on the disk.
    store = open_store(home)
    stored = {
        event.learner for event in store.everyone(ANSWERED) if event.body["answer"] == choice[0]
    }
    store.close()
    row["stored"] = len(stored) - N_FIRST
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
    seconds = load_blueprints()[BLUEPRINT].seconds(len(paper.questions))
    body = write_start(
        write_paper(paper), seconds_allowed=seconds, reading=open_clock(home).read(0.0)
    )
    cookies = join(store, home, n_people)
    for learner in cookies:
        store.append(learner=learner, kind=STARTED, subject=uuid4().hex, body=body)
    store.close()
    return list(cookies.values())


class Candidate(Pupil):
    """One person at a question of the exam."""

    page = "exam"

    def __init__(self, port: int, cookie: str, number: int, choice: tuple[str, str]) -> None:
        super().__init__(port, cookie)
        self.query = f"question={number}"
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
        element = message.delta.new_element
        kind = element.WhichOneof("type") if message.delta.HasField("new_element") else None
        if kind == "radio" and self._choice[1] in list(element.radio.options):
            self._labels.add(element.radio.label)
            self._button, self._fragment = element.radio.id, message.delta.fragment_id
        elif kind == "markdown" and element.markdown.body == KEPT:
            self._labels.add(KEPT)
