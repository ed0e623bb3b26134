"""Python lines that read and split a table at home, exactly as the lessons do."""

import json

import pandas as pd

from core.datasets.dataset import Dataset
from core.datasets.preparing_code import write_literal
from core.datasets.splits import Split


def write_reading_code(dataset: Dataset) -> str:
    """Return the statement that reads ``dataset.csv_bytes()`` into ``table``.

    It needs ``import pandas as pd`` and the file `Dataset.csv_name` in the working directory.
    Uploaded tables are read with every guess of pandas switched off: the word "NA" stays a word,
    "007" keeps its zeros, and each number comes back to its last bit.
    """
    name = json.dumps(dataset.csv_name)
    if not dataset.is_own:
        return f"table = pd.read_csv({name})\n"
    table = dataset.table
    words = [name for name in table.columns if pd.api.types.is_string_dtype(table[name])]
    types = "".join(f"        {write_literal(word)}: str,\n" for word in words)
    return (
        "table = pd.read_csv(\n"
        f"    {name},\n"
        + (f"    dtype={{\n{types}    }},\n" if words else "")
        + "    keep_default_na=False,\n"
        '    na_values=[""],\n'
        '    float_precision="round_trip",\n'
        ")\n"
    )


def write_splitting_code(split: Split) -> str:
    """Return the statements that split ``table`` into ``train``, ``validation`` and ``test``.

    They need ``from sklearn.model_selection import train_test_split``; rows come in the same
    order as in `Split`.
    """
    target = repr(split.dataset.target)
    is_classification = bool(split.dataset.labels)

    def stratify(frame: str) -> str:
        return f", stratify={frame}[{target}]" if is_classification else ""

    return (
        f"rest, test = train_test_split(\n"
        f"    table, test_size={len(split.test)}, random_state={split.seed}{stratify('table')}\n"
        f")\n"
        f"train, validation = train_test_split(\n"
        f"    rest, test_size={len(split.validation)}, random_state={split.seed}"
        f"{stratify('rest')}\n"
        f")\n"
    )
