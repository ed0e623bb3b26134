"""How do the folds fall? The lab of splitters."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.stage import show_stage
from core.safe_text import md, md_prose
from core.validation.folds.figures import plot_worlds
from core.validation.folds.lab import FoldsResult, FoldsSpec
from core.validation.folds.questions import choose_question
from core.validation.folds.stage import stage_json
from core.validation.folds.tables import find_dataset, list_columns
from core.validation.folds.words import (
    MODEL_NAMES,
    SPLITTER_NAMES,
    describe_rows,
    formulas,
    list_splitters,
    tell_price,
    tell_spread,
    tell_tested,
    tell_use,
)
from core.wording import count

LESSON = Lesson(
    order=2,
    title="How do the folds fall?",
    goal="A test is only as good as the rows it holds back. Find out which rows fall where.",
    lab="folds",
    minutes=20,
)

DATA = {
    "recordings": "Voices of 40 people", "days": "Visitors, day by day", "iris": "Iris flowers, sorted",
    "churn": "Churn, a rare class",
}  # fmt: skip


def ask(result: FoldsResult) -> Question:
    return Question(**choose_question(result))


def choose_settings(link: Link[FoldsSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables(None))
        pick(link, "splitter", "How the rows are split", SPLITTER_NAMES)
        choose(link, "model", "Model", MODEL_NAMES)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            columns = list_columns(link.spec.data, "as known")
            pick(link, "group", "Rows that belong together", columns)
            pick(link, "order", "Rows are in the order of", columns)
            enter(link, "gap", "Gap before the test rows (time order)", low=0, high=60, step=1)
            enter(link, "seed", "Seed of the shuffling", low=0, step=1)
        if "data" not in link.hidden:
            for task, label in (("binary", "two classes"), ("regression", "a number")):
                if st.button(f"Your own table: {label}", type="tertiary"):
                    offer_own_table(lambda name: link.set(data=name), task=task)  # type: ignore[arg-type]


def see(link: Link[FoldsSpec], result: FoldsResult) -> None:
    st.markdown(
        "To test a model honestly, some rows are held back, and it learns from the others. Cross-validation "
        "does that several times, each time with another part held back: a fold is one such time. "
        f"{md_prose(describe_rows(result))} A tall purple bar is a row that is tested, a short grey one a "
        f"row that trains. Drag the number of folds. {tell_origin(find_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(k=int(value)),
    )


def explain(_link: Link[FoldsSpec], result: FoldsResult) -> None:
    st.subheader("A fold is a rehearsal", anchor=False)
    st.markdown(
        "The model plays the future: it is trained without some rows and asked about them. The score can be "
        "believed if the tested rows are as new to it as the real ones will be. "
        f"{md_prose(tell_use(result))}\n\n{md_prose(tell_price(result))}"
    )
    if result.n_worlds:
        show_figure(plot_worlds(result), key="worlds", alt=tell_price(result))
    explain_sizes(result)
    explain_choice(result)


def explain_sizes(result: FoldsResult) -> None:
    st.subheader("Every row is tested, most rows train", anchor=False)
    for formula in formulas(result):
        show_formula(formula)
    st.markdown(
        "Where it does not come out even, some folds hold one more than others. "
        f"{md_prose(tell_tested(result))}"
    )
    misconception(
        "Cross-validation makes a better model.",
        f"It makes none that you keep. The {count(result.n_fits)} models are thrown away; what stays is an "
        "estimate. The model that you use is trained once more, on all rows.",
    )
    misconception("The more folds, the truer the score.", md_prose(tell_spread(result)))


def explain_choice(result: FoldsResult) -> None:
    st.subheader("Which splitter for which use?", anchor=False)
    st.markdown("\n".join(f"- **{md(name)}** {md(use)}" for name, use in list_splitters(result)))
    st.markdown(
        "✓ marks the one that suits the rows above. A gap leaves out the rows just before the test, because "
        "the answer about yesterday is often not known yet today."
    )
    misconception(
        "Shuffling makes every split fair.",
        "Shuffling undoes an order that means nothing, such as flowers sorted by species. Where order or "
        "belonging means something, it spreads the answer over both sides.",
    )
    misconception(
        "For rows in time order a single split is enough, whichever.",
        "Only one that cuts in time: everything before the cut trains, everything after it tests. A random "
        "hold-out puts tomorrow among the training rows, just as shuffled folds do.",
    )
    misconception(
        "Telling KFold the groups keeps them together.",
        "KFold ignores them: scikit-learn takes groups=… and only warns. GroupKFold keeps them.",
    )
    st.caption(
        "Where the rule breaks: a few large groups leave few independent tests, and the score is as "
        "uncertain as their number says, however many rows there are. Folds share training rows, so the "
        "spread between them is no standard error. Stratifying needs classes; for numbers, shuffle. Sources: "
        "Roberts and others 2017 on structured folds, Bergmeir and Benítez 2012 on time series."
    )


if __name__ == "__main__":
    teach("folds", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
