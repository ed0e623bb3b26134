"""A class presses Submit at once, and each learner waits until the answer is safely on the disk."""

import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import OUT, Report, machine_load, percentile, rounded
from core.store import Store, open_store


def measure(*, n_writers: Sequence[int] = (100, 300, 1000), rounds: int = 3) -> Report:
    """Answer "when a whole class submits at once, how long until each answer is safe?".

    Each writer is a thread that stands ready, appends one event as a page does, and takes the time
    until the store has acknowledged it (committed and synced). The numbers of writers take turns,
    `rounds` times, on one store that lies on the disk of this project.

    Table ``appends``: ``writers``, ``round``, ``p50_ms``, ``p95_ms``, ``max_ms`` until acknowledged,
    ``all_s`` from the start signal to the last, ``failed``, ``found`` (events read back), ``load``.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        store = open_store(Path(folder))
        store.append(learner="first", kind="answer", subject="q1", body={})
        for number in range(1, rounds + 1):
            rows += [_submit(store, writers, number) for writers in n_writers]
        store.close()
    return Report(
        name="appends",
        question="When a whole class submits at once, how long until each answer is safe?",
        goal="every acknowledged answer is found again; 300 answers within 0.1 s",
        tables={"appends": sorted(rows, key=lambda row: int(row["writers"]))},
        notes=("The threads of the writers share the processor with the store.",),
    )


def _submit(store: Store, n_writers: int, number: int) -> dict[str, Any]:
    ready = threading.Barrier(n_writers + 1)
    waits: list[float] = []
    failures: list[Exception] = []
    kind = f"answer-{number}-{n_writers}"

    def write(place: int) -> None:
        body = {"lesson": "thresholds", "answer": "b", "state": "right", "draw": f"{place:032x}"}
        ready.wait()
        start = time.perf_counter()
        try:
            store.append(
                learner=f"learner-{place}", kind=kind, subject="q1", body=body, id=f"{kind}:{place}"
            )
        except Exception as error:  # noqa: BLE001  # whatever it was, the answer was not stored
            failures.append(error)
        else:
            waits.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=write, args=(place,)) for place in range(n_writers)]
    for thread in threads:
        thread.start()
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    all_s = time.perf_counter() - start
    found = sum(
        store.latest(f"learner-{place}", kind, "q1") is not None for place in range(n_writers)
    )
    return {
        "writers": n_writers,
        "round": number,
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(percentile(waits, 95)),
        "max_ms": rounded(max(waits, default=None)),
        "all_s": rounded(all_s, 3),
        "failed": len(failures),
        "found": found,
        "load": machine_load(),
    }
