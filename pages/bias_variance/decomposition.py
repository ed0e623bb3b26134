"""Why does the best model make mistakes? Bias, variance and noise, measured on a known truth."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.bias_variance.decomposition.figures import plot_mistakes, plot_parts
from core.bias_variance.decomposition.lab import DecompositionResult, DecompositionSpec
from core.bias_variance.decomposition.stage import stage_json
from core.bias_variance.decomposition.words import (
    find_answer,
    mistakes_formula,
    sum_formula,
    tabulate_terms,
    tell_audit,
    tell_best,
    tell_mistakes,
    tell_spread,
    tell_trade,
    tell_train_error,
)
from core.bias_variance.families import FAMILIES
from core.datasets.curves import CURVES
from core.wording import count

LESSON = Lesson(
    order=1,
    title="Why does the best model make mistakes?",
    goal="An error has three parts: too rigid, too nervous, and what nobody can hit. Watch all three.",
    lab="bias-variance",
    minutes=20,
)

TRUTHS = {curve.name: curve.title for curve in CURVES}
MODELS = {family.name: family.title for family in FAMILIES}
NOISES = {0.0: "none", 0.1: "little", 0.3: "some", 0.6: "much"}
SIZES = {15: "15", 30: "30", 100: "100", 200: "200"}


def ask(result: DecompositionResult) -> Question:
    return Question(
        ask=(
            "Many people measure the same truth, each with a small sample of their own, and each fits the "
            f"same kind of model ({result.family_title.lower()}). You let all their models bend more. What "
            "happens to the fits?"
        ),
        options={
            "together": "They move closer together",
            "same": "They stay about as far apart",
            "apart": "They spread apart",
        },
        answer=find_answer(result),
        truth=tell_spread(result),
        beliefs={
            "together": "That would be so if more freedom always brought every fit nearer to the truth.",
            "same": "That would be so if a model learnt only the truth, and never the noise.",
            "apart": "That is the rule: a model that can follow more also follows the noise.",
        },
    )


def choose_settings(link: Link[DecompositionSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "truth", "The truth", TRUTHS)
        pick(link, "family", "Model", MODELS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(
            link, "noise", "Noise", NOISES | {link.spec.noise: NOISES.get(link.spec.noise, "other")}
        )
        choose(
            link, "n_rows", "Rows in a sample", SIZES | {link.spec.n_rows: count(link.spec.n_rows)}
        )
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        if "seed" not in link.hidden:
            st.button("Draw other samples", on_click=draw_anew, args=(link,))
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed: other samples of the same truth", low=0, step=1)


def draw_anew(link: Link[DecompositionSpec]) -> None:
    link.set(seed=link.spec.seed + 1)


def see(link: Link[DecompositionSpec], result: DecompositionResult) -> None:
    st.markdown(
        f"The truth is known here, because we made it. {count(result.n_samples)} samples of "
        f"{count(result.spec.n_rows)} rows were drawn from it, each with its own noise, and a model was "
        "trained on every one. Drag the handle: how far may they bend?"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(bend=int(value)),
    )
    st.markdown("The three parts at every setting. The bar of the handle stands out:")
    show_figure(plot_parts(result), key=link.key("parts"), alt=tell_best(result))


def explain(link: Link[DecompositionSpec], result: DecompositionResult) -> None:
    st.subheader("Three parts, and they add up", anchor=False)
    st.markdown(
        "**Bias** is how far the *mean* of all fits lies from the truth: what every one of them gets wrong "
        "in the same way. **Variance** is how far the single fits lie from their mean: what one gets wrong "
        "because of its own sample. **Noise** is what a new row adds by itself. Squared and averaged, the "
        "three add up to the error that you must expect on a new row."
    )
    show_formula(sum_formula(result))
    st.markdown(f"{tell_best(result)} {tell_audit(result)}")
    show_rows(tabulate_terms(result))
    misconception(
        "The best model makes no mistakes.",
        "It makes the mistakes that are left when nothing is too rigid and nothing too nervous. Set the "
        "noise to “none” to see what one could reach without it.",
    )
    st.subheader("Training sees only one side", anchor=False)
    st.markdown(
        f"{tell_train_error(result)} With one sample you see one curve of the sheaf. It may look right and "
        "still be one of the nervous ones; you learn that from rows that it has not seen."
    )
    misconception(
        "More data always helps.",
        "More rows bring the fits together: variance falls. Bias stays where it is, however many rows there "
        "are. Drag to the left end and choose 200 rows: what cannot bend stays wrong.",
    )
    explain_mistakes(link, result)
    st.caption(
        "Where the rule breaks: the three parts add up for squared errors; those of mistakes are from "
        "Domingos 2000. The samples of the curve differ only in their noise; where rows are drawn at random "
        "places, variance grows a little. And some very large models have a second descent beyond "
        "the peak, which this family is too small to show. Source: Geman, Bienenstock and Doursat 1992."
    )


def explain_mistakes(link: Link[DecompositionSpec], result: DecompositionResult) -> None:
    st.subheader("Right or wrong, instead of near or far", anchor=False)
    st.markdown(
        "Squared errors fit numbers. Where a model says one of two classes, an answer is right or wrong, and "
        "the parts no longer simply add up. Here the truth is which side of a diagonal a row lies on, and a "
        f"tenth of the labels are wrong. {tell_mistakes(result)}"
    )
    show_figure(plot_mistakes(result), key=link.key("mistakes"), alt=tell_mistakes(result))
    show_formula(mistakes_formula(result))
    st.markdown(
        "With more depth bias falls. Variance that harms falls first: stumps vary because the samples "
        "disagree which column to cut. Then it rises again, because deep trees learn the wrong labels, too."
    )
    misconception(
        "Variance always does harm.",
        "For squared errors it does. For right-or-wrong answers it helps wherever most of the models agree "
        "on the wrong class: whoever leaves the crowd there is right.",
    )
    misconception(
        "High bias raises false alarms and misses alike; high variance trades one for the other.",
        f"A rule of thumb at best. {tell_trade(result)} So here the trees with the most bias trade the most. "
        "Count both kinds of mistakes, but do not read bias or variance from them.",
    )


if __name__ == "__main__":
    teach(
        "decomposition", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain)
    )
