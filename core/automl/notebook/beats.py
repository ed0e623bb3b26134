"""What each cell of a notebook says and does, from loading the table to the models that it tunes."""

import inspect
from collections.abc import Sequence
from types import ModuleType

from core.automl.notebook.cells import Cell
from core.automl.notebook.data import part_column, write_reading
from core.automl.notebook.head import split_imports
from core.automl.notebook.objects import Writer
from core.automl.pipelines import Plan
from core.automl.run import SAMPLE_ROWS
from core.automl.settings import LOWER_IS_BETTER, Settings
from core.automl.table import ReadyTable
from core.automl.words import NAMES
from core.safe_text import md, md_prose
from core.tables.wording import count

MOST_COLUMNS = 60
"""Columns that the text tells of one by one."""


def load(ready: ReadyTable, settings: Settings, file_name: str) -> list[Cell]:
    """Return the cell that reads the table as AutoML saw it."""
    n_rows = count(len(ready.rows), "row")
    said = f"The table has {n_rows} with a target. Each number comes back to the last bit."
    return [
        Cell("load", "text", f"## Load\n\n{said}"),
        Cell("load", "code", write_reading(ready, settings, file_name)),
    ]


def name_lists(plan: Plan, date_parts: Sequence[str]) -> dict[str, list[str]]:
    """Return the lists of columns that the code of the notebook has names for."""
    lists = {
        "NUMBERS": list(plan.numbers),
        "DATES": list(plan.dates),
        "FEW_WORDS": list(plan.few_words),
        "MANY_WORDS": list(plan.many_words),
        "TEXTS": list(plan.texts),
    }
    if plan.dates:
        lists["DATE_NUMBERS"] = [f"{name} {part}" for name in plan.dates for part in date_parts]
    return {name: columns for name, columns in lists.items() if columns}


def types(ready: ReadyTable, lists: dict[str, list[str]]) -> list[Cell]:
    """Return what each column was taken for and why, and the lists that the other cells use."""
    rows = []
    for one in ready.meanings[:MOST_COLUMNS]:
        taken = one.meaning if one.is_used else f"{one.meaning}, left out"
        rows.append(f"| {md(one.name)} | {taken} | {md_prose(one.reason)} |")
    more = len(ready.meanings) - len(rows)
    text = [
        "## Types",
        "",
        "What each column was taken for, judged by its values. Move a name to another list to read it so.",
        "",
        "| column | taken for | why |",
        "|---|---|---|",
        *rows,
        *([f"\nand {count(more, 'more column')}."] if more else []),
    ]
    writer = Writer()
    code = [
        writer.write(columns, f"{name} = ")
        for name, columns in lists.items()
        if name != "DATE_NUMBERS"
    ]
    return [Cell("types", "text", "\n".join(text)), Cell("types", "code", "\n".join(code))]


def split(ready: ReadyTable, settings: Settings, *, is_sample: bool = False) -> list[Cell]:
    """Return the cell that says who learns, who judges, who stays untouched.

    `is_sample`: only some of the rows that train do so, as in the first model of a search on a large table.
    """
    part = md(part_column(ready, settings))
    if settings.split_col:
        how = f"Column {part} of the table says who trains, validates and tests."
    elif settings.time_col:
        how = f"The newest fifth of the rows by {md(settings.time_col)} tests, the fifth before it validates."
    elif settings.group_col:
        how = (
            f"Rows with the same {md(settings.group_col)} stay together; the groups were dealt by chance "
            f"(seed {settings.seed})."
        )
    else:
        even = "" if ready.task == "regression" else ", each class in even shares"
        how = f"The rows were dealt 60, 20 and 20 of 100 by chance (seed {settings.seed}){even}."
    kept = "" if settings.split_col else f" Column {part} keeps who is where."
    writer = Writer()
    lines = [
        'train = (table[PART] == "train").to_numpy()',
        'validate = (table[PART] == "validate").to_numpy()',
        'test = (table[PART] == "test").to_numpy()',
        "",
        "rows = table.drop(columns=[TARGET, PART])"
        if not settings.split_col
        else "rows = table.drop(columns=[TARGET])",
        "target = np.array(table[TARGET].tolist())",
    ]
    if settings.sample_weight_col:
        name = writer.write(settings.sample_weight_col)
        lines.append(f"weights = pd.to_numeric(table[{name}]).to_numpy(dtype=float)")
    if is_sample:
        kept += (
            f" Only {SAMPLE_ROWS:,} of the rows that train are learnt from, so that it is quick."
        )
        lines += _write_sample(ready)
    lines.append("print(train.sum(), validate.sum(), test.sum())")
    return [
        Cell(
            "split", "text", f"## Split\n\n{how}{kept} Nothing is learnt from the rows that test."
        ),
        Cell("split", "code", "\n".join(lines)),
    ]


def _write_sample(ready: ReadyTable) -> list[str]:
    """Return the lines that draw what the search drew."""
    lines = [
        "places = np.flatnonzero(train)",
        f"sample = np.random.default_rng(SEED).choice(places, {SAMPLE_ROWS}, replace=False)",
    ]
    if ready.task != "regression":
        lines += [
            "is_first = ~pd.Series(target[places]).duplicated().to_numpy()",
            "sample = np.union1d(sample, places[is_first])  # a row of each class is in it",
        ]
    return [*lines, "train = np.isin(np.arange(len(rows)), sample)"]


def intake(modules: Sequence[ModuleType]) -> tuple[list[Cell], str]:
    """Own transformers, as they are in AutoML, and the imports that they need."""
    imports, bodies = [], []
    for module in modules:
        found, body = split_imports(inspect.getsource(module))
        imports.append(found)
        bodies.append(body)
    text = (
        "## Read\n\nThe first step of the pipeline. It brings each table to what the model learnt from, "
        "and refuses by name what it cannot read."
    )
    cells = [Cell("read", "text", text), Cell("read", "code", "\n\n\n".join(bodies))]
    return (cells if bodies else []), "\n".join(imports)


def preprocess(plan: Plan, code: str, *, is_scaled: bool) -> list[Cell]:
    """Return the cell that builds the model; `code` was written from the real object."""
    said = []
    if plan.numbers or plan.dates:
        scaled = " and brought to one scale" if is_scaled else ""
        said.append(f"Numbers have their gaps filled{scaled}; a flag says where a gap was.")
    if plan.few_words:
        said.append("Each word gets a column of its own; rare words share one.")
    if plan.many_words:
        said.append("Where words are many, each is told by the mean target of other rows with it.")
    if plan.texts:
        said.append("Texts become counts of their words, rare words count more.")
    text = "## Preprocess and model\n\n" + " ".join([*said, "The model is the last step."])
    dates = 'DATE_NUMBERS = [f"{name} {part}" for name in DATES for part in DATE_PARTS]\n'
    return [
        Cell("preprocess", "text", text),
        Cell("preprocess", "code", (dates if plan.dates else "") + code),
    ]


def train(*, is_weighted: bool) -> list[Cell]:
    """Return the cell with the one function that trains."""
    how = ", model__sample_weight=weights[places]" if is_weighted else ""
    code = f'''def fit(model, places, rows=rows):
    """Train on the rows at these places."""
    return model.fit(rows.iloc[places], target[places]{how})


model = fit(model, train)'''
    text = "## Train\n\nThe model learns from the rows that train, and from no others."
    return [Cell("train", "text", text), Cell("train", "code", code)]


def evaluate(ready: ReadyTable, settings: Settings) -> list[Cell]:
    """Return the cell that gives the scores that AutoML logged."""
    weights = ", weights[places]" if settings.sample_weight_col else ""
    ask = "predict" if ready.task == "regression" else "predict_proba"
    code = f'''


def judge(model, places):
    """Return every metric of a trained model on the rows at these places."""
    return measure(target[places], model.{ask}(rows.iloc[places]){weights})


scores = {{"train": judge(model, train), "validate": judge(model, validate)}}
pd.DataFrame(scores)'''
    better = "less" if ready.metric in LOWER_IS_BETTER else "more"
    text = (
        f"## Evaluate\n\nModels were ranked by {NAMES[ready.metric]} on the rows that validate; {better} is "
        "better. A much better score on the rows that train says that the model learnt some of them by heart."
    )
    return [
        Cell("evaluate", "text", text),
        Cell("evaluate", "code", write_measure(ready) + code),
    ]


def write_measure(ready: ReadyTable) -> str:
    """Return the function that gives all metrics of the task, by plain scikit-learn."""
    if ready.task == "regression":
        return _NUMBERS
    writer = Writer()
    head = writer.write(list(ready.classes), "CLASSES = ")
    if ready.task == "binary":
        return f"{head}\nPOSITIVE = {writer.write(ready.positive)}\n\n\n{_TWO}"
    return f"{head}\n\n\n{_MANY}"


def imports_of_measure(ready: ReadyTable) -> set[str]:
    """Return what `write_measure` needs of `sklearn.metrics`."""
    if ready.task == "regression":
        return {"mean_absolute_error", "r2_score", "root_mean_squared_error"}
    each = {"accuracy_score", "f1_score", "log_loss", "precision_score", "recall_score"}
    return each | {"roc_auc_score"}


_NUMBERS = '''def measure(truth, said, weights=None):
    """Return every metric of what was said."""
    return {
        "rmse": root_mean_squared_error(truth, said, sample_weight=weights),
        "mae": mean_absolute_error(truth, said, sample_weight=weights),
        "r2": r2_score(truth, said, sample_weight=weights),
    }'''
_REST = """        "accuracy": accuracy_score(truth, named, sample_weight=weights),
        "f1": f1_score(truth, named, **how),
        "precision": precision_score(truth, named, **how),
        "recall": recall_score(truth, named, **how),
    }"""
_TWO = f'''def measure(truth, chances, weights=None):
    """Return every metric; `chances` has a column for each of CLASSES."""
    place = CLASSES.index(POSITIVE)
    named = np.where(chances[:, place] >= 0.5, POSITIVE, CLASSES[1 - place])
    how = {{"pos_label": POSITIVE, "zero_division": 0.0, "sample_weight": weights}}
    is_positive = truth == POSITIVE
    return {{
        "log_loss": log_loss(truth, chances, labels=CLASSES, sample_weight=weights),
        "roc_auc": roc_auc_score(is_positive, chances[:, place], sample_weight=weights),
{_REST}'''
_MANY = f'''def measure(truth, chances, weights=None):
    """Return every metric; `chances` has a column for each of CLASSES."""
    named = np.array(CLASSES)[chances.argmax(axis=1)]
    how = {{
        "average": "macro",
        "labels": CLASSES,
        "zero_division": 0.0,
        "sample_weight": weights,
    }}
    one_against_rest = [
        roc_auc_score(truth == label, chances[:, place], sample_weight=weights)
        for place, label in enumerate(CLASSES)
        if 0 < (truth == label).sum() < len(truth)
    ]
    return {{
        "log_loss": log_loss(truth, chances, labels=CLASSES, sample_weight=weights),
        "roc_auc": np.mean(one_against_rest),
{_REST}'''
BLEND = '''class Blend(BaseEstimator):
    """The weighted mean of what several models say."""

    def __init__(self, models, weights):
        self.models = models
        self.weights = weights

    def fit(self, rows, target, **more):
        """Train each model on the same rows."""
        for model in self.models:
            model.fit(rows, target, **more)
        return self

    def {ask}(self, rows):
        """Return the weighted mean."""
        said = [model.{ask}(rows) for model in self.models]
        return np.average(said, axis=0, weights=self.weights)


'''
