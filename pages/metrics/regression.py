"""How wrong is a regression? One point, one line, six numbers."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.datasets import load_dataset
from core.metrics.regression.lab import RegressionResult, RegressionSpec
from core.metrics.regression.stage import stage_json
from core.metrics.regression.words import (
    formulas,
    grow_to_the_top,
    say_r2,
    say_value,
    tabulate_r2_examples,
    tabulate_rivals,
    tabulate_rules,
    tell_mean,
    tell_rivals,
)
from core.safe_text import md, md_prose
from core.scene import label_axis
from core.wording import count, significant

LESSON = Lesson(
    order=4,
    title="How wrong is a regression?",
    goal="The same errors can be added up in many ways. Drag one point, and see what each way fears most.",
    lab="regression",
    minutes=20,
)

DATA = {
    "diabetes": "Diabetes progression", "house_prices": "House prices", "delivery_times": "Delivery times",
}  # fmt: skip
FITS = {"squares": "squared errors", "absolute": "absolute errors", "huber": "Huber’s mixture"}
POINTS = {"edge": "far right", "middle": "in the middle"}


def ask(result: RegressionResult) -> Question:
    growth = grow_to_the_top(result)
    times = {name: f"{factor:.1f} times" for name, factor in growth.items()}
    return Question(
        ask=(
            f"A line is fitted to {result.n_points} {result.row_noun[1]}. Then one value is mistyped: "
            f"{say_value(result, result.high)} instead of {say_value(result, result.observed)}. "
            "Which number grows most?"
        ),
        options={
            "mae": "the mean absolute error (MAE)",
            "rmse": "the root of the mean squared error (RMSE)",
            "medae": "the median absolute error (MedAE)",
        },
        answer=max(growth, key=growth.__getitem__),
        truth=(
            f"RMSE becomes {times['rmse']} as large, MAE {times['mae']}, MedAE {times['medae']}."
        ),
        beliefs={
            "mae": "That would be so if all errors counted alike. Squaring makes the large one count most.",
            "rmse": "That would be so if the line stayed where it was. Here it moves.",
            "medae": "That would be so if the point moved the middle error. It moves the largest.",
        },
    )


def choose_settings(link: Link[RegressionSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("regression"))
        choose(link, "fit", "The line makes small", FITS)
        choose(link, "point", "Drag the point", POINTS)
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            pick(link, "rivals", "Five models compete on", DATA | own_tables("regression"))
            enter(link, "seed", "Seed of the split and the models", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task="regression")


def see(link: Link[RegressionSpec], result: RegressionResult) -> None:
    st.markdown(
        f"{count(result.n_points)} {md(result.row_noun[1])}, and the line that fits them best. Drag the "
        "orange point up and down: the line is fitted again at each place. An error is how far the line "
        "passes a point. MAE is the mean error; RMSE squares the errors first, so that large ones count "
        "more; MedAE is the error in the middle. "
        f"{tell_origin(load_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(place=value),
    )


def explain(link: Link[RegressionSpec], result: RegressionResult) -> None:
    explain_numbers(result)
    explain_lines(result)
    explain_r2(result)
    explain_choice(link, result)


def explain_numbers(result: RegressionResult) -> None:
    st.subheader("Six numbers from the same errors", anchor=False)
    for formula in formulas(result):
        show_formula(formula)
    st.markdown(
        f"RMSE is the root of MSE, {significant(result.rmse)}, so it has the unit of the target again. It is "
        "never below MAE, and equal to it only if all errors are of the same size. MedAE is the error in "
        "the middle: half of the rows are missed by less. MAPE divides each error by the true value, so it "
        "punishes errors on small values, and a true value of 0 leaves it undefined."
    )
    misconception(
        "RMSE is the average error.",
        f"The average error is MAE, here {significant(result.mae)}. RMSE is {significant(result.rmse)}, "
        "because a large error counts with its square.",
    )


def explain_lines(result: RegressionResult) -> None:
    st.subheader("What a line makes small, it is good at", anchor=False)
    st.markdown(
        f"All of them looked at these {count(result.n_points)} {md(result.row_noun[1])}, the dragged one "
        "too. Least squares always has the lowest RMSE and least absolute errors the lowest MAE. The same "
        "holds without any x: of all constants the mean has the lowest RMSE and the median the lowest MAE."
    )
    show_rows(tabulate_rules(result))
    st.markdown(
        "Choose “absolute errors” and drag again: once the point has crossed the line, the line does not "
        "move at all. It only asks on which side a point lies. Huber squares small errors, not large ones."
    )


def explain_r2(result: RegressionResult) -> None:
    st.subheader("R² compares with always saying the mean, and can be negative", anchor=False)
    show_rows(tabulate_r2_examples())
    st.markdown(
        f"{md_prose(tell_mean(result))} An outlier can even raise R² on its own rows, because it spreads the "
        f"values that R² divides by: here {say_r2(result.r2_before)} before, {say_r2(result.r2)} now."
    )
    misconception(
        "R² lies between 0 and 1.",
        "That holds for least squares with an intercept, on the rows that it was fitted to. Anywhere else R² "
        "has no lower end: predictions in reverse order score −3 above.",
    )


def explain_choice(link: Link[RegressionSpec], result: RegressionResult) -> None:
    st.subheader("The metric chooses the model", anchor=False)
    rows = md(load_dataset(link.spec.rivals).row_noun[1])
    target = md(label_axis(result.rivals_target, result.rivals_unit))
    st.markdown(
        f"Five models, trained on {count(result.n_train_rivals)} {rows} with all columns, predict {target}."
    )
    show_rows(tabulate_rivals(result))
    st.markdown(
        f"{md_prose(tell_rivals(result))} If one large miss costs more than many small ones, let RMSE "
        "choose; if outliers are mistakes in the data, MAE. Say the unit, and what the mean alone scores."
    )
    st.caption(
        "Elsewhere you may read mean_squared_error(…, squared=False): scikit-learn has removed it, and it "
        "ends in a TypeError. Use root_mean_squared_error. Where all this breaks: scores on rows that a line "
        "was fitted to flatter it, and no single number says whether errors have a pattern: plot them."
    )


if __name__ == "__main__":
    teach("regression", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
