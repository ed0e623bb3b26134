"""What each cell of a notebook says and does, from loading the table to the models that it tunes."""

import inspect
from collections.abc import Sequence
from types import ModuleType

from core.automl.notebook import measure
from core.automl.notebook.cells import Cell
from core.automl.notebook.data import part_column, write_reading
from core.automl.notebook.head import split_imports
from core.automl.notebook.objects import Writer
from core.automl.pipelines import Plan
from core.automl.run import SAMPLE_ROWS
from core.automl.settings import LOWER_IS_BETTER, Family, Settings
from core.automl.table import ReadyTable
from core.automl.words import NAMES
from core.safe_text import md, md_prose
from core.tables.wording import count

MOST_COLUMNS = 60
"""Columns that the text tells of one by one."""


def load(ready: ReadyTable, settings: Settings, file_name: str) -> list[Cell]:
    """Return the cell that reads the table as AutoML saw it."""
    n_rows = count(len(ready.rows), "row")
    said = (
        f"The file `{file_name}` lies beside this notebook. Its table has {n_rows} with a target. Each "
        "number comes back to the last bit."
    )
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
    lines.append(
        'print(train.sum(), "rows train,", validate.sum(), "validate,", test.sum(), "test")'
    )
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


def preprocess(plan: Plan, code: str, families: Sequence[Family]) -> list[Cell]:
    """Return the cell that builds the model; `code` was written from the real object."""
    said = []
    is_blend = len(families) > 1
    if plan.numbers or plan.dates:
        is_scaled = "linear" in families if plan.is_scaled is None else plan.is_scaled
        whom = " for the linear model" if is_blend and plan.is_scaled is None else ""
        scaled = f" and are brought to one scale{whom}" if is_scaled else ""
        flag = "; a flag says where a gap was" if plan.has_flags else ""
        said.append(f"Numbers have their gaps filled{scaled}{flag}.")
    if plan.few_words:
        rare = "; rare words share one" if plan.groups_rare else ""
        said.append(f"Each word gets a column of its own{rare}.")
    if plan.many_words:
        other = "other rows" if plan.is_cross_fitted else "all rows, itself among them,"
        said.append(f"Where words are many, each is told by the mean target of {other} with it.")
    if plan.texts:
        said.append("Texts become counts of their words, rare words count more.")
    last = "The model is the last step."
    if is_blend:
        last = (
            "Each member of the blend is a pipeline of its own with its model as the last step. The blend "
            "says the weighted mean of what they say; its weights stand behind them and add up to 1."
        )
    text = "## Preprocess and model\n\n" + " ".join([*said, last])
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
        Cell("evaluate", "code", measure.write_measure(ready) + code),
    ]


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
        """Return the weighted mean; the weights add up to 1."""
        pairs = zip(self.models, self.weights, strict=True)
        return sum(weight * model.{ask}(rows) for model, weight in pairs)


'''
