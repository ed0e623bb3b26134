"""The folds lab as code to take home: pandas, scikit-learn and the rows as CSV."""

from typing import TYPE_CHECKING

import numpy as np

from core.datasets import write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script
from core.validation.folds.splitters import (
    HELD_OUT,
    N_REPEATS,
    WITH_GROUPS,
    Splitter,
    list_ks,
)
from core.validation.folds.tables import MOST_ROWS, FoldTable, encode, find_fresh, name_features
from core.validation.folds.trial import N_NEIGHBOURS

if TYPE_CHECKING:
    from core.validation.folds.lab import FoldsSpec

CLASS_OF: dict[Splitter, str] = {
    "kfold": "KFold",
    "shuffled": "KFold",
    "stratified": "StratifiedKFold",
    "repeated": "RepeatedKFold",
    "holdout": "ShuffleSplit",
    "group": "GroupKFold",
    "stratified_group": "StratifiedGroupKFold",
    "time": "TimeSeriesSplit",
}
MODEL_OF = {
    ("neighbours", True): ("sklearn.neighbors", "KNeighborsRegressor"),
    ("neighbours", False): ("sklearn.neighbors", "KNeighborsClassifier"),
    ("linear", True): ("sklearn.linear_model", "LinearRegression"),
    ("linear", False): ("sklearn.linear_model", "LogisticRegression"),
}


def write_script(spec: "FoldsSpec") -> Script:
    """Return the program that cuts the same folds, trains in each, and prints the same numbers."""
    found = spec.trial.found
    fresh = find_fresh(found)
    files = {found.dataset.csv_name: found.dataset.csv_bytes()}
    is_drawn = fresh is not None and spec.data in ("recordings", "days")
    if fresh is not None and is_drawn:
        files["fresh.csv"] = fresh.to_csv(index=False, lineterminator="\n").encode()
    has_gaps = bool(np.isnan(encode(found.dataset, found.rows, fresh)[0]).any())
    has_fresh = fresh is not None
    blocks = (
        '"""Which rows each fold trains on and tests, and what the folds say of one model."""',
        _imports(spec, found, has_gaps=has_gaps),
        _rows(found, has_fresh=has_fresh, is_drawn=is_drawn),
        _model(spec, found, has_gaps=has_gaps),
        _folds(spec, found),
        *((_fresh(found),) if has_fresh else ()),
        _PRINT,
    )
    return Script("folds", "\n\n".join(blocks) + "\n", files)


def _imports(spec: "FoldsSpec", found: FoldTable, *, has_gaps: bool) -> str:
    is_number = found.dataset.task == "regression"
    module, name = MODEL_OF[spec.model, is_number]
    lines = [
        f"from {module} import {name}",
        f"from sklearn.model_selection import {CLASS_OF[spec.splitter]}",
        "from sklearn.pipeline import make_pipeline",
        "from sklearn.preprocessing import StandardScaler",
    ]
    if found.metric == "auc":
        lines.append("from sklearn.metrics import roc_auc_score")
    if has_gaps:
        lines.append("from sklearn.impute import SimpleImputer")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _rows(found: FoldTable, *, has_fresh: bool, is_drawn: bool) -> str:
    code = [write_reading_code(found.dataset).rstrip()]
    if found.order is not None:
        code.append(f'table = table.sort_values({write_literal(found.order)}, kind="stable")')
    if found.group is not None:
        code.append(f"sizes = table.groupby({write_literal(found.group)}, sort=False).size()")
        code.append(f"kept = sizes.index[sizes.cumsum() <= {MOST_ROWS}]  # whole groups only")
        code.append(f"table = table[table[{write_literal(found.group)}].isin(kept)]")
    else:
        n_kept = min(found.dataset.n_rows, MOST_ROWS)
        code.append(
            f"kept = np.linspace(0, len(table), {n_kept}, endpoint=False).astype(int)\n"
            "rest = np.setdiff1d(np.arange(len(table)), kept)"
        )
        if has_fresh and not is_drawn:
            fresh = find_fresh(found)
            n_fresh = 0 if fresh is None else len(fresh)
            code.append(
                f"judged = np.linspace(0, len(rest), {n_fresh}, endpoint=False).astype(int)\n"
                "fresh = table.iloc[rest[judged]]  # rows that no fold holds"
            )
        code.append("table = table.iloc[kept]")
        if not (has_fresh and not is_drawn):
            code[-2] = code[-2].splitlines()[0]
    if is_drawn:
        code.append('fresh = pd.read_csv("fresh.csv")  # rows that no fold holds')
    return "\n".join([*code, _features(found, has_fresh=has_fresh)])


def _features(found: FoldTable, *, has_fresh: bool) -> str:
    items = [write_literal(name) for name in name_features(found.dataset, found.rows)]
    names = f"[{', '.join(items)}]"
    if len(names) > 77:
        names = "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    target = write_literal(str(found.dataset.target))
    kind = "float" if found.dataset.task == "regression" else "str"
    whole = "pd.concat([table, fresh])[features]" if has_fresh else "table[features]"
    lines = [
        f"features = {names}",
        f"whole = {whole}",
        "coded = pd.get_dummies(whole, dtype=float).to_numpy(dtype=float)",
        "X = coded[: len(table)]",
        f"y = table[{target}].astype({kind}).to_numpy()",
    ]
    if found.label is not None:
        lines.append(f"label = {write_literal(found.label)}")
    if found.group is not None:
        lines.append(f"groups = table[{write_literal(found.group)}].to_numpy()")
    return "\n".join(lines)


def _model(spec: "FoldsSpec", found: FoldTable, *, has_gaps: bool) -> str:
    name = MODEL_OF[spec.model, found.dataset.task == "regression"][1]
    settings = {"neighbours": str(N_NEIGHBOURS), "linear": ""}[spec.model]
    if name == "LogisticRegression":
        settings = "max_iter=1000"
    steps = ["StandardScaler()", f"{name}({settings})"]
    if has_gaps:
        steps.insert(0, 'SimpleImputer(strategy="median", keep_empty_features=True)')
    joined = ", ".join(steps)
    model = f"model = make_pipeline({joined})"
    if len(model) > 88:
        model = f"model = make_pipeline(\n    {joined}\n)"
    if len(joined) > 84:
        model = "model = make_pipeline(\n" + "".join(f"    {step},\n" for step in steps) + ")"
    return f"{model}\n\n\n{_score(spec, found)}"


def _score(spec: "FoldsSpec", found: FoldTable) -> str:
    lines = ["def score(train, X_test, truth):"]
    if found.metric == "auc":
        lines += [
            "    if len(set(truth == label)) < 2 or len(set(y[train])) < 2:",
            "        return np.nan  # one class only: nothing to rank",
        ]
    elif found.dataset.task != "regression" and spec.model == "linear":
        lines += [
            "    if len(set(y[train])) < 2:",
            "        return np.nan  # one class only: nothing to learn",
        ]
    if spec.model == "neighbours":
        lines += [
            f"    if len(train) < {N_NEIGHBOURS}:",
            f"        return np.nan  # {N_NEIGHBOURS} neighbours need as many rows",
        ]
    lines.append("    model.fit(X[train], y[train])")
    lines += {
        "auc": [
            "    place = model.classes_.tolist().index(label)",
            "    return roc_auc_score(truth == label, model.predict_proba(X_test)[:, place])",
        ],
        "accuracy": ["    return np.mean(model.predict(X_test) == truth)"],
        "mae": ["    return np.mean(np.abs(model.predict(X_test) - truth))"],
    }[found.metric]
    return "\n".join([*lines, ""])


def _splitter(spec: "FoldsSpec", found: FoldTable) -> str:
    ks = np.array(list_ks(found, spec.splitter, spec.trial.knobs))
    k = int(ks[np.abs(ks - spec.k).argmin()])
    seeded = f"random_state={spec.seed}"
    longest = "" if spec.longest is None else f", max_train_size={spec.longest}"
    settings: dict[Splitter, str] = {
        "kfold": f"{k}",
        "shuffled": f"{k}, shuffle=True, {seeded}",
        "stratified": f"{k}, shuffle=True, {seeded}",
        "repeated": f"n_splits={k}, n_repeats={N_REPEATS}, {seeded}",
        "holdout": f"{k}, test_size={HELD_OUT}, {seeded}",
        "group": f"{k}",
        "stratified_group": f"{k}, shuffle=True, {seeded}",
        "time": f"{k}, gap={spec.gap}{longest}",
    }
    return f"{CLASS_OF[spec.splitter]}({settings[spec.splitter]})"


def _folds(spec: "FoldsSpec", found: FoldTable) -> str:
    groups = ", groups" if spec.splitter in WITH_GROUPS else ""
    split = "for train, test in splitter.split(X, y):"
    if groups:
        split = "for train, test in splitter.split(X, y, groups):"
    facts = [
        '            "n_train": len(train),',
        '            "n_test": len(test),',
        '            "n_late": int((train > test.min()).sum()),',
    ]
    if found.label is not None:
        facts.append('            "share": float(np.mean(y[test] == label)),')
    if found.group is not None:
        facts.append('            "n_shared": len(np.intersect1d(groups[train], groups[test])),')
    facts.append('            "score": score(train, X[test], y[test]),')
    return "\n".join(
        [
            f"splitter = {_splitter(spec, found)}",
            "folds, times = [], np.zeros(len(y), dtype=int)",
            split,
            "    times[test] += 1",
            "    folds.append(",
            "        {",
            *facts,
            "        }",
            "    )",
            "folds = pd.DataFrame(folds)",
            "result = {",
            '    "n_fits": len(folds),',
            '    "fewest_train": folds["n_train"].min(),',
            '    "most_train": folds["n_train"].max(),',
            '    "fewest_test": folds["n_test"].min(),',
            '    "most_test": folds["n_test"].max(),',
            '    "fewest_tested": times.min(),',
            '    "most_tested": times.max(),',
            '    "n_never_tested": (times == 0).sum(),',
            '    "n_late_folds": (folds["n_late"] > 0).sum(),',
            *_extra(found),
            '    "score": folds["score"].mean(),',
            '    "lowest_score": folds["score"].min(),',
            '    "highest_score": folds["score"].max(),',
            '    "spread": folds["score"].std(),',
            '    "n_undefined": folds["score"].isna().sum(),',
            "}",
        ]
    )


def _extra(found: FoldTable) -> list[str]:
    lines = []
    if found.label is not None:
        lines += [
            '    "lowest_share": folds["share"].min(),',
            '    "highest_share": folds["share"].max(),',
            '    "n_without_label": (folds["share"] == 0).sum(),',
        ]
    if found.group is not None:
        lines.append('    "n_shared": folds["n_shared"].max(),')
    return lines


def _fresh(found: FoldTable) -> str:
    kind = "float" if found.dataset.task == "regression" else "str"
    target = write_literal(str(found.dataset.target))
    return (
        f"# Trained on all rows, judged on rows that no fold holds.\n"
        f"truth = fresh[{target}].astype({kind}).to_numpy()\n"
        'result["fresh_score"] = score(np.arange(len(y)), coded[len(table) :], truth)'
    )


_PRINT = """print(folds.round(3).to_string())
for name, value in result.items():
    print(f"{name:>16}: {value:.6g}")
result = {
    name: None if np.isnan(value) else float(value) for name, value in result.items()
}
print(json.dumps(result))"""
