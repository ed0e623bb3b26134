"""The record against the plainest model of it: a list."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.store import Event, open_store

learners = st.sampled_from(["local", "Ännchen", "a'; DROP TABLE event; --"])
kinds = st.sampled_from(["answer", "prediction"])
subjects = st.sampled_from(["", "k-fold", "bias %"])
bodies = st.dictionaries(st.text("aé\0\"'", max_size=3), st.integers() | st.none(), max_size=3)


@dataclass
class Model:
    events: list[Event]

    def select(self, learner: str, kind: str | None, subject: str | None) -> tuple[Event, ...]:
        return tuple(
            event
            for event in self.events
            if event.learner == learner
            and kind in (None, event.kind)
            and subject in (None, event.subject)
        )


class EventLog(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = open_store(self.folder)
        self.model = Model([])

    @rule(learner=learners, kind=kinds, subject=subjects, body=bodies, named=st.booleans())
    def append(
        self, learner: str, kind: str, subject: str, body: dict[str, Any], named: bool
    ) -> None:
        name = f"event {len(self.model.events)}" if named else None
        event = self.store.append(learner=learner, kind=kind, subject=subject, body=body, id=name)
        assert (event.learner, event.kind, event.subject) == (learner, kind, subject)
        assert event.body == body
        assert name in (None, event.id)
        assert event.id not in [earlier.id for earlier in self.model.events]
        self.model.events.append(event)

    @rule(data=st.data(), body=bodies)
    def append_again(self, data: st.DataObject, body: dict[str, Any]) -> None:
        if self.model.events:
            first = data.draw(st.sampled_from(self.model.events))
            again = self.store.append(
                learner=first.learner,
                kind=first.kind,
                subject=first.subject,
                body=body,
                id=first.id,
            )
            assert again == first

    @rule(learner=learners, kind=st.none() | kinds, subject=st.none() | subjects)
    def read(self, learner: str, kind: str | None, subject: str | None) -> None:
        expected = self.model.select(learner, kind, subject)
        assert self.store.events(learner, kind, subject) == expected
        if kind is not None and subject is not None:
            last = expected[-1] if expected else None
            assert self.store.latest(learner, kind, subject) == last

    @rule()
    def close_and_reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.folder)

    @rule()
    def restore_from_a_backup(self) -> None:
        """The backup stands in for the file: every event must be in it."""
        copy = self.folder / "copies" / "copy.db"
        self.store.backup(copy)
        self.store.close()
        copy.replace(self.store.path)
        self.store = open_store(self.folder)

    @invariant()
    def nothing_is_damaged(self) -> None:
        report = self.store.check()
        assert report.is_ok
        assert report.n_events == len(self.model.events)

    def teardown(self) -> None:
        for learner in {event.learner for event in self.model.events}:
            assert self.store.events(learner) == self.model.select(learner, None, None)
        self.store.close()
        shutil.rmtree(self.folder)


def test_the_record_behaves_like_a_list_of_events() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        EventLog, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )
