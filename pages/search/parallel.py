"""Are eight workers eight times faster? What waiting less costs in knowing less."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, show_parts, teach
from app.link import Link
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.search.parallel.figures import plot_law, plot_times
from core.search.parallel.lab import ParallelResult, ParallelSpec
from core.search.parallel.races import SIZES
from core.search.parallel.stage import stage_json
from core.search.parallel.words import (
    amdahl_formula,
    find_answer,
    tabulate_engines,
    tabulate_sizes,
    tabulate_times,
    tell_amdahl,
    tell_difference,
    tell_engines,
    tell_learnt,
    tell_machine,
    tell_threads,
    tell_waves,
    tell_worth,
    wave_formula,
    worth_formula,
)

LESSON = Lesson(
    order=7,
    title="Are eight workers eight times faster?",
    goal="Train many trials at once: what is won in time, what is lost in knowledge, and where it ends.",
    lab="parallel",
    minutes=20,
)

SURFACES = {
    "diabetes": "Diabetes: one setting matters",
    "tumours": "Tumours: both settings matter",
}
BUDGETS = {24: "24 trials", 48: "48 trials"}

FIRST = "Measure this machine"


def ask(result: ParallelResult) -> Question:
    n_trials, workers = result.spec.n_trials, result.spec.workers
    return Question(
        ask=(
            f"TPE, a search that learns from its trials, may try {n_trials} pairs of settings. A trial takes "
            f"an hour, so one worker needs {n_trials} hours. You have {workers} workers: TPE has to name "
            f"{workers} pairs at a time, before it knows how any of them does. How many trials, made one at "
            f"a time, are your {n_trials} worth?"
        ),
        options={
            "all": f"All {n_trials}, give or take one",
            "most": "Fewer, but at least half of them",
            "few": "Less than half of them",
        },
        answer=find_answer(result),
        truth=tell_worth(result),
        beliefs={
            "all": "That would be so if a trial did not need to know how the others did.",
            "most": "That would be so if trials that begin together lost something, yet each still counted.",
            "few": "That would be so if trials that know nothing of each other were nearly useless.",
        },
    )


def choose_settings(link: Link[ParallelSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "surface", "Table and model", SURFACES)
        choose(link, "n_trials", "Budget", BUDGETS)
    with st.popover("More", type="tertiary"):
        enter(link, "serial", "Serial part of the work, in percent", low=0, high=50, step=1)


def see(link: Link[ParallelSpec], result: ParallelResult) -> None:
    st.markdown(
        "A worker is a processor core, or another computer, that trains one model at a time. **Drag the "
        "handle** to give the search more workers, and watch the time shrink, and with it what each trial "
        "can know."
    )
    show_stage(
        stage_json(result), at=SIZES.index(result.spec.workers), key=link.key("stage"),
        on_release=lambda value: link.set(workers=int(value)),
    )  # fmt: skip
    st.markdown(f"{tell_worth(result)} {tell_difference(result)}")
    st.subheader("What your own machine does with two workers", anchor=False)
    if not result.is_measured:
        st.markdown(
            "A loop in Python and the training of a forest: done one after the other, by threads, and by "
            "processes. Which of them gets faster? This is a matter of the machine, so it is measured here."
        )
    else:
        show_figure(plot_times(result), key=link.key("times"), alt=tell_threads(result))
        st.markdown(tell_threads(result))
        st.caption(tell_machine(result))
    if st.button("Measure again" if result.is_measured else FIRST, key=link.key("measure")):
        link.set(measured=result.spec.measured + 1)
        st.rerun()


def explain(link: Link[ParallelSpec], result: ParallelResult) -> None:
    show_parts(
        {
            "Time and knowledge": _explain_waves,
            "Threads and processes": _explain_threads,
            "Where it ends": _explain_end,
        },
        link,
        result,
    )


def _explain_waves(_link: Link[ParallelSpec], result: ParallelResult) -> None:
    show_formula(wave_formula(result))
    show_formula(worth_formula(result))
    st.markdown(f"{tell_learnt(result)} {tell_waves(result)}")
    show_rows(tabulate_sizes(result))
    misconception(
        "More workers search faster, and it costs nothing.",
        "It costs nothing for a grid and for random search, which learn from no trial. A search that learns "
        "pays with what its trials do not yet know. Optuna counts a trial that still runs as a bad one, so "
        "that the next one keeps away from it (the constant liar). That spreads them; it teaches nothing.",
    )
    st.caption(
        "All of a round are told in the order in which they were asked for, so the same seed gives the same "
        "trials on any number of cores. In Optuna's own n_jobs the order in which trials happen to end "
        "decides, and two runs differ. Glassroom's searches run on the engine that GLASSROOM_ENGINE names "
        "(loky, threads, Dask, Spark) with the same table of trials on each."
    )


def _explain_threads(_link: Link[ParallelSpec], result: ParallelResult) -> None:
    st.markdown(
        "**Threads** live in one process and share its memory: they start at once, and only one of them "
        "runs Python at a time. **Processes** share nothing: each starts an interpreter, imports the "
        "libraries, and gets its rows sent."
    )
    misconception(
        "As many threads as cores make Python as many times faster.",
        "Only code that lets go of the interpreter's lock gets faster: most of NumPy, scikit-learn's trees, "
        "LightGBM. An objective written in Python does not. Optuna's n_jobs is threads, too.",
    )
    if not result.is_measured:
        st.markdown(f"Press “{FIRST}” above to see the times of this one.")
        return
    show_rows(tabulate_times(result))
    st.markdown(tell_engines(result))
    show_rows(tabulate_engines(result))
    st.caption(tell_machine(result))


def _explain_end(link: Link[ParallelSpec], result: ParallelResult) -> None:
    show_formula(amdahl_formula(result))
    st.markdown(tell_amdahl(result))
    show_figure(
        plot_law(result),
        key=link.key("law"),
        alt="Times faster at best against workers, for several serial parts; every line bends to a ceiling.",
    )
    misconception(
        "With enough machines any search takes a moment.",
        "The serial part stays, a round lasts as long as its longest trial, and a search cannot be shorter "
        "than one trial. What reads much memory is also held up by the memory, which the cores share.",
    )
    st.caption(
        "Where the rule breaks down: Amdahl takes the work as fixed. With more workers one often asks for "
        "more trials instead (Gustafson 1988). SparkTrials of Hyperopt has the same two sides: 50 trials, 4 "
        "at a time, take about 13 rounds. Sources: Amdahl 1967; Optuna 5; Ginsbourger et al. 2010 (constant "
        "liar)."
    )


if __name__ == "__main__":
    teach("parallel", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
