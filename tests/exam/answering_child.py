"""A server in the middle of an exam: 300 people answer as fast as the store takes it, until it is killed.

Usage: answering_child.py HOME. Each confirmed answer is one line: sitting, number, answer, clock.
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.practice.exam.clock import open_clock
from core.practice.exam.sitting import (
    ANSWERED,
    STARTED,
    name_answer,
    read_sitting,
    write_answer,
    write_start,
)
from core.store import open_store

PAPER = {
    "blueprint": "drill",
    "n": 10,
    "seed": 0,
    "questions": [["d", "o", f"no-such-item-{number}", 1, None, []] for number in range(10)],
}
N_PEOPLE = 300


def main(home: Path) -> None:
    store, clock = open_store(home), open_clock(home)
    people = [f"person-{number}" for number in range(N_PEOPLE)]

    def begin(person: str) -> None:
        body = write_start(PAPER, seconds_allowed=5400, reading=clock.read())
        store.append(learner=person, kind=STARTED, subject=person, body=body, id=f"{person}:start")

    def answer(person: str) -> None:
        start, *rest = store.events(person, None, person)
        sitting = read_sitting(start, rest)
        number, said = random.randint(1, 10), str(random.random())
        reading = clock.read(sitting.latest)
        body = write_answer(sitting, number, answer=said, seconds=1.0, reading=reading)
        name = name_answer(sitting, number, said)
        store.append(learner=person, kind=ANSWERED, subject=person, body=body, id=name)
        sys.stdout.write(f"{person} {number} {said} {reading}\n")
        sys.stdout.flush()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin, people))
        while True:
            for future in [pool.submit(answer, random.choice(people)) for _ in range(64)]:
                future.result()


main(Path(sys.argv[1]))
