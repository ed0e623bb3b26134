"""The first question: what is run, and four answers, the right one and what common mistakes yield."""

from dataclasses import dataclass

from core.validation.fits.lab import FitCountResult, FitCountSpec
from core.validation.fits.plan import HALVINGS, SEARCHES, LedgerSpec, What
from core.validation.fits.rule import plan_of
from core.validation.fits.words import NOUNS, noun_of, say_count, say_folds
from core.wording import count

N_ANSWERS = 4


@dataclass(frozen=True)
class Answer:
    """A number that one may say, and what one would have to believe to say it."""

    key: str
    number: int
    belief: str


def _say_lists(spec: LedgerSpec) -> str:
    """Return the lists of a search: "lists of 2 and 3 values"."""
    sizes = plan_of(spec, "grid").sizes
    if len(sizes) == 1:
        text = f"one list of {say_count(sizes[0], ('value', 'values'))}"
    else:
        text = f"lists of {', '.join(map(str, sizes[:-1]))} and {sizes[-1]} values"
    if spec.extra == 0:
        return text
    return f"{text}, and a second grid of {say_count(spec.extra, noun_of('grid'))} beside them"


def describe_call(spec: LedgerSpec) -> str:
    """Return what is run, as one would read it in an exam stem."""
    lists, k = _say_lists(spec), spec.k
    drawn = f"from {lists}" if spec.is_listed else "from distributions"
    texts: dict[What, str] = {
        "grid": f"GridSearchCV over {lists}, with cv={k} and refit={spec.refit}",
        "random": f"RandomizedSearchCV with n_iter={spec.n_iter} {drawn}, cv={k} and refit={spec.refit}",
        "halving": (
            f"HalvingGridSearchCV over {lists}, with cv={k}, factor={spec.factor} and refit={spec.refit}"
        ),
        "halving_random": (
            f"HalvingRandomSearchCV with {spec.n_iter} candidates {drawn}, cv={k}, factor={spec.factor} and "
            f"refit={spec.refit}"
        ),
        "nested": (
            f"GridSearchCV over {lists} with cv={k}, and all of it inside cross_validate with cv={spec.outer}"
        ),
        "cross_validate": f"cross_validate on one model with cv={k}",
        "learning_curve": f"learning_curve with {spec.n_points} training sizes and cv={k}",
        "validation_curve": (
            f"validation_curve over {say_count(spec.first, ('value', 'values'))} of a parameter with cv={k}"
        ),
        "study": (
            f"a study of {say_count(spec.n_iter, NOUNS['study'])}, whose objective "
            + ("fits a model on one split" if k == 1 else f"cross-validates with {say_folds(k)}")
        ),
        "spark_cv": f"Spark’s CrossValidator over {lists}, with numFolds={k}",
        "spark_split": f"Spark’s TrainValidationSplit over {lists}",
    }
    return texts[spec.what]


def tell_options(spec: FitCountSpec) -> str:
    """Say which last fit the question counts."""
    if spec.what in SEARCHES:
        return "Every model counts, a last fit on all rows too, if one takes place."
    return "Every model counts."


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
