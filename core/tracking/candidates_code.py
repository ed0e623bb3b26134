"""The models of the lessons on packing and serving as code to take home."""

from core.datasets import load_dataset, write_reading_code
from core.datasets.preparing_code import write_list, write_literal, write_preparing_code
from core.tracking.candidates import SETTINGS, TEST_SHARE, Kind
from core.tracking.models import ALLOWED
from core.tracking.session import CLASSES, MOST_ROWS
from core.tracking.session_code import FIXED


def write_training(data: str, seed: int, kinds: dict[str, Kind]) -> tuple[str, str]:
    """Return the imports and the lines that deal the rows and train a model under each name."""
    dataset = load_dataset(data)
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    models = sorted("from {} import {}".format(*CLASSES[kind]) for kind in set(kinds.values()))
    imports = sorted(
        [
            "from sklearn.compose import ColumnTransformer",
            "from sklearn.impute import SimpleImputer",
            "from sklearn.metrics import roc_auc_score",
            "from sklearn.model_selection import train_test_split",
            "from sklearn.pipeline import make_pipeline",
            f"from sklearn.preprocessing import {', '.join(preparers)}",
            *models,
        ],
        key=lambda line: line.split()[1],
    )
    sample = ""
    if dataset.n_rows > MOST_ROWS:
        sample = f"table = table.sample({MOST_ROWS}, random_state={seed})\n"
    lines = [
        f"{write_reading_code(dataset)}{sample}".rstrip(),
        f"y = (table[{write_literal(str(dataset.target))}] == {write_literal(dataset.positive)}).to_numpy()",
        write_list("features", dataset.features),
        "train, test, y_train, y_test = train_test_split(",
        f"    table[features], y, test_size={TEST_SHARE}, random_state={seed}, stratify=y",
        ")",
        write_preparing_code(dataset.numeric_features, dataset.categorical_features),
        *(
            f"{name} = {_call(kind, seed)}\n{name} = make_pipeline(prepare, {name}).fit(train, y_train)"
            for name, kind in kinds.items()
        ),
    ]
    return "\n".join(imports), "\n".join(lines)


def write_trusted() -> str:
    """Return the list of types that a model of the lessons may hold."""
    return write_list("TRUSTED", sorted(ALLOWED))


def _call(kind: Kind, seed: int) -> str:
    given = [f"{name}={value!r}" for name, value in SETTINGS[kind].items()]
    fixed = FIXED[kind].format(seed=seed)
    return f"{CLASSES[kind][1]}({', '.join([*given, *([fixed] if fixed else [])])})"
