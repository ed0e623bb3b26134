"""Appends events and says on standard output which were confirmed; started by the drills."""

import os
import sys
import threading
from pathlib import Path

from core.store import Store, StoreError, open_store

N_ALONE, N_LANES, N_TOGETHER = 6, 3, 4


def append_lane(store: Store, lane: str, n: int) -> None:
    """Append one after the other; each confirmed id goes out in one write."""
    for i in range(n):
        name = f"{lane}-{i}"
        body = {"name": name, "text": name * 40}
        try:
            store.append(learner="local", kind="answer", subject=lane, body=body, id=name)
        except StoreError as error:
            os.write(1, f"REFUSED {name} {error}\n".encode())
        else:
            os.write(1, f"{name}\n".encode())


def main(home: Path, run: str) -> None:
    store = open_store(home)
    append_lane(store, f"{run}.alone", N_ALONE)
    store.close()
    store = open_store(home)
    lanes = [
        threading.Thread(target=append_lane, args=(store, f"{run}.lane{i}", N_TOGETHER))
        for i in range(N_LANES)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    store.backup(home / "backup.db")
    append_lane(store, f"{run}.after", 2)
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
