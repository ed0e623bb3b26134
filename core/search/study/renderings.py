"""The learner's own space in three tools: Optuna, scikit-learn and Hyperopt."""

from collections.abc import Callable, Mapping

from core.search.grids import DISTRIBUTION_IMPORTS, write_distributions
from core.search.hyperopt_code import HYPEROPT_IMPORTS, TRAPS, write_hyperopt, write_objective
from core.search.space import Space
from core.search.spec import SearchSpec
from core.search.suggest import write_suggest


def write_spaces(spec: SearchSpec) -> Mapping[str, str]:
    """Return the Python text of the space of `spec` by the tool that takes it."""
    space = spec.searched
    suggested = write_suggest(space).replace("'", '"')
    optuna = (
        "import optuna\n\n\n"
        f"def objective(trial):\n{suggested}\n"
        "    return score_of(params)\n\n\n"
        'study = optuna.create_study(direction="maximize")\n'
        f"study.optimize(objective, n_trials={spec.n_trials})\n"
    )
    drawn = _write_lines(write_distributions, space)
    imports = [line for line in DISTRIBUTION_IMPORTS if _is_needed(line, drawn)]
    sklearn = (
        "\n".join([*imports, "from sklearn.model_selection import RandomizedSearchCV"])
        + f"\n\nspace = {drawn}\n"
        f"search = RandomizedSearchCV(model, space, n_iter={spec.n_trials}, cv={spec.k})\n"
        "search.fit(x, y)\n"
    )
    written = _write_lines(write_hyperopt, space)
    imports = [line for line in HYPEROPT_IMPORTS if _is_needed(line, written)]
    hyperopt = (
        "\n".join(imports) + f"\n\nspace = {written}\n\n\n"
        f"def objective(params):\n    score = score_of(params)\n    {write_objective()}\n\n\n"
        f"best = fmin(objective, space, algo=tpe.suggest, max_evals={spec.n_trials})\n"
        "best = space_eval(space, best)\n"
    )
    return {"Optuna": optuna, "scikit-learn": sklearn, "Hyperopt": hyperopt}


def list_traps() -> tuple[str, ...]:
    """Return the four traps of Hyperopt, each as a line of Markdown."""
    return tuple(f"- **{name}.** {what}" for name, what in TRAPS)


def _write_lines(write: Callable[[Space], str], space: Space) -> str:
    """Return the dictionary that `write` makes of `space`, which has no conditions, one parameter a line."""
    entries = [write((parameter,)).strip("{}").replace("'", '"') for parameter in space]
    return "{\n" + "".join(f"    {entry},\n" for entry in entries) + "}"


def _is_needed(line: str, text: str) -> bool:
    """Say whether `text` uses a name that the import `line` brings; fmin and its friends always are."""
    words = [word.strip() for word in line.rpartition("import ")[2].split(",")]
    names = [word.rpartition(" as ")[2] for word in words]
    return "fmin" in names or any(f"{name}." in text or f"{name}(" in text for name in names)
