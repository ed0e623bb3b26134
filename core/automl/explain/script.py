"""The lesson as code to take home: pandas, scikit-learn and what the model and the way of looking need."""

import re
from typing import TYPE_CHECKING

from core.automl.explain import script_parts as parts
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
    """Return the program that trains the winner and explains it in the way of this view.

    Its last line is one JSON object whose names are those of `ExplainResult`.
    """
    bench = set_up(spec.data, spec.seed)
    plan = _plan(bench, spec)
    blocks = [
        _write_head(spec, bench.dataset, plan),
        _write_rows(spec, bench, plan),
        _write_building(spec, bench.dataset, plan),
        parts.COLUMNS.format(
            scoring=_scoring(bench.dataset), n_repeats=spec.n_repeats, error=_error(bench.dataset)
        )
        + _write_owners(plan)
        + _write_own_list(spec)
        + parts.RESULT,
        *_write_look(spec, bench),
        parts.PRINT,
    ]
    needs = (
        NEEDS[spec.model].replace(" and", ", shap and") if spec.look == "row" else NEEDS[spec.model]
    )
    dataset = bench.dataset
    code = "\n".join(block.rstrip("\n") + "\n" for block in blocks)
    code = re.sub(r"\n{4,}", "\n\n\n", code)
    return Script("explain", code, {dataset.csv_name: dataset.csv_bytes()}, needs=needs)


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
    is_number = _is_number(dataset)
    names = {
        "scipy": {"stats"},
        "sklearn.compose": {"ColumnTransformer"},
        "sklearn.impute": {"SimpleImputer"},
        "sklearn.inspection": {"permutation_importance"},
        "sklearn.metrics": {"root_mean_squared_error" if is_number else "roc_auc_score"},
        "sklearn.model_selection": {"train_test_split"},
        "sklearn.pipeline": {"make_pipeline"},
    }
    if plan.few_words:
        names["sklearn.preprocessing"] = {"OneHotEncoder"}
    if plan.many_words:
        names.setdefault("sklearn.preprocessing", set()).add("TargetEncoder")
        names["sklearn.model_selection"].add("KFold" if is_number else "StratifiedKFold")
    if spec.model == "linear":
        names.setdefault("sklearn.preprocessing", set()).add("StandardScaler")
    module, model = parts.MODELS[spec.model, is_number][0]
    names.setdefault(module, set()).add(model)
    if spec.look == "samples":
        names["sklearn.model_selection"].add("KFold" if is_number else "StratifiedKFold")
    if spec.look == "curve":
        names["sklearn.inspection"].add("partial_dependence")
    if spec.look == "cause":
        names["sklearn.metrics"].add("root_mean_squared_error")
        names.setdefault(*_regressor(spec))
        names[_regressor(spec)[0]] |= _regressor(spec)[1]
    plain = ["import numpy as np", "import pandas as pd"] + (
        ["import shap"] if spec.look == "row" else []
    )
    return f'"""{parts.TITLES[spec.look]}"""\n\nimport json\n\n' + _sort_imports(
        "\n".join(plain), write_imports(names)
    )


def _regressor(spec: "ExplainSpec") -> tuple[str, set[str]]:
    module, model = parts.MODELS[spec.model, True][0]
    return module, {model}


def _sort_imports(plain: str, named: str) -> str:
    return f"{plain}\n{named}\n"


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
        parts.OWN_NUMBERS
        + (parts.OWN_WORDS if plan.few_words else "")
        + (parts.OWN_MANY if plan.many_words else "")
    )


def _write_own_list(spec: "ExplainSpec") -> str:
    return parts.OWN_LINEAR if spec.model == "linear" else parts.OWN_TREES


def _write_look(spec: "ExplainSpec", bench: Bench) -> list[str]:
    """Return the block of the way in which one looks; none for the columns alone."""
    is_number = _is_number(bench.dataset)
    if spec.look == "columns":
        return []
    if spec.look == "row":
        return [_write_row(spec, is_number=is_number)]
    if spec.look == "samples":
        folds = "KFold" if is_number else "StratifiedKFold"
        return [
            parts.SAMPLES.format(
                most=MOST_ROWS, folds=folds, n_folds=N_FOLDS, n_seeds=N_SEEDS, n_shuffles=N_SHUFFLES,
                scoring=_scoring(bench.dataset),
            )
        ]  # fmt: skip
    if spec.look == "twins":
        twin = free_name(TWIN, {*map(str, bench.rows.columns), str(bench.dataset.target)})
        return [parts.TWINS.format(twin=write_literal(twin), n_repeats=spec.n_repeats)]
    if spec.look == "curve":
        return [_write_curve(spec, bench)]
    module = parts.MODELS[spec.model, True][1]
    scaler = ", StandardScaler()" if spec.model == "linear" else ""
    return [parts.CAUSE.format(model=module, scaler=scaler)]


def _write_row(spec: "ExplainSpec", *, is_number: bool) -> str:
    if spec.model == "linear":
        explainer, output = parts.LINEAR_SHAP, "predict" if is_number else "decision_function"
        output = f"model[-1].{output}(prepared)"
    else:
        explainer = parts.TREE_SHAP
        output = (
            "model[-1].predict(prepared)"
            if is_number
            else "model[-1].predict(prepared, raw_score=True)"
            if spec.model == "lightgbm"
            else "model[-1].predict_proba(prepared)[:, 1]"
        )
    said = "model[-1].predict(prepared)" if is_number else "model[-1].predict_proba(prepared)[:, 1]"
    return parts.ROW.format(
        explainer=explainer, output=output, said=said, choice=parts.CHOICES[spec.row]
    )


def _write_curve(spec: "ExplainSpec", bench: Bench) -> str:
    column = write_literal(spec.column) if spec.column else 'result["top"]'
    known = spec.column or None
    names = bench.dataset.numeric_features
    if known is None:
        from core.automl.explain.importance import measure_importance

        found = measure_importance(spec.winner).columns
        known = str(found.loc[~found["is_control"], "column"].iloc[0])
    grid = parts.NUMBER_GRID if known in names else parts.WORD_GRID
    return parts.CURVE.format(column=column, grid=grid)
