"""The lesson as code to take home: pandas, scikit-learn and what the model and the way of looking need."""

import re
from typing import TYPE_CHECKING

from core.automl.explain import script_looks as looks
from core.automl.explain import script_parts as parts
from core.automl.explain.importance import measure_importance
from core.automl.explain.stability import MOST_ROWS, N_FOLDS, N_SEEDS, N_SHUFFLES
from core.automl.explain.twins import TWIN
from core.automl.explain.winner import (
    MOST_JUDGED,
    MOST_TRAINED,
    Bench,
    free_name,
    read_bench,
    set_up,
)
from core.automl.pipelines import Plan
from core.datasets import Dataset, split_rows, write_reading_code, write_splitting_code
from core.datasets.preparing_code import write_imports, write_list, write_literal
from core.script import Script

if TYPE_CHECKING:
    from core.automl.explain.view import ExplainSpec

NEEDS = {
    "linear": "NumPy, pandas, SciPy and scikit-learn",
    "forest": "NumPy, pandas, SciPy and scikit-learn",
    "lightgbm": "NumPy, pandas, SciPy, scikit-learn and LightGBM",
}


def write_script(spec: "ExplainSpec") -> Script:
    """Return the program of this way of looking, with nothing in it that the view does not need.

    Its last line is one JSON object whose names are those of `ExplainResult`.
    """
    bench = set_up(spec.data, spec.seed)
    dataset, plan = bench.dataset, _plan(bench, spec)
    head = _write_head(spec, dataset, plan)
    if spec.look == "cause":
        return _join([head, _write_cause(spec), parts.PRINT], {}, needs=NEEDS[spec.model])
    blocks = [
        head,
        _write_rows(spec, bench, plan),
        _write_building(spec, dataset, plan),
        *_write_look(spec, bench, plan),
        parts.PRINT,
    ]
    needs = NEEDS[spec.model]
    needs = needs.replace(" and", ", shap and") if spec.look == "row" else needs
    return _join(blocks, {dataset.csv_name: dataset.csv_bytes()}, needs=needs)


def _join(blocks: list[str], files: dict[str, bytes], *, needs: str) -> Script:
    code = "\n".join(block.rstrip("\n") + "\n" for block in blocks)
    return Script("explain", re.sub(r"\n{4,}", "\n\n\n", code), files, needs=needs)


def _plan(bench: Bench, spec: "ExplainSpec") -> Plan:
    return read_bench(bench, bench.rows, bench.n_train, bench.target, spec.seed).plan


def _is_number(dataset: Dataset) -> bool:
    return dataset.task == "regression"


def _scoring(dataset: Dataset) -> str:
    return "neg_root_mean_squared_error" if _is_number(dataset) else "roc_auc"


def _error(dataset: Dataset) -> str:
    if _is_number(dataset):
        return "root_mean_squared_error(truth, model.predict(rows))"
    return "1 - roc_auc_score(truth, model.predict_proba(rows)[:, 1])"


def _write_head(spec: "ExplainSpec", dataset: Dataset, plan: Plan) -> str:
    names = _tools_of_model(spec, dataset, plan)
    if spec.look == "columns":
        names["scipy"] = {"stats"}
    if spec.look in ("columns", "samples"):
        names["sklearn.inspection"] = {"permutation_importance"}
    if spec.look == "curve":
        names["sklearn.inspection"] = {"partial_dependence"}
    if spec.look in ("columns", "twins"):
        judge = "root_mean_squared_error" if _is_number(dataset) else "roc_auc_score"
        names["sklearn.metrics"] = {judge}
    if spec.look == "samples":
        names["sklearn.model_selection"].add(_folds(dataset))
    shap = "import shap\n" if spec.look == "row" else ""
    return (
        f'"""{parts.TITLES[spec.look]}"""\n\nimport json\n\n'
        f"import numpy as np\nimport pandas as pd\n{shap}{write_imports(names)}\n"
    )


def _tools_of_model(spec: "ExplainSpec", dataset: Dataset, plan: Plan) -> dict[str, set[str]]:
    """Return what splitting, preparing and the model need, by module."""
    is_number = _is_number(dataset) or spec.look == "cause"
    module, model = parts.MODELS[spec.model, is_number][0]
    names = {"sklearn.impute": {"SimpleImputer"}, "sklearn.pipeline": {"make_pipeline"}}
    names[module] = {model}
    encoders = {"StandardScaler"} if spec.model == "linear" else set()
    if spec.look == "cause":
        names["sklearn.metrics"] = {"root_mean_squared_error"}
    else:
        names["sklearn.compose"] = {"ColumnTransformer"}
        names["sklearn.model_selection"] = {"train_test_split"}
        encoders |= {"OneHotEncoder"} if plan.few_words else set()
        if plan.many_words:
            encoders |= {"TargetEncoder"}
            names["sklearn.model_selection"].add(_folds(dataset))
    return names | ({"sklearn.preprocessing": encoders} if encoders else {})


def _folds(dataset: Dataset) -> str:
    return "KFold" if _is_number(dataset) else "StratifiedKFold"


def _write_rows(spec: "ExplainSpec", bench: Bench, plan: Plan) -> str:
    dataset, (random, shuffled) = bench.dataset, bench.controls
    words = (*plan.few_words, *plan.many_words)
    target = write_literal(str(dataset.target))
    truth = (
        f"{{part}}[{target}].to_numpy(dtype=float)"
        if _is_number(dataset)
        else f"({{part}}[{target}] == {write_literal(dataset.positive)}).to_numpy(dtype=int)"
    )
    split = write_splitting_code(split_rows(dataset, seed=spec.seed)).replace(
        f"[{str(dataset.target)!r}]", f"[{target}]"
    )
    if _is_number(dataset):
        split = split.replace("(\n    ", "(").replace("\n)\n", ")\n")
    lists = [write_list("NUMBERS", plan.numbers), write_list("WORDS", plan.few_words)]
    lists += [write_list("MANY_WORDS", plan.many_words)] if plan.many_words else []
    return (
        f"SEED = {spec.seed}\n"
        + "\n".join(lists)
        + f"\nFEATURES = {write_list('x', tuple(map(str, bench.rows.columns))).removeprefix('x = ')}\n"
        + write_reading_code(dataset)
        + "# Two columns of noise, to see what noise gets.\n"
        "rng = np.random.default_rng(SEED)\n"
        f"table[{write_literal(random)}] = rng.normal(size=len(table))\n"
        "order = rng.permutation(len(table))\n"
        f"table[{write_literal(shuffled)}] = table[{write_literal(bench.copied)}].to_numpy()[order]\n"
        + (
            f"for name in {'WORDS + MANY_WORDS' if plan.many_words else 'WORDS'}:\n"
            "    table[name] = table[name].astype(object)\n"
            if words
            else ""
        )
        + split
        + f"train, judged = train.head({MOST_TRAINED}), validation.head({MOST_JUDGED})\n"
        f"y_train = {truth.format(part='train')}\n"
        f"y_judged = {truth.format(part='judged')}\n"
    )


def _write_building(spec: "ExplainSpec", dataset: Dataset, plan: Plan) -> str:
    is_linear, is_number = spec.model == "linear", _is_number(dataset)
    scaler = ", StandardScaler()" if is_linear else ""
    steps = [parts.NUMBER_STEP.format(scaler=scaler)]
    if plan.few_words:
        steps.append(parts.WORD_STEP)
    if plan.many_words:
        folds = "KFold" if is_number else "StratifiedKFold"
        kind = "continuous" if is_number else "binary"
        steps.append(parts.MANY_STEP.format(kind=kind, folds=folds, scaler=scaler))
    model = parts.MODELS[spec.model, is_number][1]
    return parts.BUILD.format(steps="".join(steps), model=model)


def _write_owners(plan: Plan) -> str:
    return (
        parts.OWNERS
        + parts.OWN_NUMBERS
        + (parts.OWN_WORDS if plan.few_words else "")
        + (parts.OWN_MANY if plan.many_words else "")
    )


def _write_own_list(spec: "ExplainSpec") -> str:
    return parts.OWN_LINEAR if spec.model == "linear" else parts.OWN_TREES


def _write_look(spec: "ExplainSpec", bench: Bench, plan: Plan) -> list[str]:
    """Return the blocks of the way in which one looks."""
    dataset = bench.dataset
    scoring, error = _scoring(dataset), parts.ERROR.format(error=_error(dataset))
    if spec.look == "columns":
        shuffles = parts.COLUMNS.format(scoring=scoring, n_repeats=spec.n_repeats)
        own = _write_owners(plan) + _write_own_list(spec) + parts.RESULT
        return [parts.FIT + error + shuffles, own]
    if spec.look == "row":
        return [parts.FIT + _write_owners(plan), _write_row(spec, is_number=_is_number(dataset))]
    if spec.look == "samples":
        return [
            looks.SAMPLES.format(
                most=MOST_ROWS, folds=_folds(dataset), n_folds=N_FOLDS, n_seeds=N_SEEDS,
                n_shuffles=N_SHUFFLES, scoring=scoring,
            )
        ]  # fmt: skip
    if spec.look == "twins":
        twin = free_name(TWIN, {*map(str, bench.rows.columns), str(dataset.target)})
        top = write_literal(_find_top(spec))
        return [
            error + looks.TWINS.format(top=top, twin=write_literal(twin), n_repeats=spec.n_repeats)
        ]
    return [parts.FIT + _write_curve(spec, bench)]


def _find_top(spec: "ExplainSpec") -> str:
    found = measure_importance(spec.winner).columns
    return str(found.loc[~found["is_control"], "column"].iloc[0])


def _write_cause(spec: "ExplainSpec") -> str:
    model = parts.MODELS[spec.model, True][1]
    scaler = ", StandardScaler()" if spec.model == "linear" else ""
    return looks.CAUSE.format(model=model, scaler=scaler, seed=spec.seed)


def _write_row(spec: "ExplainSpec", *, is_number: bool) -> str:
    if spec.model == "linear":
        explainer, output = looks.LINEAR_SHAP, "predict" if is_number else "decision_function"
        output = f"model[-1].{output}(prepared)"
    else:
        explainer = looks.TREE_SHAP
        output = (
            "model[-1].predict(prepared)"
            if is_number
            else "model[-1].predict(prepared, raw_score=True)"
            if spec.model == "lightgbm"
            else "model[-1].predict_proba(prepared)[:, 1]"
        )
    said = "model[-1].predict(prepared)" if is_number else "model[-1].predict_proba(prepared)[:, 1]"
    return looks.ROW.format(
        explainer=explainer, output=output, said=said, choice=looks.CHOICES[spec.row]
    )


def _write_curve(spec: "ExplainSpec", bench: Bench) -> str:
    column = spec.column or _find_top(spec)
    is_number = column in bench.dataset.numeric_features
    grid = looks.NUMBER_GRID if is_number else looks.WORD_GRID
    return looks.CURVE.format(column=write_literal(column), grid=grid)
