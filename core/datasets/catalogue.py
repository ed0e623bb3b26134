"""The tables of the course, by name."""

from core.datasets.churn import CHURN
from core.datasets.dataset import TASKS, Dataset, Task
from core.datasets.delivery_times import DELIVERY_TIMES
from core.datasets.fraud import FRAUD
from core.datasets.house_prices import HOUSE_PRICES
from core.datasets.own import load_own_dataset
from core.datasets.real import REAL
from core.datasets.segments import SEGMENTS
from core.errors import SpecError, require

_GENERATED = (CHURN, FRAUD, HOUSE_PRICES, DELIVERY_TIMES, SEGMENTS)
_CATALOGUE = {dataset.name: dataset for dataset in (*REAL, *_GENERATED)}


def list_datasets(task: Task | None = None) -> tuple[Dataset, ...]:
    """Return the tables of the course, real ones first, all or those for one task.

    Nothing is read and scikit-learn is not imported; uploaded tables are not listed.
    """
    require(task is None or task in TASKS, f"A task is one of {', '.join(TASKS)}, got {task!r}.")
    return tuple(d for d in _CATALOGUE.values() if task is None or d.task == task)


def load_dataset(name: str) -> Dataset:
    """Return the table called `name`, of the course or uploaded.

    Its rows are read when they are first asked for.

    Raises
    ------
    SpecError
        If there is no such table, or an uploaded one is not on this computer.
    """
    if name.startswith("own-"):
        return load_own_dataset(name)
    if name not in _CATALOGUE:
        message = f"There is no table called {name!r}. There are: {', '.join(_CATALOGUE)}."
        raise SpecError(message)
    return _CATALOGUE[name]
