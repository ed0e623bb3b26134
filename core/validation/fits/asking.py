"""The four answers of the first question: the right one, and numbers that common mistakes yield."""

from dataclasses import dataclass

from core.validation.fits.lab import FitCountResult
from core.validation.fits.plan import HALVINGS
from core.validation.fits.words import noun_of
from core.wording import count

N_ANSWERS = 4


@dataclass(frozen=True)
class Answer:
    """A number that one may say, and what one would have to believe to say it."""

    key: str
    number: int
    belief: str


def offer_answers(result: FitCountResult) -> tuple[Answer, ...]:
    """Return four different numbers, smallest first; the one with the key ``key`` is right."""
    offered: dict[int, Answer] = {}
    for answer in (Answer("key", result.n_fits, ""), *_mistakes(result)):
        if answer.number > 0:
            offered.setdefault(answer.number, answer)
    chosen = list(offered.values())[:N_ANSWERS]
    return tuple(sorted(chosen, key=lambda answer: answer.number))


def _mistakes(result: FitCountResult) -> list[Answer]:
    spec, (one, many) = result.spec, noun_of(result.spec.what)
    n_last, k = result.n_refits, result.n_folds
    last = (
        "That leaves out the last fit on all rows, which takes place here."
        if n_last
        else "That counts a last fit on all rows. Here is none."
    )
    mistakes = [
        Answer(
            "folds",
            result.n_forgets_folds,
            f"That would be so if each {one} were fitted once. It is fitted anew for every fold.",
        ),
        Answer("last", result.n_refit_flip, last),
        Answer(
            "lists",
            result.n_adds_sizes,
            "That would be so if the lists were added. They are crossed: every value meets every other.",
        ),
    ]
    if spec.what in HALVINGS:
        first = (
            "That is the first round alone. The best go on to further rounds, and are fitted again."
        )
        mistakes.insert(0, Answer("first", result.n_candidates * k + n_last, first))
    if spec.what == "random" and result.n_candidates < spec.n_iter:
        drawn = (
            f"That would be so if settings were drawn twice. The lists hold {count(result.n_space)}, and "
            "each is drawn once at most."
        )
        mistakes.insert(0, Answer("drawn", spec.n_iter * k + n_last, drawn))
    if spec.n_jobs > 1:
        rounds = (
            f"That is the number of rounds with {spec.n_jobs} at a time. Each round holds several."
        )
        mistakes.append(Answer("rounds", result.n_waves, rounds))
    if spec.what == "nested":
        inner = "That is the search in one outer fold. Each outer fold searches anew."
        mistakes.insert(0, Answer("inner", result.n_fits // result.n_outer, inner))
    plus = f"That adds {many} and folds. They are crossed: each of the {many} meets each fold."
    more = "That counts one fold more than there are."
    return [
        *mistakes,
        Answer("plus", result.n_candidates + k + n_last, plus),
        Answer("more", result.n_fits + result.n_candidates * result.n_outer, more),
        Answer("fewer", result.n_fits - 1, "That counts one too few: the first fit counts too."),
        Answer(
            "thrice", 3 * result.n_fits, "That would be so if each model were fitted three times."
        ),
    ]
