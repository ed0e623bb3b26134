"""The inside lab as code to take home: both pipelines on the same splits."""

from itertools import pairwise
from typing import TYPE_CHECKING

from core.automl.finals import N_FOLDS
from core.automl.inside.trained import flip_table, measures_of, ready_table
from core.automl.intake import DATE_PARTS
from core.automl.notebook import Cell, cells_of_trial, data_of
from core.automl.notebook.beats import intake, name_lists
from core.automl.notebook.head import write_all_imports
from core.automl.notebook.objects import Writer
from core.automl.pipelines import build_pipeline
from core.automl.settings import LOWER_IS_BETTER
from core.script import Script

if TYPE_CHECKING:
    from core.automl.inside.lab import InsideSpec

SPLITTERS = {"regression": "RepeatedKFold"}


def write_script(spec: "InsideSpec") -> Script:
    """Return the program that trains the pipeline as planned and flipped, and compares them.

    Its last line is one JSON object whose names are those of `InsideResult`.
    """
    from core.automl.inside.lab import look_inside

    result = look_inside(spec)
    ready, settings = ready_table(spec.training)
    other, params = flip_table(spec.training, result.flip)
    name = f"{spec.data}.csv"
    cells = cells_of_trial(ready, settings, spec.family, {}, name)
    writer = Writer(name_lists(ready.plan, DATE_PARTS))
    planned = writer.write(build_pipeline(ready.plan, spec.family, {}), "planned = ")
    flipped = writer.write(build_pipeline(other.plan, spec.family, params), "flipped = ")
    _add_imports(writer, ready.task, result.metric)
    sources, own_imports = intake(list(writer.own.values()))
    imports = write_all_imports(writer, own_imports, is_tuned=False, uses_shap=False)
    lists = _code(cells, "types")
    if ready.plan.dates:
        lists += '\nDATE_NUMBERS = [f"{name} {part}" for name in DATES for part in DATE_PARTS]'
    blocks = [
        f'"""One decision of a pipeline, flipped. Needs {name} beside it."""',
        *imports,
        _code(cells, "load").removesuffix("\ntable.head()"),
        _READ,
        *(one.source for one in sources if one.kind == "code"),
        lists,
        planned,
        f"# Flipped: {result.alternative}.\n{flipped}",
        _write_splits(spec, ready.task, len(ready.places("train", "validate"))),
        _write_measures(ready.task, result.metric, ready.positive),
        _COMPARE.format(sign="-1" if result.metric in LOWER_IS_BETTER else "1"),
    ]
    return Script(
        "inside",
        _space(blocks) + "\n",
        {name: data_of(ready, settings)},
        needs="pandas, scikit-learn and SciPy" + ", and LightGBM" * (spec.family == "lightgbm"),
    )


def _code(cells: tuple[Cell, ...], name: str) -> str:
    return next(cell.source for cell in cells if cell.name == name and cell.kind == "code")


def _space(blocks: list[str]) -> str:
    """Put two empty lines around functions and classes, as formatters do, and one elsewhere."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        starts = block.startswith(("def ", "class ", "@"))
        ends = before.rstrip().splitlines()[-1].startswith("    ")
        text += ("\n\n\n" if starts or ends else "\n\n") + block.strip()
    return text


def _add_imports(writer: Writer, task: str, metric: str) -> None:
    add = writer.imports.setdefault
    ranking = measures_of(task)[0]
    functions = {
        "log_loss": "log_loss", "roc_auc": "roc_auc_score", "accuracy": "accuracy_score",
        "rmse": "root_mean_squared_error", "mae": "mean_absolute_error",
    }  # fmt: skip
    add("sklearn.metrics", set()).update({functions[metric], functions[ranking]})
    add("sklearn.model_selection", set()).add(SPLITTERS.get(task, "RepeatedStratifiedKFold"))
    add("scipy.stats", set()).add("t")
    add("numpy", set())


def _write_splits(spec: "InsideSpec", task: str, n_rows: int) -> str:
    repeats = 4 if n_rows <= 2000 else 2
    splitter = SPLITTERS.get(task, "RepeatedStratifiedKFold")
    n_all = repeats * N_FOLDS
    n_used = min(spec.n_splits, n_all)
    codes = "" if task == "regression" else ", pd.factorize(y[places])[0]"
    return (
        f"folds = {splitter}(n_splits={N_FOLDS}, n_repeats={repeats}, random_state={spec.seed})\n"
        f"splits = list(folds.split(places{codes}))" + (f"[:{n_used}]" if n_used < n_all else "")
    )


def _write_measures(task: str, metric: str, positive: object) -> str:
    ranking = measures_of(task)[0]
    ask = "predict" if task == "regression" else "predict_proba"
    label = Writer().write(positive)
    how = {
        "log_loss": "log_loss(truth, said, labels=CLASSES)",
        "roc_auc": f"roc_auc_score(truth == {label}, said[:, CLASSES.index({label})])",
        "accuracy": "accuracy_score(truth, np.array(CLASSES)[said.argmax(axis=1)])",
        "rmse": "root_mean_squared_error(truth, said)",
        "mae": "mean_absolute_error(truth, said)",
    }
    classes = "" if task == "regression" else "CLASSES = sorted(set(y.tolist()))\n\n\n"
    code = (
        f"{classes}def judge(model, rows):\n    truth, said = y[rows], model.{ask}(x.iloc[rows])\n"
    )
    if metric == ranking:
        return code + f"    return {how[metric]}\n\n\nrank = judge"
    code += f"    return {how[metric]}\n\n\n"
    code += f"def rank(model, rows):\n    truth, said = y[rows], model.{ask}(x.iloc[rows])\n"
    return code + f"    return {how[ranking]}"


_READ = """x = table.drop(columns=[TARGET, PART])
y = np.array(table[TARGET].tolist())
places = np.flatnonzero(table[PART] != "test")  # nothing is learnt from the rows that test"""
_COMPARE = """scores, recited = [], []
for train, test in splits:
    train, test = places[train], places[test]
    models = [model.fit(x.iloc[train], y[train]) for model in (planned, flipped)]
    scores.append([judge(model, test) for model in models])
    recited.append([rank(model, train) for model in models])
base, score = np.mean(scores, axis=0)
train_base, train_score = np.mean(recited, axis=0)

# Splits share rows, so their differences vary less than those of new rows (Nadeau and Bengio 2003).
gains = {sign} * (np.array(scores)[:, 1] - np.array(scores)[:, 0])
share = np.mean([len(test) / len(train) for train, test in splits])
error = np.std(gains, ddof=1) * np.sqrt(1 / len(gains) + share)
reach = t.ppf(0.975, len(gains) - 1) * error

result = {{
    "n_rows": len(places),
    "base": base,
    "score": score,
    "gain": gains.mean(),
    "low": gains.mean() - reach,
    "high": gains.mean() + reach,
    "train_base": train_base,
    "train_score": train_score,
    "n_columns_base": planned[:-1].transform(x.iloc[:1]).shape[1],
    "n_columns": flipped[:-1].transform(x.iloc[:1]).shape[1],
}}
for name, value in result.items():
    print(f"{{name:>16}}: {{value:.6g}}")
print(json.dumps({{name: float(value) for name, value in result.items()}}))"""
