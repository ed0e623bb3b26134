"""One score for ten classes? The confusion matrix of many classes, and what each average makes of it."""

from typing import Any

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure, show_figures
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from core.datasets import load_dataset
from core.metrics.classes import figures, words
from core.metrics.classes.lab import ClassesResult, ClassesSpec
from core.safe_text import md
from core.wording import count, percent

LESSON = Lesson(
    order=3,
    title="One score for ten classes?",
    goal="An average can hide a whole class. Find out which scores tell you so, and which cannot.",
    lab="classes",
    minutes=20,
)

DATA = {"digits": "Digits", "wine": "Wine", "iris": "Iris"}
MODELS = {
    "neighbours": "Nearest neighbours", "logistic": "Logistic regression", "tree": "Decision tree",
    "forest": "Random forest", "majority": "Always the biggest class",
}  # fmt: skip
SHADES = {"truth": "share of its row", "answer": "share of its column", "count": "count"}


def ask(result: ClassesResult) -> Question:
    gap, accuracy = result.accuracy - result.worst_recall, percent(result.accuracy, 0)
    answer = "same" if gap < 0.05 else "lower" if gap < 0.2 else "far"
    return Question(
        ask=(
            f"A model gives the right answer for {accuracy} of {count(result.n_judged)} "
            f"{md(result.row_noun[1])} of {result.n_classes} classes. {words.tell_rarity(result)} "
            "Look at the class that it finds worst. Which share of that class does it find?"
        ),
        options={
            "same": f"about {accuracy} too", "lower": "5 to 20 points less", "far": "far less than that",
        },
        answer=answer,
        truth=words.tell_found(result),
        beliefs={
            "same": "That would be so if every class were as easy and as common as the others.",
            "lower": "One score for all is an average, and says nothing about how far a class lies from it.",
            "far": "That happens to a rare or difficult class. Here no class is left behind so far.",
        },
    )  # fmt: skip


def choose_settings(link: Link[ClassesSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("multiclass"))
        pick(link, "rare", "Make one class rare", words.name_classes(link.spec))
        choose(link, "rare_rows", "Rows of it that stay", words.name_rows(link.spec))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "model", "Model", MODELS, note=words.MODEL_NOTE)
        choose(link, "shade", "Shade a cell by its", SHADES)
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the split and the model", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task="multiclass")


def draw(key: str, figure: Any, sentence: str) -> None:
    show_figure(figure, key=key, alt=words.unmarked(sentence))


def see(link: Link[ClassesSpec], result: ClassesResult) -> None:
    st.markdown(
        f"{MODELS[link.spec.model]}, {words.tell_training(result)} "
        f"{tell_origin(load_dataset(link.spec.data))} {words.tell_scores(result)}\n\n"
        "In the first picture each row is a true class and each column an answer; right answers lie on the "
        "diagonal. The second shows recall, the share of a class that is found."
    )
    pictures = {"matrix": figures.plot_matrix(result), "recalls": figures.plot_recalls(result)}
    seen = f"{words.tell_confusion(result)} {words.tell_worst(result)}"
    show_figures(pictures, alt=words.unmarked(seen))
    st.markdown(seen)
    if len(result.pixels):
        draw("mistakes", figures.plot_mistakes(result), words.tell_mistakes(result))
    if result.rare_label is not None:
        draw("changes", figures.plot_changes(result), words.tell_change(result))
        st.markdown(f"{words.tell_change(result)} {words.MARKS}")


def explain(_link: Link[ClassesSpec], result: ClassesResult) -> None:
    st.subheader("What is counted alike decides what is heard", anchor=False)
    st.markdown(
        "F1 makes one number of precision and recall, for one class at a time. One number for all classes "
        "has to be an average, and there is more than one way to take it."
    )
    show_formula(words.micro_formula(result))
    show_formula(words.macro_formula(result))
    show_rows(words.tabulate_averages(result))
    st.markdown(
        "Micro counts each row once, macro each class once, weighted each class by its rows. "
        "Every row has one true class and gets one answer, so a false alarm for one class is a miss for "
        "another. That is why micro precision, micro recall and micro F1 are all the same number: accuracy. "
        "Weighted recall is accuracy too. Macro recall is what others call balanced accuracy. "
        f"{words.tell_two_f1s(result)}"
    )
    misconception(
        "F1 is high, so every class is found.",
        "Which F1? Micro and weighted F1 count rows, so the big classes speak for all. Here weighted F1 is "
        f"{percent(result.weighted_f1)}, and of the worst class {percent(result.worst_recall, 0)} are found.",
    )
    st.subheader("The report, class by class", anchor=False)
    show_rows(words.tabulate_report(result))
    if result.n_never_predicted:
        st.markdown(words.tell_gaps(result))
    misconception(
        "Micro-averaged F1 tells more than accuracy.",
        "With one label for each row it is the same number. It differs where a row may have several labels "
        "or none, and where one class is left out of the average.",
    )
    st.subheader("Each class against the rest", anchor=False)
    draw("roc", figures.plot_roc(result), words.tell_areas(result))
    st.markdown(words.tell_areas(result))
    misconception(
        "The class has a high ROC AUC, so it is found.",
        "The area asks whether its rows get higher scores than others. The answer goes to the class with the "
        "highest score of all, and a rare class seldom has it.",
    )
    st.subheader("Agreement beyond chance", anchor=False)
    show_formula(words.kappa_formula(result))
    st.markdown(
        "Chance is how often truth and answer would agree if the same answers were dealt out at random. "
        f"Matthews' correlation for many classes is {words.say_mcc(result)} here. Both are 0 or undefined "
        f"for the model that always says {md(result.majority_label)}, whatever its accuracy."
    )
    st.caption(
        "Where the rule breaks: a macro average gives a class of four rows the same voice as one of forty, "
        "and four rows know little. Look at the intervals before you believe a change. If some mistakes cost "
        "more than others, no average knows it: multiply the matrix by your costs."
    )


if __name__ == "__main__":
    teach("classes", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
