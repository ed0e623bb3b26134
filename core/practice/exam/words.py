"""What the pages of an exam say, with its numbers."""

from core.practice.exam.blueprint import Blueprint, Objective
from core.practice.exam.result import Result, Share
from core.practice.exam.sitting import Sitting
from core.practice.family import write_plural


def tell_time(seconds: float) -> str:
    """Return a length of time as a person would say it: "41 minutes", "50 seconds"."""
    if seconds < 120:
        return write_plural(max(0, round(seconds)), "second")
    return write_plural(round(seconds / 60), "minute")


def tell_form(blueprint: Blueprint, n_questions: int) -> str:
    """Return "24 questions in 48 minutes"."""
    return f"{n_questions} questions in {tell_time(blueprint.seconds(n_questions))}"


def tell_gaps(blueprint: Blueprint, gaps: tuple[Objective, ...]) -> str | None:
    """Return how much of the exam the bank cannot ask yet, or None if nothing is missing."""
    if not gaps:
        return None
    n_all = sum(len(domain.objectives) for domain in blueprint.domains)
    return (
        f"Glassroom has questions for {n_all - len(gaps)} of its {n_all} objectives. The others are left "
        "out, so a paper is shorter than the real one, and the time is shorter with it."
    )


def tell_share(share: Share) -> str:
    """Return a count with its interval: "5 of 6 (44–97 %)"."""
    interval = share.interval
    if interval is None:
        return "nothing asked"
    low, high = (round(100 * bound) for bound in interval)
    return f"{share.n_right} of {share.n_asked} ({low}\u2013{high} %)"


def tell_result(blueprint: Blueprint, result: Result) -> str:
    """Return what this result says, and how sure one can be of it."""
    interval = result.total.interval
    if interval is None:
        return "None of its questions is in the bank any more, so there is nothing to mark."
    low, high = (round(100 * bound) for bound in interval)
    line = round(100 * blueprint.practice_line)
    if low > line:
        verdict = f"Even the lower end lies above {line} %."
    elif high < line:
        verdict = f"Even the upper end lies below {line} %."
    else:
        verdict = (
            f"{line} % lies inside, so one exam of this length cannot tell on which side you are."
        )
    return (
        f"So few questions are a sample of what you know. With {result.total.n_right} of "
        f"{result.total.n_asked} right, you would probably answer between {low} % and {high} % of all such "
        f"questions (95 % interval). {verdict}"
    )


def tell_progress(sitting: Sitting, seconds_left: float) -> str:
    """Return what stands over the questions: "41 minutes left · 12 of 24 answered · 2 flagged".

    What the teacher has added is said behind the time.
    """
    more = f" ({tell_time(sitting.seconds_more)} were added)" if sitting.seconds_more else ""
    parts = [
        f"{tell_time(seconds_left)} left{more}",
        f"{sitting.n_answered} of {sitting.n_questions} answered",
    ]
    if sitting.flagged:
        parts.append(f"{len(sitting.flagged)} flagged")
    return " · ".join(parts)


def tell_open(sitting: Sitting) -> str:
    """Return what handing in now would leave open."""
    n_open = sitting.n_questions - sitting.n_answered
    if not n_open:
        return "Every question has an answer."
    verb = "has" if n_open == 1 else "have"
    return (
        f"{write_plural(n_open, 'question')} {verb} no whole answer yet and would count as missed."
    )
