"""Why is my price model too cheap? A model of the logarithm, turned back."""

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
from app.prose import show_rows
from app.stage import show_stage
from core.datasets import load_dataset
from core.metrics.log_target.figures import plot_direct_residuals, plot_log_residuals
from core.metrics.log_target.lab import LogTargetResult, LogTargetSpec
from core.metrics.log_target.stage import stage_json
from core.metrics.log_target.words import (
    find_middle,
    say_log,
    say_money,
    smearing_formula,
    tabulate_example,
    tabulate_rules,
    tell_direct_logs,
    tell_plain,
    tell_smearing,
)
from core.safe_text import md, md_prose
from core.wording import count, percent

LESSON = Lesson(
    order=6,
    title="Why is my price model too cheap?",
    goal="Many models learn the logarithm of a price and turn it back. Find out what gets lost on the way.",
    lab="log-target",
    minutes=15,
)

DATA = {
    "house_prices": "House prices", "diabetes": "Diabetes progression", "delivery_times": "Delivery times",
}  # fmt: skip
MODELS = {"linear": "Linear regression", "boosting": "Boosting"}
SEES = {"one": "one column", "all": "all columns"}


def ask(result: LogTargetResult) -> Question:
    return Question(
        ask=(
            f"A model learns the logarithm of {result.target}, and its predictions are turned back at the "
            f"end. How many of {count(result.n_unseen)} new {result.row_noun[1]} lie above their prediction?"
        ),
        options={"fewer": "fewer than half", "half": "about half", "more": "more than half"},
        answer=find_middle(result),
        truth=tell_plain(result),
        beliefs={
            "fewer": "That would be so if the predictions were too high for most of them.",
            "half": "That is the rule, for a logarithm keeps the middle in the middle. Here the model misses "
            "upwards and downwards unequally often.",
            "more": "That would be so if too low on average meant too low for most. A few very large values "
            "can pull the average up alone.",
        },
    )


def choose_settings(link: Link[LogTargetSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("regression"))
        choose(link, "model", "Model", MODELS)
        choose(link, "sees", "The model sees", SEES)
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the split and the model", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task="regression")


def see(link: Link[LogTargetSpec], result: LogTargetResult) -> None:
    seen = md(result.columns[0]) if len(result.columns) == 1 else f"{len(result.columns)} columns"
    st.markdown(
        f"{MODELS[link.spec.model]} learnt the logarithm of {md(result.target)} from {seen} of "
        f"{count(result.n_train)} {md(result.row_noun[1])}: equal steps of a logarithm are equal factors, so "
        "cheap and dear count alike. The function exp turns a logarithm back. Drag the end of the line: all "
        f"predictions are multiplied. {tell_origin(load_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(factor=value),
    )


def explain(link: Link[LogTargetSpec], result: LogTargetResult) -> None:
    st.subheader("exp undoes the logarithm, but not the mean", anchor=False)
    show_rows(tabulate_example())
    st.markdown(
        "The model aims at the mean of the logarithms. Turned back, that is not the mean: where values are "
        "skewed to the right it is close to the median, which lies lower. The median is what MAE asks for. "
        "Sums and budgets ask for the mean."
    )
    misconception(
        "exp of the predicted logarithm is the expected price.", md_prose(tell_plain(result))
    )
    explain_factor(result)
    explain_scales(result)
    explain_residuals(link, result)


def explain_factor(result: LogTargetResult) -> None:
    st.subheader("What is missing is a factor, and the residuals know it", anchor=False)
    show_formula(smearing_formula(result))
    st.markdown(
        f"Duan’s smearing factor (1983) is the mean of exp(residual) over the training rows. "
        f"{md_prose(tell_smearing(result))} If the residuals are normal with the spread s = "
        f"{result.log_spread:.3f}, exp(s² / 2) = {result.normal_factor:.3f} says the same. The more of the "
        "target a model leaves unexplained, the larger the factor: try “one column” and “all columns”. "
        "One factor puts the mean right, not every prediction: MAE and RMSE hardly notice."
    )
    show_rows(tabulate_rules(result))


def explain_scales(result: LogTargetResult) -> None:
    st.subheader("An RMSE of logarithms is no amount of money", anchor=False)
    st.markdown(
        f"It is {say_log(result.log_rmse)} here, and RMSE is {say_money(result.rmse, result.unit)}. The "
        "first has no unit and measures ratios: being wrong by a tenth counts the same for cheap and dear. "
        f"Compare models on one scale only. {md_prose(tell_direct_logs(result))}"
    )
    misconception(
        "The model with the smaller RMSE is better, so train on the logarithm.",
        f"{say_log(result.log_rmse)} is smaller than {say_money(result.direct_rmse, result.unit)} in the "
        "same way in which 1 kilometre is smaller than 900 metres. Turn back first, then compare.",
    )


def explain_residuals(link: Link[LogTargetSpec], result: LogTargetResult) -> None:
    st.subheader("Residuals show why one takes the logarithm", anchor=False)
    plots = {"direct": plot_direct_residuals, "log": plot_log_residuals}
    for column, (name, plot) in zip(st.columns(2), plots.items(), strict=True):
        with column:
            alt = f"Residuals against predictions, {name} scale."
            show_figure(plot(result), key=link.key(f"residuals_{name}"), alt=alt)
    st.markdown(
        "Each title compares the errors of the highest third of the predictions with those of the lowest. "
        "A fan that opens to the right says that errors grow with the value; on the log scale it closes. A "
        "curve in the cloud says that the shape is wrong, and no factor repairs that."
    )
    st.caption(
        f"All scores: {count(result.n_unseen)} rows that neither model was trained on; "
        f"{percent(result.share_above, 0)} of them lie above the prediction at the handle. Where the rule "
        "breaks: a model that fits its training rows closely has too small residuals there, and too small a "
        "factor."
    )


if __name__ == "__main__":
    teach("log_target", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
