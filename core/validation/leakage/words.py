"""What the leakage lab says in words: the two scores, the fall, and what kind of leak it is."""

from functools import lru_cache

from core.formula import Formula
from core.validation.leakage.casebook import CASES
from core.validation.leakage.lab import LeakageResult
from core.validation.leakage.source import find_leak, read_steps, show_pipeline
from core.wording import THIN, count

QUESTIONS = (
    (
        "Does a step look at the target or at other rows?",
        ("selection", "encoding", "oversampling", "scaler"),
        "Move it inside the folds: into the pipeline, or after the split.",
    ),
    (
        "Are the test rows as new to the model as the rows in use?",
        ("duplicates", "groups", "time_order"),
        "Split as the world does: copies and people whole, the past before the future.",
    ),
    (
        "Is every column known when the model must decide?",
        ("proxy",),
        "Leave the column out. No splitter finds this.",
    ),
    (
        "Did the judging rows also choose?",
        ("tuning",),
        "Choose by folds of the training rows; judge with rows kept apart.",
    ),
)


@lru_cache(maxsize=1)
def title_cases() -> dict[str, str]:
    """Return the title of each case by its name."""
    return {name: case.title for name, case in CASES.items()}


def list_steps(result: LeakageResult) -> dict[str, str]:
    """Return the steps of the pipeline as found, by number: "2. Choose the 20 genes"."""
    return {
        str(step.number): f"{step.number}. {step.words}"
        for step in read_steps(result.spec.case, "as_found")
    }


def show_evidence(result: LeakageResult) -> str:
    """Return the code of the version looked at, with a mark beside the step in question."""
    if result.spec.is_mended:
        return show_pipeline(result.spec.case, "mended", mark="← mended")
    return show_pipeline(result.spec.case, "as_found", mark="← leaks")


def show_suspect(result: LeakageResult) -> str:
    """Return the code as found, which betrays nothing."""
    return show_pipeline(result.spec.case, "as_found")


def tell_story(result: LeakageResult) -> str:
    """Say what was done and what was reported, and nothing about the leak."""
    case = CASES[result.spec.case]
    return f"{case.story} The report says {case.score} {result.found_reported:.2f}."


def tell_truth(result: LeakageResult) -> str:
    """Say where the leak is and what it does to the report."""
    step = next(s for s in read_steps(result.spec.case, "as_found") if s.number == result.leak)
    return (
        f"Step {result.leak} leaks: “{step.words}”. The report says {result.found_reported:.2f}; "
        f"mended, on the same rows, it says {result.mended_reported:.2f}. {tell_verdict(result)}"
    )


def tell_verdict(result: LeakageResult) -> str:
    """Say whether the fall can be told from chance."""
    fall = f"{result.fall:.3f} (95{THIN}% interval {say_interval(result, 'fall')})"
    if result.is_costly:
        return f"The leak flattered the report by {fall}."
    if result.fall_high < 0:
        return f"The report even rises when mended: by {-result.fall:.3f}."
    return f"The difference is {fall}, which cannot be told from 0: here the leak costs nothing measurable."


def tell_scores(result: LeakageResult) -> str:
    """Say what the version looked at reported and what came true on later rows."""
    case = CASES[result.spec.case]
    version = "mended" if result.spec.is_mended else "found"
    reported = result.mended_reported if result.spec.is_mended else result.found_reported
    in_use = result.mended_in_use if result.spec.is_mended else result.found_in_use
    gap = result.mended_gap if result.spec.is_mended else result.found_gap
    bounds = say_interval(result, f"{version}_gap")
    start = "Mended" if result.spec.is_mended else "As found"
    return (
        f"{start}, the report says {case.score} {reported:.2f}. In use, on {case.later}, the model reaches "
        f"{in_use:.2f}. {_say_gap(gap, bounds, result.n_repeats)}"
    )


def _say_gap(gap: float, bounds: str, n_repeats: int) -> str:
    low, high = (float(part.replace("−", "-")) for part in bounds.split(" to "))
    draws = f"over {n_repeats} draws of the rows, 95{THIN}% interval {bounds}"
    if low > 0:
        return f"The report is too good by {gap:.3f} ({draws})."
    if high < 0:
        return f"The report is too low by {-gap:.3f} ({draws}): it errs on the careful side."
    return f"The two cannot be told apart ({draws} of the difference)."


def tell_harm(result: LeakageResult) -> str:
    """Say whether the leak also made the model itself worse."""
    bounds = say_interval(result, "harm")
    if result.harm_low == result.harm_high == 0:
        return (
            "In use both versions are one and the same model: only the report was wrong. What suffers is the "
            "decision that somebody bases on it."
        )
    scores = f"{result.found_in_use:.2f} as found and {result.mended_in_use:.2f} mended"
    if result.harm_low > 0:
        return (
            f"Here it does more: in use the model reaches {scores}. The difference of {result.harm:.3f} "
            f"({bounds}) is real loss: the model learned to trust what it will not have."
        )
    return (
        f"Here the model itself is hardly touched: in use it reaches {scores} (difference {bounds}). What "
        "suffers is the decision that somebody bases on the report."
    )


def say_interval(result: LeakageResult, name: str) -> str:
    """Return the interval of a gap: "0.310 to 0.402"."""
    low, high = getattr(result, f"{name}_low"), getattr(result, f"{name}_high")
    return f"{low:.3f} to {high:.3f}".replace("-", "−")


def gap_formula(result: LeakageResult) -> Formula:
    """Return the mean gap of the version looked at, with the learner's numbers."""
    gap = result.mended_gap if result.spec.is_mended else result.found_gap
    return Formula(
        name="mean gap",
        top="sum of (reported − in use)",
        bottom="draws",
        top_number=f"{gap * result.n_repeats:.3f}".replace("-", "−"),
        bottom_number=count(result.n_repeats),
        value=f"{gap:.3f}".replace("-", "−"),
    )


def list_questions(result: LeakageResult) -> tuple[tuple[str, str, str], ...]:
    """Return four times: what to ask, what to do, and which cases fall under it (this one marked)."""
    return tuple(
        (
            question,
            repair,
            "; ".join(
                CASES[name].title + (" (this one)" if name == result.spec.case else "")
                for name in cases
            ),
        )
        for question, cases, repair in QUESTIONS
    )


def tell_beliefs(result: LeakageResult) -> dict[str, str]:
    """Return, for each step that does not leak, what one would believe to accuse it."""
    return {str(number): belief for number, belief in CASES[result.spec.case].beliefs.items()}


def tell_why(result: LeakageResult) -> str:
    """Say why the step leaks, and the mending."""
    case = CASES[result.spec.case]
    return f"{case.why} The mending: {case.mending}."


def name_leak(case: str) -> str:
    """Return the number of the step that leaks, as the key of the prediction."""
    return str(find_leak(case))
