"""What parallel search says in words: waves, what trials know of each other, threads, ceilings."""

from math import isfinite, isnan

import pandas as pd

from core.formula import Formula
from core.search.parallel.lab import N_STARTUP, ParallelResult
from core.search.parallel.measure import N_TASKS
from core.search.parallel.speed import count_waves, wave_speed
from core.wording import significant

WORKS = {"python": "a loop in Python", "forest": "training a forest"}
WAYS = {"in turn": "one after the other", "threads": "threads", "processes": "processes"}
ENGINES = {
    "in turn": "none: one after the other",
    "threads": "threads of one process",
    "loky": "processes (loky, joblib's default)",
    "dask": "Dask, two processes on this machine",
    "spark": "Spark on this machine",
}
SAME = 1.2
"""Times faster that count as no gain: what a busy machine adds to a timing is more."""


def find_answer(result: ParallelResult) -> str:
    """Return how much the trials are worth: ``all``, ``most`` or ``few`` of the budget."""
    if result.worth >= result.spec.n_trials - 1:
        return "all"
    return "most" if result.worth >= result.spec.n_trials / 2 else "few"


def amount(value: float) -> str:
    """Return a difference of scores, as 0.0011."""
    return significant(value, 2).replace("-", "−")


def times(value: float) -> str:
    """Return how many times faster: 5.3, or 8."""
    return f"{value:.1f}".removesuffix(".0") if isfinite(value) else "without end"


def tell_worth(result: ParallelResult) -> str:
    """Say how long the search takes, how close it comes, and what that is worth."""
    n_trials, workers = result.spec.n_trials, result.spec.workers
    if workers == 1:
        return (
            f"One worker needs the time of {n_trials} trials. Each trial knows all before it, and TPE misses "
            f"the best pair by {amount(result.alone_missed)} of {result.metric} on average. The other "
            "numbers of workers are measured against this."
        )
    rounds = "1 round" if result.waves == 1 else f"{result.waves} rounds"
    return (
        f"With {workers} workers the {n_trials} trials take {rounds} instead of {n_trials}. On average over "
        f"{result.n_seeds} searches TPE then misses the best pair by {amount(result.missed)} of "
        f"{result.metric}; one at a time it misses {amount(result.alone_missed)}. So these {n_trials} trials "
        f"are worth **{result.worth}** one at a time ({result.worth_low} to {result.worth_high} when the "
        f"searches are drawn anew), and {workers} workers are **{times(result.worth_speed)} times** faster "
        f"to the same closeness, not {workers}."
        if result.worth < n_trials
        else f"With {workers} workers the {n_trials} trials take {rounds} instead of {n_trials}. On average "
        f"over {result.n_seeds} searches TPE then misses the best pair by {amount(result.missed)} of "
        f"{result.metric}, and one at a time by {amount(result.alone_missed)}. Nothing was lost here: all "
        f"{n_trials} trials count fully."
    )


def tell_difference(result: ParallelResult) -> str:
    """Say whether the searches can tell the difference from chance."""
    if result.spec.workers == 1:
        return ""
    span = f"{amount(result.more_low)} to {amount(result.more_high)} (95 % interval of the mean)"
    counts = (
        f"{result.n_farther} of {result.n_seeds} searches ended farther from the best pair than with one "
        f"worker, and {result.n_closer} closer."
    )
    if result.more_low > 0:
        return f"The mean difference is {span}, so it is more than chance. But {counts}"
    if result.more_high < 0:
        return f"The mean difference is {span}: here company even helped. {counts}"
    return f"The mean difference is {span}. Zero lies inside: {result.n_seeds} searches cannot tell. {counts}"


def tell_learnt(result: ParallelResult) -> str:
    """Say how many trials could learn."""
    workers = result.spec.workers
    start = (
        f"TPE draws at random until {N_STARTUP} trials are finished. One at a time, "
        f"{result.n_learnt_alone} of {result.spec.n_trials} trials are chosen by what earlier ones found."
    )
    if workers == 1:
        return start
    if result.n_learnt == 0:
        return (
            f"{start} With all {workers} at once, none is: nothing is finished when they are chosen. That is "
            "random search under another name."
        )
    return f"{start} With {workers} at once it is {result.n_learnt}, and each knows less."


def tell_waves(result: ParallelResult) -> str:
    """Say what a number of workers that does not divide the trials brings."""
    n_trials = result.spec.n_trials
    odd = 7
    return (
        f"Workers come in rounds. {n_trials} trials on {odd} workers need {count_waves(n_trials, odd)} "
        f"rounds, and in the last one {count_waves(n_trials, odd) * odd - n_trials} workers have nothing to "
        f"do: {times(wave_speed(n_trials, odd))} times faster, not {odd}. And if trials differ in length, "
        "a round lasts as long as its longest trial."
    )


def tell_amdahl(result: ParallelResult) -> str:
    """Say where the serial part ends it."""
    serial, workers = result.spec.serial, result.spec.workers
    if serial == 0:
        return (
            "With no serial part at all, more workers would always help. Reading the table, choosing the "
            "trials and the last fit on all rows are done by one."
        )
    return (
        f"If {serial} % of the work is done by one worker whatever happens, {workers} workers are at best "
        f"{times(result.amdahl)} times faster, and a million workers "
        f"{times(result.ceiling)} times. The serial part is the table that is read, the trial that is "
        "chosen, the last fit on all rows."
    )


def wave_formula(result: ParallelResult) -> Formula:
    """Return how often the trials are shorter by the clock."""
    return Formula(
        name="times shorter",
        top="trials",
        bottom="rounds",
        top_number=str(result.spec.n_trials),
        bottom_number=str(result.waves),
        value=times(result.wave_speed),
    )


def worth_formula(result: ParallelResult) -> Formula:
    """Return how often the search is faster to the same closeness."""
    return Formula(
        name="times faster to the same closeness",
        top="trials they are worth",
        bottom="rounds",
        top_number=str(result.worth),
        bottom_number=str(result.waves),
        value=times(result.worth_speed),
    )


def amdahl_formula(result: ParallelResult) -> Formula:
    """Return Amdahl's law with the serial part."""
    share = result.spec.serial / 100
    return Formula(
        name="times faster at best",
        top="1",
        bottom="serial + (1 − serial) ÷ workers",
        top_number="1",
        bottom_number=f"{share:g} + {1 - share:g} ÷ {result.spec.workers}",
        value=times(result.amdahl),
    )


def tell_machine(result: ParallelResult) -> str:
    """Say where and when it was measured, and what else was running."""
    load = (
        "how busy it was is unknown"
        if isnan(result.load_before)
        else f"load {result.load_before:.1f} before and {result.load_after:.1f} after"
    )
    cores = "1 core" if result.cores == 1 else f"{result.cores} cores"
    rounds = "1 time" if result.repeats == 1 else f"{result.repeats} times"
    return (
        f"{N_TASKS} equal pieces of work, {result.measured_workers} workers, the least of "
        f"{rounds}. {result.machine}, {cores}, {load} (processes that run or wait), {result.measured_at}."
    )


def tell_threads(result: ParallelResult) -> str:
    """Say what threads and processes brought on this machine."""
    loop, forest = result.threads_python, result.threads_forest
    apart = result.processes_python
    is_busy = result.load_before > result.cores
    gil = (
        f"Threads made the loop in Python {_gain(loop)}: only one thread of a Python process runs Python at "
        "a time. It holds the interpreter's lock (GIL)."
        if loop < SAME
        else f"Threads made the loop in Python {_gain(loop)}. The interpreter's lock (GIL) allows no gain: "
        "this is chance, what else ran here slowed the other way down."
    )
    frees = (
        f"Training a forest became {_gain(forest)} with threads, "
        + ("because" if forest >= SAME else "although")
        + " scikit-learn's compiled code lets go of that lock."
    )
    own = (
        f"Processes made the loop {_gain(apart)}"
        + (": " if apart >= SAME else ", although ")
        + "each has an interpreter and a lock of its own."
    )
    busy = ""
    if is_busy:
        busy = (
            f" The machine had more to do than it has cores (load {result.load_before:.0f}), so read these "
            "times with care, and measure again when it is quiet."
        )
    elif max(forest, apart, result.processes_forest) < SAME:
        busy = (
            " Nothing helped much here: more workers divide the cores that are free, and no more."
        )
    return f"{gil} {frees} {own}{busy}"


def _gain(value: float) -> str:
    if value < 1 / SAME:
        return f"slower ({value:.1f} times as fast)"
    if value < SAME:
        return f"no faster ({value:.1f} times as fast)"
    return f"{value:.1f} times as fast"


def tell_engines(result: ParallelResult) -> str:
    """Say what it costs to hand work out."""
    here = result.engines[result.engines["why_not"] == ""].set_index("engine")
    slowest = str(here["ready"].idxmax())
    return (
        f"Before the first answer of {ENGINES[slowest]} {_seconds(float(here['ready'].max()))} went by. A "
        "fit that takes a few milliseconds is over sooner than it is handed out. On one machine the "
        "engines buy nothing more than processes do; they buy that the same code runs on many machines."
    )


def tabulate_times(result: ParallelResult) -> pd.DataFrame:
    """Return one row for each work and way, in words."""
    rows = result.times.to_dict("records")
    return pd.DataFrame(
        {
            "work": [WORKS[str(row["work"])] for row in rows],
            "done": [WAYS[str(row["way"])] for row in rows],
            "least time": [_seconds(float(row["least"])) for row in rows],
            "middle time": [_seconds(float(row["middle"])) for row in rows],
            "times as fast": [f"{row['faster']:.1f}" for row in rows],
        }
    )


def tabulate_engines(result: ParallelResult) -> pd.DataFrame:
    """Return one row for each engine, in words."""
    rows = result.engines.to_dict("records")
    return pd.DataFrame(
        {
            "engine": [ENGINES[str(row["engine"])] for row in rows],
            "until its first answer": [
                str(row["why_not"]) or _seconds(float(row["ready"])) for row in rows
            ],
            "to hand out one piece": [
                "" if row["why_not"] else f"{row['per_task']:.2g} ms" for row in rows
            ],
        }
    )


def tabulate_sizes(result: ParallelResult) -> pd.DataFrame:
    """Return one row for each number of workers, in words."""
    rows = result.sizes.to_dict("records")
    return pd.DataFrame(
        {
            "workers": [str(row["at_once"]) for row in rows],
            "rounds": [str(row["waves"]) for row in rows],
            "trials that learnt": [str(row["n_learnt"]) for row in rows],
            f"missed {result.metric}, mean": [amount(row["missed"]) for row in rows],
            "worth, one at a time": [
                f"{row['worth']} ({row['worth_low']}–{row['worth_high']})"
                if row["at_once"] > 1
                else f"{row['worth']}"
                for row in rows
            ],
            "times faster": [times(row["worth_speed"]) for row in rows],
        }
    )


def _seconds(value: float) -> str:
    if value < 0.001:
        return "under 1 ms"
    return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"
