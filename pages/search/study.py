"""How do I run a search of my own? A space that the learner writes, searched live, and its pictures."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from core.datasets import Task
from core.safe_text import md, md_prose
from core.search.study.figures import plot_study
from core.search.study.lab import StudyResult, StudySpec
from core.search.study.ranges import join_ranges, list_ranges
from core.search.study.readings import tell_edge, tell_picture
from core.search.study.renderings import list_traps, write_spaces
from core.search.study.words import (
    ask_gain,
    find_gain,
    list_gains,
    list_misconceptions,
    list_terms,
    saved_formula,
    tell_gain,
    tell_loss,
    tell_pruner,
    tell_study,
    tell_test,
)

LESSON = Lesson(
    order=4,
    title="How do I run a search of my own?",
    goal="Write down what may be tried, let Optuna search while you watch, and read its seven pictures.",
    lab="study",
    minutes=20,
)

DATA = {
    "diabetes": "Patients with diabetes",
    "breast_cancer": "Breast tumours",
    "wine": "Wines",
    "churn": "Customers who may leave",
    "house_prices": "House prices",
}
MODELS = {
    "svm": "Support vector machine",
    "knn": "Nearest neighbours",
    "logistic": "Logistic or ridge regression",
    "forest": "Random forest",
    "boosting": "Gradient boosting",
}
TRIALS = {20: "20 trials", 40: "40 trials", 80: "80 trials"}
PRUNERS = {
    "median": "Worse than the median",
    "halving": "Successive halving",
    "hyperband": "Hyperband",
    "none": "Nobody is stopped",
}
PICTURES = {
    "history": "History",
    "intermediate": "On the way",
    "parallel": "Parallel lines",
    "slice": "Slices",
    "contour": "Contour",
    "importances": "Importances",
    "edf": "Distribution",
}


OWN: dict[Task, str] = {
    "binary": "Your table: two classes",
    "multiclass": "Your table: more classes",
    "regression": "Your table: a number",
}


def ask(result: StudyResult) -> Question:
    return Question(
        ask=ask_gain(result), options=list_gains(result),
        answer=find_gain(result), truth=tell_gain(result),
        beliefs={
            "none": "That would be so if the first trials were enough to find the best place.",
            "little": "That would be so if the later trials only polished what the first had found.",
            "much": "That would be so if a search went on improving as it began.",
        },
    )  # fmt: skip


def choose_settings(link: Link[StudySpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        own = own_tables("binary") | own_tables("multiclass") | own_tables("regression")
        pick(link, "data", "Data", DATA | own)
        pick(link, "model", "Model", MODELS)
        budgets = TRIALS | {link.spec.n_trials: f"{link.spec.n_trials} trials"}
        choose(link, "n_trials", "Budget", budgets)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        if "ranges" not in link.hidden:
            with st.popover("The space: what may be tried", icon=":material/tune:"):
                _edit_space(link)
        with st.popover("More", type="tertiary"):
            pick(link, "pruner", "Who is stopped early", PRUNERS)
            enter(link, "seed", "Seed: other trials", low=0, step=1)
            for task, words in OWN.items():
                if "data" not in link.hidden and st.button(words, type="tertiary"):
                    offer_own_table(lambda name: link.set(data=name), task=task)


def _edit_space(link: Link[StudySpec]) -> None:
    with st.form(link.key("space"), border=False):
        entered = {}
        for one in list_ranges(link.spec.search.space):
            name, key, places = md(one.name), link.key(one.text), st.columns(2)
            entered[one.name] = (
                places[0].number_input(
                    f"{name} from", value=one.low, format="%.6g", key=f"{key}:low"
                ),
                places[1].number_input("to", value=one.high, format="%.6g", key=f"{key}:high"),
                st.toggle(f"{name}: factors count (log scale)", value=one.log, key=f"{key}:log"),
            )
        if st.form_submit_button("Search this space", type="primary"):
            link.set(ranges=join_ranges(link.spec.usual_space, entered, link.spec.ranges))
            st.rerun()
    if link.spec.ranges and st.button("Back to the usual space", type="tertiary"):
        link.set(ranges=())
        st.rerun()


def see(link: Link[StudySpec], result: StudyResult) -> None:
    st.markdown(md_prose(f"{tell_study(result)} {tell_test(result)}"))
    choose(link, "picture", "Look at the study", PICTURES)
    figure = plot_study(result)
    if figure is not None:
        show_figure(figure, key=link.key("picture_drawn"), alt=tell_picture(result))
    st.markdown(md_prose(tell_picture(result)))


def explain(link: Link[StudySpec], result: StudyResult) -> None:
    st.subheader("Four words", anchor=False)
    st.markdown("\n".join(f"- **{word}**: {md(what)}" for word, what in list_terms(result).items()))
    misconception("The parameter is usually the loss.", md_prose(tell_loss(result)))
    st.subheader("Stopped early", anchor=False)
    st.markdown(
        "After each step the objective tells how good the setting is so far (`trial.report`) and asks "
        "whether to go on (`trial.should_prune`). Without both there is no pruning. "
        f"{tell_pruner(result)} Work is counted in trainings of one fold:"
    )
    show_formula(saved_formula(result))
    st.subheader("Your space, in three tools", anchor=False)
    texts = write_spaces(link.spec.search)
    for tab, code in zip(st.tabs(list(texts)), texts.values(), strict=True):
        tab.code(code, language="python")
    st.markdown("Hyperopt is in older notes. Four things go wrong there:")
    st.markdown("\n".join(list_traps()))
    st.subheader("What goes wrong", anchor=False)
    for belief, answer in list_misconceptions(result).items():
        misconception(belief, md_prose(answer))
    st.caption(
        f"Where it breaks down: a study sees nothing outside its ranges. {tell_edge(result)} A trial that "
        "was stopped after one fold may have been unlucky in that fold. Sources: Akiba et al. 2019 (Optuna), "
        "Watanabe et al. 2023 (PED-ANOVA)."
    )


if __name__ == "__main__":
    teach("study", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
