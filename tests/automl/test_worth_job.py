"""A climb as a job: stopped, it keeps what is finished; asked for again, it goes on behind that."""

import time

from core.automl.worth.climb import ClimbSpec, climb_ladder, read_climb
from core.automl.worth.progress import look_at_climb
from core.jobs import cancel, find_job, submit

SPEC = ClimbSpec(data="diabetes", seed=11)


def test_a_stopped_climb_keeps_its_finished_trials_and_the_next_one_trains_none_of_them_again():
    job = submit(climb_ladder, SPEC)
    wait_for(lambda: len(read_climb(SPEC)[0]) >= 2)
    cancel(job.id)
    wait_for(lambda: find_job(climb_ladder, SPEC).state not in {"queued", "running"})
    assert find_job(climb_ladder, SPEC).state == "cancelled"
    assert climb_ladder.recall(SPEC) is None
    kept, n_splits = read_climb(SPEC)
    assert len(kept) >= 2
    assert f"{len(kept)} trials and {n_splits} splits stand" in look_at_climb(SPEC).go_on
    submit(climb_ladder, SPEC)
    wait_for(lambda: climb_ladder.recall(SPEC) is not None)
    table = climb_ladder.recall(SPEC).trials
    # The same seconds: nothing was trained again.
    assert table["cpu_seconds"].tolist()[: len(kept)] == [one.cpu_seconds for one in kept]


def wait_for(is_so, seconds=300):
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.02)
